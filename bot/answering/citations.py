"""From the markers in a model's answer to citations that carry the sentence they rest on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.answering.foreign_links import addresses_in, without_foreign_links
from bot.answering.links import Linker
from bot.answering.markers import claims, renumber
from bot.answering.model import Citation
from bot.answering.plain import visible
from bot.answering.sources import Source
from bot.corpus.model import Essay, Passage, Span
from bot.retrieval.index import Index
from bot.retrieval.search import Searcher

MAX_CLAIMS_ALIGNED = 3  # of one passage; each takes an embedding, and more seldom change the best sentence
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

    Citations run from 1 in order of first use; there are none where no marker names a source. Addresses
    that don't stand in ``sources`` are taken away.
    """
    numbered = renumber(without_foreign_links(text, addresses_in(sources)), given=len(sources))
    by_number: dict[int, list[str]] = {}
    for claim in claims(numbered.text):
        for n in claim.numbers:
            by_number.setdefault(n, []).append(claim.text)
    cited = []
    for shown, given in enumerate(numbered.order, start=1):
        source = sources[given - 1]
        span = await supporting_span(source.passage, by_number.get(shown, []), searcher)
        cited.append(citation(shown, source, span, index=searcher.index, linker=linker))
    return Cited(text=numbered.text.strip(), citations=tuple(cited))


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
    """What the passages of ``essay`` hold of its text, in order."""
    return "\n".join(passage.text for passage in index.passages_of(essay.key))


async def supporting_span(passage: Passage, said: Sequence[str], searcher: Searcher) -> Span:
    """The sentence of ``passage`` that supports best what is ``said``; two neighbours where both do about equally.

    The first sentence where nothing is said. Raises what the embedder raises.
    """
    sentences = passage.sentences or (passage.span,)
    if len(sentences) == 1 or not said:
        return sentences[0]
    texts = [passage.sentence_text(sentence) for sentence in sentences]
    aligned = [(claim, await searcher.align(claim, [passage.id])) for claim in said[:MAX_CLAIMS_ALIGNED]]
    rows = [_support(claim, texts, scores) for claim, [scores] in aligned]
    support = [max(column) for column in zip(*rows, strict=True)]
    shown = [s for s, text in enumerate(texts) if visible(text)]
    best = max(shown, key=support.__getitem__, default=0)
    beside = [s for s in (best - 1, best + 1) if s in shown and support[s] >= support[best] - SPREAD]
    second = max(beside, key=support.__getitem__, default=best)
    both = replace(sentences[min(best, second)], end=sentences[max(best, second)].end)
    return both if both.end - both.start <= MAX_PAIR_CHARS else sentences[best]


def _support(claim: str, texts: Sequence[str], aligned: Sequence[float]) -> list[float]:
    numbers = set(_NUMBER.findall(claim))
    if not numbers:
        return list(aligned)
    return [
        score + SHARED_NUMBERS_WEIGHT * len(numbers.intersection(_NUMBER.findall(text))) / len(numbers)
        for score, text in zip(aligned, texts, strict=True)
    ]
