"""Which passages a sentence stands on: those that it cites, the best of them, or another."""

import asyncio
from collections.abc import Callable, Sequence

from bot.answering.sources import Source
from bot.answering.verification.check import (
    MIN_SHARED,
    Evidence,
    Fault,
    FaultKind,
    shared_terms,
    shares_every_part,
)
from bot.answering.verification.folding import folded
from bot.answering.verification.nearness import MIN_NEAR, Nearness, nearest, nearness
from bot.answering.verification.sentences import Sentence
from bot.corpus.language import language_of
from bot.retrieval.search import Searcher

MIN_ATTRIBUTED = 0.5  # of the terms of a sentence, in a passage of its language that it surely rests on
MIN_OF_BEST = 0.6  # of the terms that the best of them holds
MAX_LOOKED_FOR = (
    40  # sentences of an answer, in all passages: each takes a tenth of a second; those behind them are not
)


class Attribution:
    """Places sentences under ``sources``, which were read as ``evidence``, one for one.

    ``faults`` finds what is wrong with a text over the sources of some numbers.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        evidence: Sequence[Evidence],
        *,
        searcher: Searcher,
        faults: Callable[[str, Sequence[int]], Sequence[Fault]],
    ) -> None:
        self._sources = sources
        self._evidence = evidence
        self._searcher = searcher
        self._faults = faults
        self._left = MAX_LOOKED_FOR

    async def place(self, sentence: Sentence, faults: Sequence[Fault]) -> tuple[int, ...]:
        """The numbers of what ``sentence`` stands on: what it cites, if that has no ``faults``, or another; else none.

        What a passage contradicts is not looked for in others, nor what comes behind ``MAX_LOOKED_FOR`` sentences that
        had to be. Raises what the searcher's embedder raises.
        """
        if any(fault.kind is FaultKind.POLARITY for fault in faults):
            return ()
        if not faults and self._shares_words(sentence, MIN_ATTRIBUTED):
            return self._narrowed(sentence)
        if self._left == 0:
            return self._narrowed(sentence) if not faults and self._shares_words(sentence, MIN_SHARED) else ()
        self._left -= 1
        near = await nearness(sentence.said, self._sources, self._searcher)
        stands = not faults and self._is_spoken_of(sentence, near)
        if sentence.numbers and any(fault.kind is FaultKind.NUMBER for fault in faults):
            # What has other figures than the passage that it is about is not told by one about something else.
            least = max(near[n].said for n in sentence.numbers)
            near = {n: nearness for n, nearness in near.items() if nearness.said >= least}
        n = await asyncio.to_thread(self._supporting, sentence, near, stands=stands)
        if n is not None:
            return (n,)
        return self._narrowed(sentence) if stands else ()

    def _narrowed(self, sentence: Sentence) -> tuple[int, ...]:
        """What is cited, without those that hold much less of the sentence than the best of them."""
        if len(sentence.numbers) == 1:
            return sentence.numbers
        lang = language_of(sentence.said)
        shares = {
            n: shared_terms(sentence.said, evidence)
            for n in sentence.numbers
            if (evidence := self._evidence[n - 1]).lang == lang
        }
        least = max(shares.values(), default=0) * MIN_OF_BEST
        return tuple(n for n, share in shares.items() if share >= least) or sentence.numbers

    def _shares_words(self, sentence: Sentence, least: float) -> bool:
        """Whether one of the passages that it cites is in its language, and holds so much of its terms."""
        said, lang = sentence.said, language_of(folded(sentence.said))
        cited = [self._evidence[n - 1] for n in sentence.numbers]
        return any(evidence.lang == lang and shared_terms(said, evidence) >= least for evidence in cited)

    def _is_spoken_of(self, sentence: Sentence, near: dict[int, Nearness]) -> bool:
        """Whether what is cited is near ``sentence``, where it is in the other language and words don't tell."""
        lang = language_of(folded(sentence.said))
        foreign = [n for n in sentence.numbers if self._evidence[n - 1].lang != lang]
        if not foreign or self._shares_words(sentence, MIN_SHARED):
            return True
        return max(near[n].said for n in foreign) >= MIN_NEAR

    def _supporting(self, sentence: Sentence, near: dict[int, Nearness], *, stands: bool) -> int | None:
        """The source that ``sentence`` passes all checks against and that holds it best; None where there is none.

        Where it ``stands`` as it is, only one that is clearly nearer than what it cites.
        """
        said, lang = sentence.said, language_of(sentence.said)
        fitting = [n for n in near if not self._faults(said, (n,))]
        if stands:
            return nearest(near, fitting, cited=sentence.numbers)
        shares = {n: shared_terms(said, e) for n in fitting if (e := self._evidence[n - 1]).lang == lang}
        best = max(shares, key=shares.__getitem__, default=None)
        if best is not None and shares[best] >= MIN_ATTRIBUTED and shares_every_part(said, self._evidence[best - 1]):
            return best
        return nearest(near, [n for n in fitting if n not in shares or shares_every_part(said, self._evidence[n - 1])])
