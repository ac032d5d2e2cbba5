"""Scores of passages, compared within their language and put together."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.model import Language
from bot.retrieval.fusion import (
    SEATED,
    STANDING,
    across_languages,
    best_first,
    fused,
    seated,
    shared_words,
    spread,
    standardised,
    with_essays,
    with_named,
    with_rewordings,
    within,
)
from bot.retrieval.vector_space import VectorSpace

SCORES = st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=30)


def groups_of(size: int, first: int) -> list[np.ndarray]:
    return [group for group in (np.arange(min(first, size)), np.arange(min(first, size), size)) if len(group)]


def learned(
    vectors: np.ndarray, languages: list[Language], means: dict[Language, np.ndarray] | None = None
) -> VectorSpace:
    lang = np.array(languages)
    batches = [(one, vectors[lang == one]) for one in set(languages)]
    return VectorSpace.learned(batches, dimension=vectors.shape[1], known_means=means)


def test_a_language_whose_scores_are_all_higher_has_no_advantage() -> None:
    """What stands out among its own comes first, though all of the other language score higher."""
    own = np.linspace(0.80, 0.82, 40, dtype=np.float32)
    other = np.full(40, 0.70, dtype=np.float32)
    other[7] = 0.79
    scores = standardised(np.concatenate([own, other]), groups_of(80, 40))
    assert scores.argmax() == 47


@given(SCORES, st.integers(0, 30))
def test_standardising_keeps_the_order_within_a_group(values: list[float], first: int) -> None:
    """Only the comparison between groups changes."""
    scores = np.array(values, dtype=np.float32)
    groups = groups_of(len(values), first)
    result = standardised(scores, groups)
    assert np.isfinite(result).all()
    for group in groups:
        ordered = result[group][np.argsort(scores[group], kind="stable")]
        assert (np.diff(ordered) >= -1e-4).all()


@given(SCORES, st.integers(0, 40))
def test_the_best_come_first_and_equals_in_corpus_order(values: list[float], k: int) -> None:
    """At most k, each once, never a worse one before a better one."""
    scores = np.array(values, dtype=np.float32)
    found = best_first(scores, k)
    assert len(found) == len(set(found)) == min(k, len(values))
    rounded = np.round(scores, 6)
    assert all(rounded[a] > rounded[b] or (rounded[a] == rounded[b] and a < b) for a, b in itertools.pairwise(found))


def test_one_rare_word_does_not_outweigh_the_meaning_without_limit() -> None:
    """A word in one passage of a thousand counts no more than one in one of thirty."""
    many = np.zeros(1000, dtype=np.float32)
    many[3] = 9.0
    zero = np.zeros_like(many)
    words = shared_words(bm25=many, coverage=zero, groups=[np.arange(1000)])
    scores = fused(dense=zero, words=words, groups={"en": np.arange(1000)}, asked="en")
    assert scores.max() == pytest.approx(0.75)


def test_an_answer_in_the_other_language_does_not_lose_to_chance_words() -> None:
    """What is near in the question's language shares words by chance; the other is credited with them."""
    dense = np.concatenate([np.linspace(-2, 2, 40), np.linspace(-2, 3, 40)]).astype(np.float32)
    words = np.concatenate([np.linspace(0, 1.5, 40), np.zeros(40)]).astype(np.float32)
    own = np.arange(40)

    assert (dense + words).argmax() == 39
    credited = across_languages(words, dense, own)
    assert (dense + credited).argmax() == 79
    assert (credited[own] == words[own]).all()
    assert (credited >= words - 1e-6).all()


def test_words_that_the_other_language_shares_count_there_too() -> None:
    """A name that stands in a passage of the other language lifts it over what is merely expected of it."""
    dense = np.zeros(80, dtype=np.float32)
    dense[:2] = 1
    words = np.zeros(80, dtype=np.float32)
    words[:2], words[60] = 0.5, 2.0
    assert across_languages(words, dense, np.arange(40))[60] >= 2.0


