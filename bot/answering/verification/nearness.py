"""How near a sentence of an answer is in meaning to the passages, and which of them it can rest on, whatever it cites.

Words tell that within one language; across languages, or where a sentence retells, alignment does. The limits were
fitted on the 232 answer points of the golden questions, held against the passages that search gives, on 596 points of
other questions and 750 invented sentences, held against the same, and looked at again on 292 sentences of XQuAD.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.answering.sources import Source
from bot.retrieval.search import Searcher

# Of a sentence that cites a passage in the other language, by ``Searcher.align``: 72 of 83 right ones have it, and one
# in nine of those about something else that nothing else is wrong with.
MIN_NEAR = 0.2
# Of a sentence that is given a passage which it did not cite: 41 of 76 in the other language have it, 35 of them for
# the right one, and one in a hundred of what is about something else.
MIN_ALIGNED = 0.4
# By which that has to be ahead of what was cited. Of wrong citations in the other language 56 % are behind the right
# passage by so much, and 92 % on XQuAD; of right ones 3 of 91 are behind a wrong one, and none on XQuAD.
MIN_AHEAD = 0.2
# Of a sentence's nearness to the question, beside that to what is said of it: two sentences that say much the same are
# told apart by what was asked. The right passage is ahead of all others for 87 %, and for 80 % without.
QUESTION_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near a passage's nearest sentence is: to what is ``said``, and to that and the question (``asked``)."""

    said: float
    asked: float


async def nearness(said: str, sources: Sequence[Source], searcher: Searcher) -> dict[int, Nearness]:
    """How near each of ``sources`` is to ``said``, by number. Takes one embedding; raises what the embedder raises."""
    aligned = await searcher.align(said, [source.passage.id for source in sources])
    return {
        n: _nearness(scores, source.hit.sentence_scores)
        for n, (source, scores) in enumerate(zip(sources, aligned, strict=True), start=1)
    }


def nearest(near: dict[int, Nearness], fitting: Collection[int], *, cited: Collection[int] = ()) -> int | None:
    """The one of ``fitting`` that a sentence can rest on, instead of what is ``cited``.

    None where none is near enough, or clearly nearer than that.
    """
    best = max(fitting, key=lambda n: near[n].asked, default=None)
    if best is None or near[best].said < MIN_ALIGNED:
        return None
    return best if all(near[best].asked >= near[n].asked + MIN_AHEAD for n in cited) else None


def _nearness(aligned: Sequence[float], asked: Sequence[float]) -> Nearness:
    both = [said + QUESTION_WEIGHT * question for said, question in zip(aligned, asked, strict=True)]
    return Nearness(said=max(aligned, default=0.0), asked=max(both, default=0.0))
