"""From the markers in a model's answer to citations that carry the sentence they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        span = await _best_sentence(source.passage, by_number.get(shown, []), searcher)
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
        link=linker.link(passage, span, essay_text=essay_text(index, passage.essay)),
        twin=source.twin,
    )


def essay_text(index: Index, essay: Essay) -> str:
    """What the passages of ``essay`` hold of its text, in order."""
    return "\n".join(passage.text for passage in index.passages_of(essay.key))


async def _best_sentence(passage: Passage, said: Sequence[str], searcher: Searcher) -> Span:
    sentences = passage.sentences or (passage.span,)
    if len(sentences) == 1 or not said:
        return sentences[0]
    rows = [await searcher.align(claim, passage.id) for claim in said[:MAX_CLAIMS_ALIGNED]]
    support = [max(column) for column in zip(*rows, strict=True)]
    shown = [s for s in range(len(sentences)) if visible(passage.sentence_text(sentences[s]))]
    return sentences[max(shown, key=support.__getitem__, default=0)]
