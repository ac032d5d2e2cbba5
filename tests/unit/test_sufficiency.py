import math
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
    assert is_sufficient([NEAR] + [FAR] * 15, "zh")
    assert is_sufficient([NEAR] + [FAR] * 15, "en")


def test_far_passages_do_not() -> None:
    """What is as near as anything else says nothing; an English question is expected to be less near."""
    assert not is_sufficient([FAR] * 16, "zh")
    assert is_sufficient([FAR] * 16, "en")
    assert not is_sufficient([replace(FAR, similarity=0.76)] * 16, "en")


def test_passages_that_stand_out_are_enough() -> None:
    """However near everything else is, what stands out from it bears on the question."""
    assert is_sufficient([replace(FAR, score=9.0)] * 3 + [FAR] * 13, "zh")


def test_among_few_passages_sentences_decide() -> None:
    """In a corpus of a page nothing can stand out; a sentence in the question's own words can."""
    few = [replace(FAR, score=1.0)] * 2
    assert not is_sufficient(few, "zh")
    assert is_sufficient([replace(few[0], sentence_scores=(0.1, 0.7)), few[1]], "zh")


@pytest.mark.parametrize("similarities", [(0.55, 0.3), (0.75, 0.4)])
@pytest.mark.parametrize("times", [1, 8])
def test_another_embedders_cosines_are_not_judged(similarities: tuple[float, float], times: int) -> None:
    """Where cosines are spread otherwise, only a question that stands out nowhere is declined."""
    hits = [replace(hit, similarity=s) for hit, s in zip((NEAR, FAR), similarities, strict=True)] * times
    assert is_sufficient(hits, "zh")
    assert not is_sufficient([replace(hit, score=1.5, sentence_scores=(0.0, 0.05)) for hit in hits], "zh")


def test_the_evidence_is_the_best_of_the_hits() -> None:
    """Best cosine, mean of the best three scores, best sentence."""
    evidence = evidence_in([FAR, NEAR, NEAR, NEAR])
    assert (evidence.similarity, evidence.standing, evidence.support) == (0.91, pytest.approx(math.log(8.0)), 0.4)


def test_little_is_no_error() -> None:
    """Passages that all lie below the average have a standing too, and one without sentences its own nearness."""
    evidence = evidence_in([replace(NEAR, score=-2.0, sentence_scores=())])
    assert (evidence.standing, evidence.support) == (pytest.approx(math.log(0.1)), 0.0)