def test_credit_needs_passages_to_judge_by() -> None:
    """With few passages in the question's language, or none but those, nothing is made up."""
    words = np.arange(30, dtype=np.float32)
    for own in (np.arange(15), np.arange(30)):
        assert across_languages(words, words, own) is words


def test_sources_that_a_question_names_come_first_and_share_the_places() -> None:
    """One named source is raised; of two, each has its best among the first, though the one has the better scores."""
    scores = np.array([9, 8.8, 8.6, 8.4, 8.2, 8, 7, 6.9], dtype=np.float32)
    one, two = np.arange(0, 5), np.arange(6, 8)
    files = ["a"] * 5 + ["b"] + ["c"] * 2

    assert best_first(with_named(scores, [two]), 2) == [6, 7]
    both = with_named(scores, [one, two])
    assert spread(both, 4, files, [one, two]) == [0, 1, 6, 2]
    assert 5 in spread(both, 8, files, [one, two])


def test_an_essay_with_a_good_passage_lifts_its_others() -> None:
    """Of two equal passages, the one whose essay bears on the question comes first."""
    scores = with_essays(np.array([1.0, 5.0, 1.0, 0.0], dtype=np.float32), np.array([0, 2]))
    assert best_first(scores, 4) == [1, 0, 2, 3]


def test_no_scores_are_no_error() -> None:
    """An empty corpus."""
    nothing = np.zeros(0, dtype=np.float32)
    assert len(standardised(nothing, [])) == 0
    assert len(with_essays(nothing, np.zeros(0, dtype=np.intp))) == 0
    assert best_first(nothing, 5) == []


def test_the_same_meaning_in_two_languages_comes_together() -> None:
    """What a language's texts share is taken out, and what they mean is left."""
    draw = np.random.default_rng(1)
    meanings, dimension = 60, 32
    meaning = draw.normal(size=(meanings, dimension)) * 0.2
    zh, en = meaning + draw.normal(size=dimension), meaning + draw.normal(size=dimension)
    vectors = np.vstack([zh, en])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    languages = ["zh"] * meanings + ["en"] * meanings
    raw = (vectors @ vectors[0])[1:].argmax() + 1
    placed = learned(vectors, languages).place(vectors, languages)
    assert raw < meanings  # as it comes, the nearest is of the same language
    assert (placed @ placed[0])[1:].argmax() + 1 == meanings


@given(st.integers(0, 5), st.integers(0, 5))
def test_a_tiny_corpus_has_a_space_too(zh: int, en: int) -> None:
    """However few texts there are, vectors stay finite, and of unit length or zero."""
    vectors = np.random.default_rng(zh * 7 + en).normal(size=(zh + en, 8)).astype(np.float32)
    languages = ["zh"] * zh + ["en"] * en
    placed = learned(vectors, languages).place(np.ones((2, 8), dtype=np.float32), ["zh", "en"])
    lengths = np.linalg.norm(placed, axis=1)
    assert np.isfinite(placed).all()
    assert all(length == pytest.approx(1, abs=1e-3) or length == 0 for length in lengths)


def test_the_first_hits_stand_and_the_others_spread_over_files() -> None:
    """Five of a crowded file stay; after them a file not yet heard comes before one heard five times."""
    scores = np.array([9, 8, 7, 6, 5, 4, 3, 2.5], dtype=np.float32)
    files = ["a"] * 7 + ["b"]

    assert spread(scores, 5, files) == [0, 1, 2, 3, 4]
    assert spread(scores, 7, files) == [0, 1, 2, 3, 4, 7, 5]


@given(st.lists(st.tuples(st.floats(-5, 5, width=32), st.sampled_from("abc")), max_size=40), st.integers(0, 12))
def test_spreading_changes_the_order_alone(rows: list[tuple[float, str]], k: int) -> None:
    """As many hits as asked for where there are as many, each once; with one file, the best first."""
    scores = np.array([score for score, _ in rows], dtype=np.float32)

    chosen = spread(scores, k, [file for _, file in rows])

    assert len(chosen) == len(set(chosen)) == min(k, len(rows))
    assert chosen[:5] == best_first(scores, k)[:5]
    assert spread(scores, k, ["a"] * len(rows)) == best_first(scores, k)


