"""What the words around a number make of it: "over", "under" and "about" it, and orders of magnitude."""

import re
from fractions import Fraction

_BEFORE = {
    1: r"超(?:过|出)?|高于|大于|多于|不止|至少|起码|\b(?:over|above|more than|at least|exceed(?:s|ed|ing)?)",
    -1: r"不到|不足|低于|小于|少于|未满|至多|最多|\b(?:under|below|less than|fewer than|at most|up to)",
    0: r"大?约为?|大概|左右|\b(?:about|around|roughly|approximately)",
}
_BEHIND = {1: r"\+|[^,。;\d ]{0,3} ?以上|or more\b", -1: r"[^,。;\d ]{0,3} ?以下", 0: r"[^,。;\d]{0,3}左右"}
_WAYS_BEFORE = {way: re.compile(rf"(?:{words})了? ?[$€¥￥]?\Z", re.IGNORECASE) for way, words in _BEFORE.items()}
_WAYS_BEHIND = {way: re.compile(rf" ?(?:{words})", re.IGNORECASE) for way, words in _BEHIND.items()}
_ORDERS = re.compile(r" ?个?(?:以上)?(?:的)?数量级| orders? of magnitude", re.IGNORECASE)
_NOT_MUCH_MORE = Fraction(5, 4)  # "over 40" may be said of 44, and not of 400
_MOST_ORDERS = 30
_LONGEST = 16  # characters of such words


def way_of(text: str, start: int, end: int) -> int | None:
    """1 where the number at ``start`` to ``end`` of ``text`` is said to be exceeded, -1 for "under", 0 for "about"."""
    before = text[max(0, start - _LONGEST) : start]
    found = [way for way, form in _WAYS_BEFORE.items() if form.search(before)]
    found += [way for way, form in _WAYS_BEHIND.items() if form.match(text, end)]
    return found[0] if found else None


def bounds(value: Fraction, way: int | None) -> tuple[Fraction, Fraction] | None:
    """Where lies what is said to be over or under ``value``; None where it is neither."""
    if not way:
        return None
    return (value, value * _NOT_MUCH_MORE) if way > 0 else (value / _NOT_MUCH_MORE, value)


def orders_of_magnitude(text: str, end: int, values: frozenset[Fraction]) -> frozenset[Fraction]:
    """10⁶ for the 6 of `6 orders of magnitude`, which ends at ``end`` of ``text``."""
    if not _ORDERS.match(text, end):
        return frozenset()
    return frozenset(Fraction(10) ** int(value) for value in values if value.denominator == 1 and value <= _MOST_ORDERS)
