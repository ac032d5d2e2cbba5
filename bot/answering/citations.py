"""From the markers in a model's answer to citations that carry the sentence they rest on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.answering.foreign_links import addresses_in, without_foreign_links
from bot.answering.links import Linker
from bot.answering.markers import claims, renumber, with_numbers
from bot.answering.model import Citation
from bot.answering.plain import visible
from bot.answering.sources import Source
from bot.corpus.model import Essay, Passage, Span
from bot.corpus.sections import is_front_matter
from bot.retrieval.index import Index
from bot.retrieval.search import Searcher
from bot.retrieval.terms import terms

MAX_CLAIMS_ALIGNED = 40  # of an answer; each takes an embedding of some 20 ms, and words place the others
# Chosen on XQuAD, where 95 % of the answers stand in the quote so, and 92 % without the two; a wider spread mostly
# quotes neighbours in vain.
SHARED_NUMBERS_WEIGHT = 0.1  # of a sentence's support, beside a cosine
SPREAD = 0.1  # of the support of two neighbours, up to which a claim rests on both
MAX_PAIR_CHARS = 400
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An answer's text with its markers checked, and what they stand for."""

    text: str
    citations: tuple[Citation, ...]


async def cite(text: str, sources: Sequence[Source], *, searcher: Searcher, linker: Linker) -> Cited:
    """Check the markers of ``text`` against ``sources`` and find the sentence behind each.

    Claims that rest on different sentences of a passage have a citation each, those on the same sentence share one.
    Citations run from 1 in order of first use; there are none where no marker names a source. Addresses
    that don't stand in ``sources`` are taken away.
    """
    numbered = renumber(without_foreign_links(text, addresses_in(sources)), given=len(sources))
    aligner, cited, numbers = _Aligner(searcher), list[_Place](), []
    for claim in claims(numbered.text):
        behind = [sources[numbered.order[n - 1] - 1] for n in claim.numbers]
        stretches = await aligner.stretches(claim.text, [source.passage for source in behind])
        places = [_Place(source=source, stretch=stretch) for source, stretch in zip(behind, stretches, strict=True)]
        numbers.append({n: _number(place, cited) for n, place in zip(claim.numbers, places, strict=True)})
    return Cited(
        text=with_numbers(numbered.text, numbers).strip(),
        citations=tuple(
            citation(n, place.source, place.stretch.span, index=searcher.index, linker=linker)
            for n, place in enumerate(cited, start=1)
        ),
    )


def citation(n: int, source: Source, span: Span, *, index: Index, linker: Linker) -> Citation:
    """The citation of ``span`` of ``source`` under the number ``n``."""
    passage = source.passage
    return Citation(
        n=n,
        essay=passage.essay,
        passage_id=passage.id,
        section=passage.section,
        span=span,
        quote=passage.sentence_text(span),
        link=linker.link(passage, span, essay_text=partial(essay_text, index, passage.essay)),
        twin=source.twin,
    )


def essay_text(index: Index, essay: Essay) -> str:
    """What the passages of ``essay`` hold of its text, in order, without front matter."""
    return "\n".join(p.text for p in index.passages_of(essay.key) if not is_front_matter(p))


async def supporting_span(passage: Passage, said: str, searcher: Searcher) -> Span:
    """The sentence of ``passage`` that supports best what is ``said``; two neighbours where both do about equally.

    The first sentence where nothing is said. Raises what the embedder raises.
    """
    [stretch] = await _Aligner(searcher).stretches(said, [passage])
    return stretch.span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """What supports a claim; ``best``: the sentence of it that does most, None where none is known to."""

    span: Span
    best: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    source: Source
    stretch: _Stretch

    def is_quoted_by(self, other: "_Place") -> bool:
        """Whether ``other`` shows the sentence that this is about."""
        span, best = other.stretch.span, self.stretch.best
        holds = best is None or (span.start <= best.start and best.end <= span.end)
        return holds and other.source.n == self.source.n


def _number(place: _Place, cited: list[_Place]) -> int:
    """The number of ``place`` among those ``cited``, to which it is added where none of them shows it."""
    for n, other in enumerate(cited, start=1):
        if place.is_quoted_by(other):
            return n
    cited.append(place)
    return len(cited)


class _Aligner:
    """Finds what the claims of one answer rest on: the first by vectors and words, those behind by words alone."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._left = MAX_CLAIMS_ALIGNED

    async def stretches(self, said: str, passages: Sequence[Passage]) -> list[_Stretch]:
        """What supports ``said`` in each of ``passages``. Raises what the embedder raises."""
        several = [passage for passage in passages if len(passage.sentences) > 1] if said else []
        rows = await self._scores(said, several)
        found = {passage.id: _stretch(said, passage, row) for passage, row in zip(several, rows, strict=True)}
        return [found.get(passage.id) or _first(passage) for passage in passages]

    async def _scores(self, said: str, passages: Sequence[Passage]) -> Sequence[Sequence[float]]:
        if passages and self._left:
            self._left -= 1
            return await self._searcher.align(said, [passage.id for passage in passages])
        return [_shared_terms(said, passage) for passage in passages]


def _first(passage: Passage) -> _Stretch:
    return _Stretch(span=passage.sentences[0] if passage.sentences else passage.span)


def _shared_terms(said: str, passage: Passage) -> list[float]:
    asked = set(terms(said))
    texts = (passage.sentence_text(sentence) for sentence in passage.sentences)
    return [len(asked.intersection(terms(text))) / max(len(asked), 1) for text in texts]


def _stretch(said: str, passage: Passage, aligned: Sequence[float]) -> _Stretch:
    sentences = passage.sentences
    texts = [passage.sentence_text(sentence) for sentence in sentences]
    support = _support(said, texts, aligned)
    if not any(support):
        return _first(passage)
    shown = [s for s, text in enumerate(texts) if visible(text)]
    best = max(shown, key=support.__getitem__, default=0)
    beside = [s for s in (best - 1, best + 1) if s in shown and support[s] >= support[best] - SPREAD]
    second = max(beside, key=support.__getitem__, default=best)
    both = replace(sentences[min(best, second)], end=sentences[max(best, second)].end)
    span = both if both.end - both.start <= MAX_PAIR_CHARS else sentences[best]
    return _Stretch(span=span, best=sentences[best])


def _support(claim: str, texts: Sequence[str], aligned: Sequence[float]) -> list[float]:
    numbers = set(_NUMBER.findall(claim))
    if not numbers:
        return list(aligned)
    return [
        score + SHARED_NUMBERS_WEIGHT * len(numbers.intersection(_NUMBER.findall(text))) / len(numbers)
        for score, text in zip(aligned, texts, strict=True)
    ]
