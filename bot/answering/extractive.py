"""An answer without a model: the sentences that answer best, in the essays' own words."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answering.citations import citation
from bot.answering.contradiction import Contradiction, contradiction_in
from bot.answering.foreign_links import escaped_unlinked
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.phrases import original_label, quoted_lead
from bot.answering.plain import count_wide, readable, visible, without_wide
from bot.answering.prose import asks_for_others, is_prose
from bot.answering.sources import Source
from bot.answering.thread import Thread
from bot.corpus.model import Passage, Span
from bot.retrieval.index import Index

Keys = frozenset[str]  # of essays

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
_ASKS_WHO = re.compile(
    r"作者(?:是|叫|姓)|谁[^，。？！]{0,4}写|\b(?:author of|who(?: is the author|'s the author| wrote))\b", re.IGNORECASE
)
_WHO = re.compile(r"(?:author|作者)\s?[:：]", re.IGNORECASE)
_ASKS_WHEN = re.compile(
    r"(?:什么时候|何时|哪[年天月]|几[月号])[^，。？！]{0,6}(?:写|发|登)|(?:写|发[表布])[^，。？！]{0,3}(?:什么时候|何时|哪[年天月]|日期)|"
    r"\bwhen\b.*\b(?:published|posted|written)\b|\bdate of\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"(?:date|日期|updated)\s?[:：]", re.IGNORECASE)
NO_PROSE_COST = 0.6  # of a line of code's or a reference's score: prose that is as near comes before it
# Of the first quote's nearness to the question, for a further one: the golden questions lose no quote that answers.
FURTHER_SHARE = 0.3
LINE_LEAD = 1.0  # before any sentence of the same passage: the line of front matter that was asked for
SAME_SHARE = 0.6  # of the shorter sentence's letter pairs: above it, two sentences say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    source: Source
    span: Span
    shown: str
    score: float
    near: float


def quote_essays(
    inquiry: Inquiry,
    sources: Sequence[Source],
    *,
    index: Index,
    linker: Linker,
    named: Sequence[Keys] = (),
    thread: Thread | None = None,
) -> Answer | None:
    """The answer made of the two or three best sentences; None where no source has a sentence to quote.

    Where one states another figure than the question, it comes first, and is said to. Each source that
    the question names (``named``: the keys of its essays) has its say.
    """
    contradiction = contradiction_in(inquiry.standalone, sources)
    quotes = best_sentences(sources, inquiry.standalone, first=contradiction, named=named, thread=thread)
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
    sources: Sequence[Source],
    question: str,
    *,
    first: Contradiction | None = None,
    named: Sequence[Keys] = (),
    thread: Thread | None = None,
) -> tuple[_Candidate, ...]:
    """The sentences to quote, best first: not too short, no headings, none that repeats a better one.

    Lines of front matter may be among them only where ``question`` asks for such things. ``first``: stands before all
    others. ``named``: of each source the best sentence comes before further ones.
    """
    chosen = [] if first is None else [_leading(first)]
    chars = sum(min(len(candidate.shown), MAX_QUOTE_CHARS) for candidate in chosen)
    candidates = sorted(_candidates(sources[:SOURCES_READ], question, thread), key=_by_score)
    if len(named) > 1:  # the others were not asked
        candidates = [candidate for candidate in candidates if _stands_in(candidate, *named)]
    near = max((candidate.near for candidate in candidates[:1]), default=0.0)
    further = (candidate for candidate in candidates if candidate.near >= FURTHER_SHARE * near)
    for candidate in (*_of_each(named, sources, question, thread), *further):
        if len(chosen) == MAX_QUOTES or (chosen and chars + len(candidate.shown) > MAX_QUOTED_CHARS):
            break
        if not any(_say_the_same(candidate.shown, other.shown) for other in chosen):
            chosen.append(candidate)
            chars += min(len(candidate.shown), MAX_QUOTE_CHARS)
    return tuple(chosen)


def _of_each(
    named: Sequence[Keys], sources: Sequence[Source], question: str, thread: Thread | None
) -> list[_Candidate]:
    candidates = sorted(_candidates(sources, question, thread), key=_by_score)
    best = (next((candidate for candidate in candidates if _stands_in(candidate, keys)), None) for keys in named)
    return sorted((candidate for candidate in best if candidate is not None), key=_by_score)


def _stands_in(candidate: _Candidate, *named: Keys) -> bool:
    return any(candidate.source.passage.essay.key in keys for keys in named)


def _by_score(candidate: _Candidate) -> float:
    return -candidate.score


def _leading(first: Contradiction) -> _Candidate:
    shown = readable(first.source.passage.sentence_text(first.span))
    return _Candidate(source=first.source, span=first.span, shown=shown, score=math.inf, near=math.inf)


def _candidates(sources: Iterable[Source], question: str, thread: Thread | None) -> Iterator[_Candidate]:
    metadata, line = _ASKS_FOR_METADATA.search(question) is not None, _asked_line(question)
    cost = 0 if asks_for_others(question) else NO_PROSE_COST
    for source in sources:
        passage = source.passage
        for place, (span, sentence_score) in enumerate(zip(passage.sentences, source.hit.sentence_scores, strict=True)):
            raw = passage.sentence_text(span)
            shown = readable(raw)
            near = sentence_score + (0 if thread is None else thread.lead(passage.id, place, shown))
            score = near - PLACE_COST * source.n - (0 if is_prose(raw) else cost)
            if line is not None and line.match(shown):
                yield _Candidate(source=source, span=span, shown=shown, score=score + LINE_LEAD, near=near)
            elif _says_something(raw, shown, passage) and (metadata or not _METADATA.match(shown)):
                yield _Candidate(source=source, span=span, shown=shown, score=score, near=near)


def _asked_line(question: str) -> re.Pattern[str] | None:
    """What the line of front matter begins with that ``question`` asks for: who wrote it, or when."""
    if _ASKS_WHO.search(question):
        return _WHO
    return _WHEN if _ASKS_WHEN.search(question) else None


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
        return escaped_unlinked(shown)
    cut = max(shown.rfind(mark, MAX_QUOTE_CHARS // 2, MAX_QUOTE_CHARS) for mark in " ，,；;、。")
    return escaped_unlinked(shown[: cut if cut > 0 else MAX_QUOTE_CHARS].rstrip(" ，,；;、。")) + "…"
