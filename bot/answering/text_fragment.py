"""The fragment of an address that makes a browser scroll to a quote and mark it.

https://wicg.github.io/scroll-to-text-fragment/: ``#:~:text=[prefix-,]start[,end][,-suffix]``. A browser looks for
``start`` in whole words within one block of the page, a paragraph or a cell; the same holds for each other part, but
``start`` and ``end`` may stand in different blocks. It marks the first place that fits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from bot.answering.plain import visible
from bot.corpus.model import Passage, Span

MAX_EXACT_CHARS = 120  # a longer quote is named by its two ends
_END_CHARS = (24, 60, 120)  # tried in turn, until the ends are found nowhere before the quote
_CONTEXT_CHARS = (0, 20, 60)
# Where a part may be cut: after white space or punctuation, but not within ``10.48550`` or ``C++/C#``. Within
# Chinese, browsers find words by a dictionary of their own, so nothing is cut there.
_WORD_GAP = re.compile(r"(?<=[\s，。！？；：、）」』”])|(?<=[,.!?;:)])(?![!-~])")
_ITEM_NUMBER = re.compile(r"\A\d{1,3}[.)]\s+")  # a page draws it, but its text lacks it
_ROW, _CELLS = re.compile(r"\s*\|"), re.compile(r"\|")
_WIDE_GAP = re.compile(r"\xa0\s+|[ \t]+\xa0\s*")  # shown as it is, while other white space is shown as one space
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directive:
    """Its parts as the page shows them; ``end``, ``prefix`` and ``suffix`` may be empty."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def encoded(self) -> str:
        parts = [
            f"{_encode(self.prefix)}-" if self.prefix else "",
            _encode(self.start),
            _encode(self.end),
            f"-{_encode(self.suffix)}" if self.suffix else "",
        ]
        return f":~:text={','.join(filter(None, parts))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quoted:
    """The blocks of an essay before the quote, in it and after it."""

    before: tuple[str, ...]
    quote: tuple[str, ...]
    after: tuple[str, ...]

    def is_found_by(self, directive: _Directive) -> bool:
        """Whether the first place that fits is the quote. White space and case don't count, nor word boundaries."""
        before, quote = _squashed("".join(self.before)), _squashed("".join(self.quote))
        page = before + quote + _squashed("".join(self.after))
        prefix, start = _squashed(directive.prefix), _squashed(directive.start)
        end, suffix = _squashed(directive.end), _squashed(directive.suffix)
        at = page.find(prefix + start + ("" if end else suffix)) + len(prefix)
        stop = at + len(start)
        if end:
            stop = page.find(end + suffix, stop) + len(end)
        return (at, stop) == (len(before), len(before) + len(quote))


def text_fragment(passage: Passage, span: Span, *, essay_text: str = "", url: str = "") -> str:
    """The fragment that names the quote at ``span``; empty where the quote shows no text.

    ``essay_text`` is the essay's Markdown, to tell whether the quote stands in it elsewhere; without the passage in
    it, the passage alone is looked at. A ``url`` that has a fragment already gets the directive appended to it.
    """
    text = essay_text if passage.text in essay_text else passage.text
    offset = text.index(passage.text) - passage.span.start
    begin, end = span.start + offset, span.end + offset
    quoted = _Quoted(before=_blocks(text[:begin]), quote=_blocks(text[begin:end]), after=_blocks(text[end:]))
    if not quoted.quote:
        return ""
    directives = list(_directives(quoted))
    best = next(filter(quoted.is_found_by, directives), directives[-1])
    return f"{'' if '#' in url else '#'}{best.encoded()}"


def _directives(quoted: _Quoted) -> Iterator[_Directive]:
    """What may name the quote, shortest first."""
    first, last = quoted.quote[0], quoted.quote[-1]
    for context_chars in _CONTEXT_CHARS:
        prefix = _last_words(quoted.before[-1], context_chars) if quoted.before else ""
        suffix = _first_words(quoted.after[0], context_chars) if quoted.after else ""
        if len(quoted.quote) == 1 and len(first) <= MAX_EXACT_CHARS:
            yield _Directive(start=first, prefix=prefix, suffix=suffix)
            continue
        for end_chars in _END_CHARS:
            chars = min(end_chars, len(first) // 2) if len(quoted.quote) == 1 else end_chars
            yield _Directive(
                start=_first_words(first, chars), end=_last_words(last, chars), prefix=prefix, suffix=suffix
            )


def _blocks(markdown: str) -> tuple[str, ...]:
    """What the page shows of each line and each cell, which may or may not be a block there."""
    pieces = (
        piece for line in markdown.splitlines() for piece in (_CELLS if _ROW.match(line) else _WIDE_GAP).split(line)
    )
    return tuple(filter(None, (_ITEM_NUMBER.sub("", visible(piece)) for piece in pieces)))


def _first_words(text: str, chars: int) -> str:
    """The beginning of ``text`` up to the last word that ends within ``chars``; at least one word, unless 0."""
    if len(text) <= chars or not chars:
        return text if chars else ""
    gaps = [gap.start() for gap in _WORD_GAP.finditer(text, 1)]
    fitting = [gap for gap in gaps if gap <= chars]
    return text[: fitting[-1] if fitting else min(gaps, default=len(text))].strip()


def _last_words(text: str, chars: int) -> str:
    if len(text) <= chars or not chars:
        return text if chars else ""
    gaps = [gap.start() for gap in _WORD_GAP.finditer(text) if gap.start() < len(text.rstrip())]
    fitting = [gap for gap in gaps if len(text) - gap <= chars]
    return text[fitting[0] if fitting else max(gaps, default=0) :].strip()


def _squashed(text: str) -> str:
    return _BLANKS.sub("", text).casefold()


def _encode(text: str) -> str:
    # ``-``, ``,`` and ``&`` have a meaning in the directive; quote() would leave ``-`` as it is.
    return percent_encode(text, safe="").replace("-", "%2D")
