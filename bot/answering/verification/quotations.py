"""What a sentence puts in quotation marks, and whether it stands there word for word."""

import re
from collections.abc import Iterator

from bot.answering.verification.folding import folded

_QUOTED = re.compile(r'"([^"\n]{1,2000})"')
_OMISSION = re.compile(r"\[?(?:\.{3,6}|…{1,2}|……)\]?")
_BLANKS = re.compile(r"\s+")
_EDGES = " ,.;:!?，。；：！？、…'\""


def quotations(text: str) -> Iterator[str]:
    """What stands between quotation marks in ``text`` (folded); a lone mark opens nothing."""
    for match in _QUOTED.finditer(text):
        if quote := match[1].strip(_EDGES):
            yield quote


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


_PUNCTUATION = str.maketrans("，。；：！？（）", ",.;:!?()")
