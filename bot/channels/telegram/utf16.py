"""Telegram counts in UTF-16 code units (https://core.telegram.org/api/entities#entity-length); Python doesn't."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

_LAST_OF_ONE_UNIT = 0xFFFF
_SURROGATES = range(0xD800, 0xE000)


def unit_count(text: str) -> int:
    """How many UTF-16 code units ``text`` takes."""
    return len(text) + sum(ord(char) > _LAST_OF_ONE_UNIT for char in text)


def unit_offsets(text: str) -> list[int]:
    """The offset in units of each character, and of the end: ``len(text) + 1`` numbers."""
    return list(accumulate((2 if ord(char) > _LAST_OF_ONE_UNIT else 1 for char in text), initial=0))


def index_at(offsets: Sequence[int], unit: int) -> int:
    """The index of the character at ``unit`` in the text that ``offsets`` were made of, within its bounds."""
    return min(bisect_left(offsets, unit), len(offsets) - 1)


def fitting_prefix(text: str, max_units: int) -> str:
    """The longest beginning of ``text`` that takes at most ``max_units`` units."""
    if unit_count(text) <= max_units:
        return text
    offsets = unit_offsets(text)
    end = index_at(offsets, max_units)
    return text[: end if offsets[end] <= max_units else end - 1]


def storable(text: str) -> str:
    """``text`` without NUL and lone surrogates, which neither UTF-8 nor PostgreSQL can hold."""
    return "".join(char for char in text if char != "\0" and ord(char) not in _SURROGATES)
