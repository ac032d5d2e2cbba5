"""What a sentence puts in quotation marks, and whether it stands there word for word."""

import re
from collections.abc import Collection, Iterator

from bot.answering.verification.folding import folded

_QUOTED = re.compile(r'"([^"\n]{1,2000})"')
# Single marks that no letter stands outside of; between letters they are apostrophes.
_SINGLE = re.compile(r"(?<![A-Za-z0-9])'(?!\d\ds\b)((?:[^'\n]|(?<=[A-Za-z])'(?=[A-Za-z])){2,2000})'(?![A-Za-z0-9])")
_MARKED = re.compile(r"[“「『\"«]([^“”「」『』\"«»\n]{1,2000})[”」』\"»]")
_DOUBLED = re.compile(r"``|''")
_UNCLOSED = re.compile(r"[“「『„«〝][^“”」』»〞\n]{1,2000}\Z")
_ANNOUNCED = re.compile(
    r"(?:原话|原文|原句)(?:就?是|为|如下|说|写道|(?:是)?这[样么]说的?)?\s?:\s?([^\"\n]{1,2000})\Z"
    r"|\b(?:verbatim|exact words(?: (?:are|were))?|own words)\s?:\s?([^\"\n]{1,2000})\Z",
    re.IGNORECASE,
)
_OMISSION = re.compile(r"\[?(?:\.{3,6}|…{1,2}|……)\]?")
_BLANKS = re.compile(r"\s+")
_EDGES = " ,.;:!?，。；：！？、…'\""


def quotations(text: str) -> Iterator[str]:
    """What stands between quotation marks in ``text`` (folded), or is announced as the words of the essay."""
    marked = _DOUBLED.sub('"', text)
    for form in (_QUOTED, _SINGLE, _ANNOUNCED):
        for match in form.finditer(marked):
            if quote := next(filter(None, match.groups())).strip(_EDGES):
                yield quote


def unquoted(sentence: str, words: Collection[str]) -> str:
    """``sentence`` without the quotation marks around ``words`` (folded)."""
    return _MARKED.sub(lambda match: match[1] if folded(match[1]).strip(_EDGES) in words else match[0], sentence)


def leaves_open(sentence: str) -> bool:
    """Whether ``sentence`` ends within a quotation: behind a curly or corner mark that nothing closes."""
    return _UNCLOSED.search(sentence) is not None


def altered_quotations(text: str, told: str) -> Iterator[str]:
    """The quotations in ``text`` that are not verbatim in ``told`` (both folded).

    White space, and the punctuation at the edges, may differ. What is left out is marked by dots: the rest
    stands in order.
    """
    source = _squeezed(told)
    for quote in quotations(text):
        at = 0
        for part in _OMISSION.split(quote):
            piece = _squeezed(part.strip(_EDGES))
            at = source.find(piece, at)
            if at < 0:
                yield quote
                break
            at += len(piece)


def block_quotation(markdown: str) -> str | None:
    """The words of a line that is set as a quotation (`> …`), folded; None for any other."""
    return folded(markdown) if markdown.lstrip().startswith(">") else None


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", text.translate(_PUNCTUATION))


# A quotation within another has other marks than the passage's.
_PUNCTUATION = str.maketrans("，。；：！？（）", ",.;:!?()", "\"'")
