"""Figures that the passages don't have as they are said, but that follow from those they have.

Another unit, what is rounded and said to be about so much, what other figures of the sentence make, and what a change
leaves of the whole.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from bot.answering.verification.counted import DATE, MAX_FIGURES, PERCENT, Counted, agree, read_counted, reckoned
from bot.answering.verification.ways import way_of

MAX_ROUNDED = Fraction(1, 10)  # of a figure, by which a rounded one may differ
_CHANGES = re.compile(
    r"(?:降低|减少|下降|降|减|提高|增加|提升)了?(?:约|近)?[\d.%到至~-]*\Z"
    r"|\b(?:by|cuts?|reduc\w+|lower\w*|saves?|rais\w+|increas\w+)\b[^,.;]{0,24}\Z",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"(?:只|仅|剩|余下|原来的)[^,。;]{0,16}\Z|\b(?:only|just|remain\w*|left)\b[^,.;]{0,24}\Z", re.IGNORECASE
)


def derived(said: str, told: Sequence[str], missing: Collection[str]) -> Iterator[str]:
    """Those of ``missing``, figures of ``said`` as written there, that follow from those of ``told`` (the passages).

    All texts are folded. Of a text only the first ``MAX_FIGURES`` are reckoned with.
    """
    known = [(text, figure) for text in told for figure in read_counted(text)]
    mine = read_counted(said)[:MAX_FIGURES]
    operands = [one for one in mine if any(_is_same(one, other) for _, other in known)]
    for figure in (one for one in mine if one.text in missing):
        if (
            any(_is_converted(figure, other) for _, other in known)
            or _is_rounded(said, figure, [other for _, other in known])
            or _is_reckoned(said, figure, [one for one in operands if one is not figure])
            or _is_left(said, figure, known)
        ):
            yield figure.text


def _is_same(one: Counted, other: Counted) -> bool:
    return DATE not in {one.unit, other.unit} and agree(one, other) and bool(one.values & other.values)


def _is_converted(one: Counted, other: Counted) -> bool:
    """Whether both are the same in different units; in one unit, what is wrong with ``one`` is something else."""
    return _is_same(one, other) and one.unit is not None and _number(one) != _number(other)


def _number(figure: Counted) -> str:
    return figure.text.replace(",", "")


def _is_rounded(said: str, figure: Counted, told: Sequence[Counted]) -> bool:
    if way_of(said, figure.start, figure.end) != 0:
        return False
    return any(_rounds_to(figure, value) for other in told if agree(figure, other) for value in other.values)


def _is_reckoned(said: str, figure: Counted, operands: Sequence[Counted]) -> bool:
    is_about = way_of(said, figure.start, figure.end) == 0 or "." in figure.text
    return any(
        value in figure.values or (is_about and _rounds_to(figure, value)) for value in reckoned(figure, operands)
    )


def _is_left(said: str, figure: Counted, told: Sequence[tuple[str, Counted]]) -> bool:
    if figure.unit != PERCENT or not _LEAVES.search(said, 0, figure.start):
        return False
    rest = {1 - value for value in figure.values}
    return any(
        other.unit == PERCENT and rest & other.values and _CHANGES.search(text, 0, other.start) for text, other in told
    )


def _rounds_to(figure: Counted, exact: Fraction) -> bool:
    """Whether ``figure`` is ``exact``, rounded to the digits that it has."""
    digits = figure.text.replace(",", "")
    number = re.search(r"\d+(?:\.\d+)?", digits)
    if number is None or not figure.values:
        return False
    whole, _, decimals = number[0].partition(".")
    last = (
        Fraction(1, 10 ** len(decimals)) if decimals else Fraction(10 ** (len(whole) - len(whole.rstrip("0") or "0")))
    )
    for value in figure.values:
        scale = value / Fraction(number[0]) if Fraction(number[0]) else Fraction(1)
        if abs(value - exact) <= min(last * scale / 2, MAX_ROUNDED * abs(exact)):
            return True
    return False
