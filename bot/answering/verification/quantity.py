"""A number as it stands in a text, and what it may be compared with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MINUTES = {
    "second": Fraction(1, 60),
    "minute": Fraction(1),
    "hour": Fraction(60),
    "day": Fraction(24 * 60),
    "week": Fraction(7 * 24 * 60),
    "month": Fraction(30 * 24 * 60),
    "year": Fraction(365 * 24 * 60),
    "decade": Fraction(3650 * 24 * 60),
    "century": Fraction(36500 * 24 * 60),
}
_MONTHS_VARY = Fraction(35, 1000)  # 31 days are a month, and 12 months a year
MONEY = frozenset({"dollar", "cent", "yuan", "euro", "yen", "pound", "won"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as it stands in a text; ``values``: what it may mean (`44W` are watts or 440,000).

    ``is_counted``: it surely counts something, as not every 一 and two does. ``within``: where what is meant lies, as
    of 上亿 and "over 6,000". ``way``: 1 for "over", -1 for "under", 0 for "about", None where none of these is said.
    ``needs_unit``: it is told only where its unit is.
    """

    text: str
    start: int
    end: int
    values: frozenset[Fraction]
    unit: str | None
    is_counted: bool
    within: tuple[Fraction, Fraction] | None = None
    way: int | None = None
    needs_unit: bool = False


def is_same(said: Quantity, told: Quantity) -> bool:
    """Whether ``told`` tells what ``said`` says, whatever both may count."""
    return bool(said.values & told.values) or _lies_within(said, told)


def lasts_as_long(said: Quantity, told: Quantity) -> bool:
    """Whether both are spans of time of one length, in other units."""
    if said.unit == told.unit or said.unit not in MINUTES or told.unit not in MINUTES:
        return False
    lengths = [(a * MINUTES[said.unit], b * MINUTES[told.unit]) for a in said.values for b in told.values]
    return any(abs(one - other) <= _MONTHS_VARY * other for one, other in lengths)


def without(text: str, quantities: Sequence[Quantity]) -> str:
    """``text`` with blanks for ``quantities``, which stand in it one behind the other."""
    at, rest = 0, ""
    for quantity in quantities:
        rest += text[at : quantity.start] + " " * (quantity.end - quantity.start)
        at = quantity.end
    return rest + text[at:]


def blank(match: re.Match[str]) -> str:
    """As many blanks as what was found is long: what follows stays where it was."""
    return " " * len(match[0])


def _lies_within(said: Quantity, told: Quantity) -> bool:
    if said.within is None or (said.unit is not None and told.unit not in {said.unit, None}):
        return False
    low, high = said.within
    if any(low <= value <= high for value in told.values):
        return True
    # More than at an end: hundreds of thousands end where millions begin.
    return told.within is not None and told.within[0] < high and low < told.within[1]
