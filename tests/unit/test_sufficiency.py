"""What the search finds is evidence, or it is not."""

from dataclasses import replace

import pytest

from bot.answering.sufficiency import is_sufficient
from bot.corpus.model import Language
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage

ZH = make_passage(["猫。", "狗。"], essay=make_essay("论猫", file="a.md", lang="zh"))
EN = make_passage(["A cat.", "A dog."], essay=make_essay("On Cats", file="b.md", lang="en"))
NEAR = Hit(
    passage=ZH,
    score=8.0,
    similarity=0.91,
    dense=4.0,
    lexical=12.0,
    coverage=0.3,
    sentence_scores=(0.2, 0.4),
)
FAR = replace(NEAR, score=4.0, similarity=0.85, dense=2.6, sentence_scores=(0.1, 0.2))


def test_no_hits_bear_on_nothing() -> None:
    """An empty search is no evidence."""
    assert not is_sufficient([], "zh")


@pytest.mark.parametrize("background", [1, 15])
def test_a_near_passage_bears_on_the_question(background: int) -> None:
    """One passage that is near suffices, and among passages that are no nearer than any there is none."""
    assert is_sufficient([NEAR] + [FAR] * background, "zh")
    assert not is_sufficient([FAR] * (background + 1), "zh")


@pytest.mark.parametrize(
    ("asked", "passage", "unrelated", "answering"),
    [("zh", ZH, 0.85, 0.90), ("en", EN, 0.79, 0.86), ("zh", EN, 0.74, 0.80), ("en", ZH, 0.72, 0.79)],
)
def test_what_is_near_depends_on_both_languages(
    asked: Language, passage: object, unrelated: float, answering: float
) -> None:
    """Texts of one language are near to each other whatever they say; across languages less is wanted."""
    hit = replace(FAR, passage=passage, sentence_scores=(0.3,))
    assert not is_sufficient([replace(hit, similarity=unrelated)] * 16, asked)
    assert is_sufficient([replace(hit, similarity=answering)] * 16, asked)


def test_a_sentence_in_the_questions_own_words_counts() -> None:
    """What a passage lacks in nearness, a sentence that matches can make up for."""
    almost = replace(FAR, similarity=0.86)
    assert not is_sufficient([almost] * 16, "zh")
    assert is_sufficient([replace(almost, sentence_scores=(0.1, 0.7))] + [almost] * 15, "zh")


def test_evidence_far_down_the_list_does_not_count() -> None:
    """Only the first hits are read for an answer, so only they are evidence."""
    assert not is_sufficient([FAR] * 5 + [NEAR] + [FAR] * 10, "zh")


@pytest.mark.parametrize("similarities", [(0.55, 0.3), (0.75, 0.4)])
@pytest.mark.parametrize("times", [1, 8])
def test_another_embedders_cosines_are_not_judged(similarities: tuple[float, float], times: int) -> None:
    """Where cosines are spread otherwise, only a question that stands out nowhere is declined."""
    hits = [replace(hit, similarity=s) for hit, s in zip((NEAR, FAR), similarities, strict=True)] * times
    assert is_sufficient(hits, "zh")
    assert not is_sufficient([replace(hit, score=1.5, sentence_scores=(0.0, 0.05)) for hit in hits], "zh")


def test_a_passage_without_sentences_is_no_error() -> None:
    """Then its own nearness decides."""
    assert is_sufficient([replace(NEAR, similarity=0.95, sentence_scores=())], "zh")
    assert not is_sufficient([replace(FAR, sentence_scores=())], "zh")
