from dataclasses import replace

import pytest

from bot.answering.sufficiency import evidence_in, is_sufficient
from bot.retrieval.model import Hit
from tests.fakes.passages import make_passage

NEAR = Hit(
    passage=make_passage(["猫。", "狗。"]),
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


def test_near_passages_bear_on_the_question() -> None:
    """Passages that stand out suffice, in either language."""
    assert is_sufficient([NEAR, FAR], "zh")
    assert is_sufficient([NEAR, FAR], "en")


def test_far_passages_do_not() -> None:
    """What is as near as anything else says nothing; an English question is expected to be less near."""
    assert not is_sufficient([FAR, FAR], "zh")
    assert is_sufficient([FAR, FAR], "en")
    assert not is_sufficient([replace(FAR, similarity=0.76)], "en")


def test_a_sentence_in_the_questions_own_words_is_enough() -> None:
    """However far the passage as a whole, such a sentence bears on the question."""
    assert is_sufficient([replace(FAR, sentence_scores=(0.1, 0.55))], "zh")


@pytest.mark.parametrize("similarities", [(0.55, 0.3), (0.75, 0.4)])
def test_another_embedders_cosines_are_not_judged(similarities: tuple[float, float]) -> None:
    """Where cosines are spread otherwise, only a question that stands out nowhere is declined."""
    hits = [replace(hit, similarity=s) for hit, s in zip((NEAR, FAR), similarities, strict=True)]
    assert is_sufficient(hits, "zh")
    assert not is_sufficient([replace(hit, dense=0.5, sentence_scores=(0.0, 0.1)) for hit in hits], "zh")


def test_the_evidence_is_the_best_of_the_hits() -> None:
    """Best cosine, mean of the best three, best sentence."""
    evidence = evidence_in([FAR, NEAR, NEAR, NEAR])
    assert (evidence.similarity, evidence.dense, evidence.support) == (0.91, 4.0, 0.4)


def test_passages_without_sentences() -> None:
    """A passage that holds no sentence counts by its own nearness."""
    assert evidence_in([replace(NEAR, sentence_scores=())]).support == 0.0
