"""The ``[n]`` markers in a model's text: found in every form, checked, renumbered, taken away."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from bot.answering.plain import visible

# Code is the essay's or the model's own: ``a[0]`` in it is no citation. An unclosed fence runs to the end.
_CODE = re.compile(
    r"(?P<fence>`{3,}|~{3,}).*?(?:(?P=fence)|\Z)|(?P<ticks>`{1,2})(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)", re.DOTALL
)

_GAP = r"[\s\u200b-\u200d\ufeff]{0,3}"
_NUMBER = r"(?:\d{1,9}|[①-⑳❶-❿])"
_OPEN, _CLOSE = r"(?:\\?[\[【［〔〖]|&#91;|&#x5b;)", r"(?:\\?[\]】］〕〗]|&#93;|&#x5d;)"
_LABEL = (
    r"(?:passages?|sources?|refs?\.?|references?|citations?|footnotes?|notes?|essays?|no\.|p|"
    r"段落|资料|来源|出处|脚注|注释|注|引用|引文|文献|参考|文章|第)?"
)
# Atomic, as is a list of them: ``[1, 2, 3, …`` that turns out to be no marker is given up at once, not in 4^n ways.
# A list has an end and a run of blanks one beginning, so that a long row of either is read once, not from each place.
_ITEM = rf"(?>{_LABEL}{_GAP}[#:：]?{_GAP}[*_]{{0,3}}{_NUMBER}[*_]{{0,3}})"
_RANGE = r"(?:[-–—~～]|to|至|到)"
_NUMBERS = (
    rf"{_ITEM}(?>{_GAP}(?!{_CLOSE})(?:[,，、;；/&]{_GAP}(?:and)?|and|or|和|与|及|{_RANGE}){_GAP}{_ITEM}){{0,40}}+"
)
MARKER = re.compile(
    r"(?<![ \t\u3000])(?P<before>[ \t\u3000]*+)(?<!!)"
    rf"(?P<double>{_OPEN})?{_OPEN}{_GAP}\^?(?P<minus>[-−])?(?P<numbers>{_NUMBERS})"
    rf"[段篇条]?[.。]?(?:†[^\]】］\n]*?)?{_GAP}{_CLOSE}(?(double){_CLOSE})(?:\([^()\s]*\))?",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(rf"({_NUMBER})(?:{_GAP}{_RANGE}{_GAP}({_NUMBER}))?", re.IGNORECASE)
_MAX_RANGE = 10
_YEARS = range(1800, 2200)  # ``[2024]`` says when; no other long number in brackets means anything to a reader

# What models like to add although they are asked not to; the channel shows the sources itself.
_SOURCE_LIST = re.compile(
    r"\n[ \t]*[#*_>\- ]*(?:sources?|references?|citations?|参考(?:资料|文献|来源)?|来源|引用(?:来源)?|资料来源)"
    r"[*_ ]*[:：]?[*_ ]*"
    rf"(?:\n\s*(?:[-*+] |\d+[.)] )?{_OPEN}\^?\d{{1,3}}{_CLOSE}[^\n]*)+\s*\Z",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]")
_DOUBLED = re.compile(r"(\[\d+\])(?:\1)+")
_PUNCTUATION_OR_END = re.compile(r"[ \t\u3000]*(?:[，。！？；：、,.!?;:）)」』”\]\n]|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A text whose markers run from 1 in order of first use; ``order[n - 1]`` is the number that n stood for."""

    text: str
    order: tuple[int, ...]


def renumber(text: str, *, given: int) -> Numbered:
    """Bring every marker into the form ``[n]``, n counting from 1 in order of first use.

    Numbers outside 1 to ``given`` disappear, with the spaces before them. Code stays as it is.
    """
    order: list[int] = []

    def shown(n: int) -> int:
        if n not in order:
            order.append(n)
        return order.index(n) + 1

    def replaced(match: re.Match[str]) -> str:
        named = tuple(_numbers(match["numbers"]))
        if (len(named) == 1 and named[0] in _YEARS) or (match["minus"] and len(named) > 1):
            return match[0]  # a year, an interval
        kept = [shown(n) for n in named if 1 <= n <= given and not match["minus"]]
        if kept:
            return match["before"] + "".join(f"[{n}]" for n in dict.fromkeys(kept))
        ends = _PUNCTUATION_OR_END.match(match.string, match.end()) or match.string[match.end()].isspace()
        return "" if ends else match["before"]

    done = outside_code(_SOURCE_LIST.sub("", text), lambda prose: _DOUBLED.sub(r"\1", MARKER.sub(replaced, prose)))
    return Numbered(text=done, order=tuple(order))


def without_markers(text: str) -> str:
    """``text`` without any marker outside code."""
    return renumber(text, given=0).text


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """``text`` with all but its code put through ``change``."""
    return "".join(piece if is_code else change(piece) for is_code, piece in _pieces(text))


