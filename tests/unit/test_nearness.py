"""Which passage a sentence is given, by how near it is in meaning."""

import pytest

from bot.answering.sources import choose_sources
from bot.answering.verification.nearness import MIN_ALIGNED, Nearness, nearest, nearness
from tests.fakes.passages import make_passage
from tests.fakes.searcher import FakeSearcher


def near(*scores: float) -> dict[int, Nearness]:
    return {n: Nearness(said=score, asked=score) for n, score in enumerate(scores, start=1)}


@pytest.mark.parametrize(
    ("scores", "fitting", "cited", "given"),
    [
        ((0.1, 0.6, 0.5), (1, 2, 3), (), 2),
        ((0.1, 0.6, 0.5), (1, 3), (), 3),
        ((0.1, 0.3, 0.2), (1, 2, 3), (), None),
        ((0.1, 0.6, 0.5), (), (), None),
        ((0.1, 0.6, 0.5), (1, 2, 3), (1,), 2),
        ((0.1, 0.6, 0.5), (1, 2, 3), (3,), None),
        ((0.1, 0.6, 0.5), (1, 2, 3), (1, 3), None),
        ((0.1, 0.6, 0.5), (1, 2, 3), (2,), None),
    ],
)
def test_the_nearest_is_given(scores, fitting, cited, given) -> None:
    """Only one that passed the checks and is near, and in place of a citation only one that is clearly nearer."""
    assert nearest(near(*scores), fitting, cited=cited) == given


def test_the_question_tells_passages_apart() -> None:
    """Of two that say the same, the one that answers the question; how near it is counts without that."""
    two = {1: Nearness(said=0.5, asked=0.5), 2: Nearness(said=0.48, asked=0.7)}
    assert nearest(two, [1, 2]) == 2
    assert nearest({1: Nearness(said=MIN_ALIGNED - 0.1, asked=0.9)}, [1]) is None


async def test_a_sentence_is_compared_with_every_passage() -> None:
    """By its nearest sentence, whatever the question, and with that beside it."""
    searcher = FakeSearcher(make_passage("The cat sleeps. The moon shines."), make_passage("The dog barks."))
    sources = choose_sources(await searcher.search("Does the moon shine?"))
    found = await nearness("The cat sleeps.", sources, searcher)
    assert [found[n].said for n in (1, 2)] == [1.0, 0.0]
    assert found[1].asked > 1.0
