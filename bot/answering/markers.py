"""The ``[n]`` markers in a model's text: found in every form, checked, renumbered, taken away."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.answering.plain import visible

# Code is the essay's or the model's own: ``a[0]`` in it is no citation. An unclosed fence runs to the end.
_CODE = re.compile(
    r"(?P<fence>`{3,}|~{3,}).*?(?:(?P=fence)|\Z)|(?P<ticks>`{1,2})(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)", re.DOTALL
)

_DIGITS = r"[0-9０-９]{1,3}"
_NUMBERS = rf"{_DIGITS}(?:\s*(?:[,，、;；]|[-–—~～])\s*{_DIGITS})*"
_OPEN, _CLOSE = r"\\?[\[【［]", r"\\?[\]】］]"
_LABEL = r"(?:passages?|sources?|段落|资料|来源)?\s*[#:：]?\s*"
MARKER = re.compile(
    rf"(?P<before>[ \t\u3000]*)(?<!!)(?P<double>{_OPEN})?{_OPEN}\s*\^?\s*{_LABEL}(?P<numbers>{_NUMBERS})"
    rf"(?:†[^\]】］\n]*?)?\s*{_CLOSE}(?(double){_CLOSE})(?:\([^()\s]*\))?",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(rf"({_DIGITS})(?:\s*[-–—~～]\s*({_DIGITS}))?")
_MAX_RANGE = 10

# What models like to add although they are asked not to; the channel shows the sources itself.
_SOURCE_LIST = re.compile(
    r"\n[ \t]*[#*_>\- ]*(?:sources?|references?|citations?|参考(?:资料|文献|来源)?|来源|引用(?:来源)?|资料来源)"
    r"[*_ ]*[:：]?[*_ ]*"
    rf"(?:\n\s*(?:[-*+] |\d+[.)] )?{_OPEN}\^?{_DIGITS}{_CLOSE}[^\n]*)+\s*\Z",
    re.IGNORECASE,
)
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
        kept = [shown(n) for n in _numbers(match["numbers"]) if 1 <= n <= given]
        if kept:
            return match["before"] + "".join(f"[{n}]" for n in dict.fromkeys(kept))
        ends = _PUNCTUATION_OR_END.match(match.string, match.end()) or match.string[match.end()].isspace()
        return "" if ends else match["before"]

    done = _outside_code(_SOURCE_LIST.sub("", text), lambda prose: _DOUBLED.sub(r"\1", MARKER.sub(replaced, prose)))
    return Numbered(text=done, order=tuple(order))


def without_markers(text: str) -> str:
    """``text`` without any marker outside code."""
    return renumber(text, given=0).text


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    return "".join(piece if is_code else change(piece) for is_code, piece in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    at = 0
    for code in _CODE.finditer(text):
        yield False, text[at : code.start()]
        yield True, code[0]
        at = code.end()
    yield False, text[at:]


def _numbers(listed: str) -> Iterator[int]:
    for match in _ONE_NUMBER.finditer(listed):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, last + 1) if first <= last <= first + _MAX_RANGE else (first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one sentence of the answer says, and the numbers it cites."""

    text: str
    numbers: tuple[int, ...]


# A sentence ends after its closing marks and its markers, wherever the model put these.
_SENTENCE = re.compile(
    r"[^\n]*?(?:[。！？!?；;]|\.(?=[\s\[”\"')）]|\Z)|(?=\n|\Z))[”\"』」’）)*_]*(?:[ \t]*\[\d+\])*[。.]?", re.MULTILINE
)
_SHOWN_MARKER = re.compile(r"[ \t]*\[(\d+)\]")


def claims(text: str) -> Iterator[Claim]:
    """The sentences of a renumbered answer that cite something; a marker on its own belongs to the sentence before."""
    said = ""
    for match in _SENTENCE.finditer(_outside_code_blanked(text)):
        numbers = tuple(int(number) for number in _SHOWN_MARKER.findall(match[0]))
        said = visible(_SHOWN_MARKER.sub("", match[0])).strip(_TRIM) or said
        if numbers:
            yield Claim(text=said, numbers=numbers)


_TRIM = " 。.，,；;"


def _outside_code_blanked(text: str) -> str:
    # Code takes part in what a sentence says, but its brackets are no markers.
    return "".join(piece.translate(_BRACKETS_AWAY) if is_code else piece for is_code, piece in _pieces(text))


_BRACKETS_AWAY = str.maketrans("", "", "[]")