def without_code(text: str) -> str:
    """``text`` with a line break for each piece of its code."""
    return "".join("\n" if is_code else piece for is_code, piece in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    at = 0
    for start, end in code_in(text):
        yield False, text[at:start]
        yield True, text[start:end]
        at = end
    yield False, text[at:]


def code_in(text: str) -> list[tuple[int, int]]:
    """Where code stands in ``text``: starts and ends, in order."""
    marked = [code.span() for code in _CODE.finditer(text)]
    indented = [(start, end) for start, end in _indented_code_in(text) if not touches(marked, start, end)]
    return sorted(marked + indented)


def touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of ``spans``, which stand apart and in order, shares what lies between ``start`` and ``end``."""
    before = bisect_left(spans, end, key=itemgetter(0))
    return before > 0 and spans[before - 1][1] > start


def _indented_code_in(text: str) -> Iterator[tuple[int, int]]:
    # https://spec.commonmark.org/0.31.2/#indented-code-blocks: after a blank line; under an item it is a paragraph.
    may_begin, in_list, at = True, False, 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if not line.strip():
            may_begin = True
        elif line.startswith(("    ", "\t")):
            if may_begin and not in_list:
                yield start, at
        else:
            in_list = _LIST_ITEM.match(line) is not None or (in_list and not may_begin)
            may_begin = False


def _numbers(listed: str) -> Iterator[int]:
    for match in _ONE_NUMBER.finditer(listed):
        first = _value(match[1])
        last = _value(match[2]) if match[2] else first
        yield from range(first, last + 1) if first <= last <= first + _MAX_RANGE else (first, last)


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else int(unicodedata.numeric(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one sentence of the answer says, or a part of it that cites the same again, and the numbers it cites."""

    text: str
    numbers: tuple[int, ...]


# A sentence ends after its closing marks and its markers, wherever the model put these.
_SENTENCE = re.compile(
    r"[^\n]*?(?:[。！？!?；;]|\.(?=[\s\[”\"')）]|\Z)|(?=\n|\Z))[”\"』」’）)*_]*(?:[ \t]*\[\d+\])*[。.]?", re.MULTILINE
)
_SHOWN_MARKER = re.compile(r"[ \t]*\[(\d+)\]")
_SHOWN_MARKERS = re.compile(r"(?:[ \t]*\[\d+\])+")
_WORD = re.compile(r"\w")
_TRIM = " 。.，,；;、"
# In code, brackets are no markers. These stand for them meanwhile, so that nothing moves.
_STAND_INS = "\ufdd0\ufdd1"
_STOOD_IN_FOR = str.maketrans("[]", _STAND_INS)
_AWAY = str.maketrans("", "", _STAND_INS)


def claims(text: str) -> Iterator[Claim]:
    """What the sentences of a renumbered answer say that cite something, in order.

    A sentence that cites a passage in several places is a claim up to each of them; a marker on its own belongs to
    the sentence before.
    """
    said = ""
    for stretch in _stretches(_without_brackets_in_code(text)):
        numbers = tuple(int(number) for number in _SHOWN_MARKER.findall(stretch.text))
        said = visible(_SHOWN_MARKER.sub("", stretch.text).translate(_AWAY)).strip(_TRIM) or said
        if numbers:
            yield Claim(text=said, numbers=numbers)


def with_numbers(text: str, numbers: Iterable[Mapping[int, int]]) -> str:
    """``text``, its numbers made others: for each of its ``claims``, in order, which stands in place of which."""
    new, at, out = iter(numbers), 0, ""
    for stretch in _stretches(_without_brackets_in_code(text)):
        markers = list(_SHOWN_MARKER.finditer(stretch.text))
        instead = next(new) if markers else {}
        for marker in markers:
            start, end = (stretch.start + place for place in marker.span(1))
            out += f"{text[at:start]}{instead[int(marker[1])]}"
            at = end
    return out + text[at:]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    start: int
    text: str


def _stretches(plain: str) -> Iterator[_Stretch]:
    """The sentences of ``plain``; one that cites a passage in several places is cut behind its markers."""
    for sentence in _SENTENCE.finditer(plain):
        at, cited = 0, _SHOWN_MARKER.findall(sentence[0])
        comes_again = len(set(cited)) < len(cited)
        markers = list(_SHOWN_MARKERS.finditer(sentence[0])) if comes_again else []
        for before, behind in pairwise(markers):
            says_more = _WORD.search(sentence[0], before.end(), behind.start())
            if says_more and _WORD.search(sentence[0], at, before.start()):
                yield _Stretch(start=sentence.start() + at, text=sentence[0][at : before.end()])
                at = before.end()
        yield _Stretch(start=sentence.start() + at, text=sentence[0][at:])


def _without_brackets_in_code(text: str) -> str:
    return "".join(piece.translate(_STOOD_IN_FOR) if is_code else piece for is_code, piece in _pieces(text))