def test_a_question_in_a_language_that_the_corpus_lacks_is_seen_from_its_own_centre() -> None:
    """With the model's means, what is alike but for the language lies together; without them it does not."""
    rng = np.random.default_rng(7)
    shift = np.zeros(16, dtype=np.float32)
    shift[0] = 3.0
    meanings = rng.normal(size=(200, 16)).astype(np.float32)
    means = {"zh": shift, "en": -shift}
    english = meanings - shift

    def alike(space: VectorSpace) -> float:
        asked = space.place(meanings + shift, ["zh"] * 200)
        return float(np.mean(np.sum(asked * space.place(english, ["en"] * 200), axis=1)))

    assert alike(learned(english, ["en"] * 200, means)) > 0.99
    assert alike(learned(english, ["en"] * 200)) < 0.8


TABLES = st.integers(1, 20).flatmap(
    lambda size: st.lists(
        st.lists(st.floats(-10, 10, width=32), min_size=size, max_size=size).map(
            lambda row: np.array(row, dtype=np.float32)
        ),
        min_size=1,
        max_size=4,
    )
)


@given(TABLES)
def test_wordings_agree_on_what_they_all_put_higher(table: list[np.ndarray]) -> None:
    """What every wording puts above another stays above it, and each score lies between those it comes from."""
    together = with_rewordings(table[0], table[1:])
    stacked = np.stack(table)
    assert (together >= stacked.min(axis=0) - 1e-4).all()
    assert (together <= stacked.max(axis=0) + 1e-4).all()
    for a, b in itertools.combinations(range(len(together)), 2):
        if (stacked[:, a] >= stacked[:, b]).all():
            assert together[a] >= together[b] - 1e-4


def test_no_other_wordings_change_nothing() -> None:
    """The very scores of the question, to the last bit."""
    scores = np.array([1.5, -0.25, 3.0], dtype=np.float32)
    assert with_rewordings(scores, []) is scores


def test_one_other_wording_cannot_outvote_the_question() -> None:
    """What the asker's words put on top by a step is not brought down by one step of another wording."""
    asked = np.array([3.0, 2.0], dtype=np.float32)
    assert with_rewordings(asked, [asked[::-1]]).argmax() == 0
    assert with_rewordings(asked, [asked[::-1]] * 3).argmax() == 1


def test_a_part_that_says_nothing_is_led_by_the_whole() -> None:
    """Where a part tells no passage from another, the order is that of the question."""
    whole = np.array([0.0, 4.0, 2.0], dtype=np.float32)
    assert best_first(within(whole, np.ones(3, dtype=np.float32)), 3) == [1, 2, 0]


@given(
    st.lists(st.integers(0, 40), unique=True, max_size=24),
    st.lists(st.integers(0, 40), max_size=4),
)
def test_every_part_has_its_seat(order: list[int], parts: list[int]) -> None:
    """The first hits stand, each part's best is among the first ten, the rest keep their order."""
    found = seated(order, parts)
    assert len(found) == len(set(found)) == len(order)
    assert found[:STANDING] == order[:STANDING]
    if len(order) >= STANDING + len(parts):
        assert set(parts) <= set(found[:SEATED])
    left = [position for position in found if position not in parts]
    assert left == [position for position in order if position in left]


@given(st.lists(st.integers(0, 40), unique=True, max_size=24))
def test_without_parts_the_order_stands(order: list[int]) -> None:
    """Nothing to seat, nothing moved."""
    assert seated(order, []) == order


def test_parts_take_no_more_than_the_first_ten_places() -> None:
    """However many there are, the rest of the hits are the question's own."""
    found = seated(range(20), range(100, 112))
    assert found == [0, 1, 2, *range(100, 107), *range(3, 13)]
