"""An answer without a model: the sentences that answer best, in the essays' own words."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answering.citations import citation
from bot.answering.contradiction import Contradiction, contradiction_in
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.phrases import original_label, quoted_lead
from bot.answering.plain import count_wide, escaped, readable, visible, without_wide
from bot.answering.sources import Source
from bot.corpus.model import Passage, Span
from bot.retrieval.index import Index

MAX_QUOTES = 3
MAX_QUOTED_CHARS = 600  # of all quotes together: one short message
MAX_QUOTE_CHARS = 320  # a longer sentence is shown in part; its citation has it whole
MIN_WORDS = 4  # shorter sentences say little on their own; a Chinese character counts as half a word
SOURCES_READ = 5
PLACE_COST = 0.07  # of a sentence's score, for each place that its passage stands further down; measured
_NO_STATEMENT = ("?", "？", ":", "：")
_NO_SENTENCE = ("#", "---", "```", "![", "|")
_METADATA = re.compile(
    r"(?:title|date|author|tags?|categor(?:y|ies)|layout|slug|lang|permalink|cover|keywords|updated|description|标题|作者|日期|标签)\s?[:：]",
    re.IGNORECASE,
)
_ASKS_FOR_METADATA = re.compile(
    r"作者|谁[^，。？！]{0,4}写|日期|时间|哪[年天月]|几[月号]|什么时候|何时|发[表布]|标题|标签|"
    r"\b(?:author|who wrote|written|wrote|date|dated|when|published|posted|title|tags?)\b",
    re.IGNORECASE,
)
SAME_SHARE = 0.6  # of the shorter sentence's letter pairs: above it, two sentences say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    source: Source
    span: Span
    shown: str
    score: float


def quote_essays(inquiry: Inquiry, sources: Sequence[Source], *, index: Index, linker: Linker) -> Answer | None:
    """The answer made of the two or three best sentences; None where no source has a sentence to quote.

    Where one states another figure than the question, it comes first, and is said to.
    """
    contradiction = contradiction_in(inquiry.standalone, sources)
    metadata = _ASKS_FOR_METADATA.search(inquiry.standalone) is not None
    quotes = best_sentences(sources, metadata=metadata, first=contradiction)
    if not quotes:
        return None
    lines = [
        f"> {_shortened(quote.shown)} [{n}]{original_label(inquiry.lang, quote.shown)}"
        for n, quote in enumerate(quotes, start=1)
    ]
    return Answer(
        status=Status.QUOTED,
        text="\n\n".join([quoted_lead(inquiry.lang, contradiction.stated if contradiction else None), *lines]),
        lang=inquiry.lang,
        citations=tuple(
            citation(n, quote.source, quote.span, index=index, linker=linker) for n, quote in enumerate(quotes, start=1)
        ),
        standalone_question=inquiry.standalone,
    )


def best_sentences(
    sources: Sequence[Source], *, metadata: bool = False, first: Contradiction | None = None
) -> tuple[_Candidate, ...]:
    """The sentences to quote, best first: not too short, no headings, none that repeats a better one.

    ``metadata``: lines of front matter may be among them. ``first``: stands before all others.
    """
    chosen = [] if first is None else [_leading(first)]
    chars = sum(min(len(candidate.shown), MAX_QUOTE_CHARS) for candidate in chosen)
    for candidate in sorted(_candidates(sources, metadata=metadata), key=lambda c: -c.score):
        if len(chosen) == MAX_QUOTES or (chosen and chars + len(candidate.shown) > MAX_QUOTED_CHARS):
            break
        if not any(_say_the_same(candidate.shown, other.shown) for other in chosen):
            chosen.append(candidate)
            chars += min(len(candidate.shown), MAX_QUOTE_CHARS)
    return tuple(chosen)


def _leading(first: Contradiction) -> _Candidate:
    shown = readable(first.source.passage.sentence_text(first.span))
    return _Candidate(source=first.source, span=first.span, shown=shown, score=math.inf)


def _candidates(sources: Iterable[Source], *, metadata: bool) -> Iterator[_Candidate]:
    for source in list(sources)[:SOURCES_READ]:
        passage = source.passage
        for span, score in zip(passage.sentences, source.hit.sentence_scores, strict=True):
            raw = passage.sentence_text(span)
            shown = readable(raw)
            if _says_something(raw, shown, passage) and (metadata or not _METADATA.match(shown)):
                yield _Candidate(source=source, span=span, shown=shown, score=score - PLACE_COST * source.n)


def _says_something(markdown: str, shown: str, passage: Passage) -> bool:
    """Whether a sentence may answer: no heading, rule or image, no question, no lead-in to a list, not too short."""
    if markdown.lstrip().startswith(_NO_SENTENCE) or shown.endswith(_NO_STATEMENT):
        return False
    names = {visible(passage.section), visible(passage.essay.title)}
    return _words(shown) >= MIN_WORDS and shown.removeprefix("title: ") not in names


def _words(text: str) -> float:
    return count_wide(text) / 2 + len(without_wide(text).split())


def _say_the_same(one: str, other: str) -> bool:
    pairs, other_pairs = _letter_pairs(one), _letter_pairs(other)
    fewer = min(len(pairs), len(other_pairs))
    return fewer > 0 and len(pairs & other_pairs) / fewer > SAME_SHARE


def _letter_pairs(text: str) -> set[str]:
    letters = [char for char in text.lower() if char.isalnum()]
    return {one + other for one, other in pairwise(letters)}


def _shortened(shown: str) -> str:
    if len(shown) <= MAX_QUOTE_CHARS:
        return escaped(shown)
    cut = max(shown.rfind(mark, MAX_QUOTE_CHARS // 2, MAX_QUOTE_CHARS) for mark in " ，,；;、。")
    return escaped(shown[: cut if cut > 0 else MAX_QUOTE_CHARS].rstrip(" ，,；;、。")) + "…"
