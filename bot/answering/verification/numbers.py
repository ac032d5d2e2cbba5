"""The numbers of a text, in whatever way they are written, as values that can be compared."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.answering.verification.dates import Moment, is_told, read_dates
from bot.answering.verification.numerals import (
    ENGLISH_SCALES,
    ENGLISH_WORD,
    chinese_scale,
    chinese_value,
    english_value,
)
from bot.answering.verification.units import unit_at

_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d{1,30})(?:\.\d{1,20})?"
_HAN_DIGIT = "零〇一二两三四五六七八九"
_HAN_NUMERAL = rf"[{_HAN_DIGIT}十百千万亿]{{1,20}}"
_FORMS = {
    "clock": r"(?<![\d:])(?P<hours>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?::[0-5]\d)?(?![\d:])",
    "power": r"(?<![A-Za-z\d.])(?P<base>\d{1,6})(?:\^|\*\*)(?P<exponent>\d{1,3})(?![A-Za-z\d])",
    "fraction": r"(?<![A-Za-z\d./])(?P<over>\d{1,6})/(?P<under>[1-9]\d{0,5})(?![A-Za-z\d/])",
    "parts": rf"(?P<under_han>{_HAN_NUMERAL}|\d{{1,6}})分之(?P<over_han>{_HAN_NUMERAL}|{_DIGITS})",
    "tenths": rf"(?P<tenths>[一二两三四五六七八九])成(?P<half>半)?(?:(?=[以的是左多到至都])|(?![{_HAN_DIGIT}\w]))",
    "digits": rf"(?<![A-Za-z\d.^])(?<![A-Za-z][-_])(?P<digits>{_DIGITS})"
    r"(?P<scale>[余多几来]?[十百千万亿]{1,4}| [万亿]|[余多来](?=[^\s\d])"
    r"| ?(?:hundred|thousand|million|billion|trillion|mn|bn)\b|[WwKkMBT](?![A-Za-z]))?",
    "han": rf"(?<![数几上成第唯{_HAN_DIGIT}十百千万亿])(?P<han>{_HAN_NUMERAL})(?P<more>[余多来几])?",
    "english": rf"\b(?P<english>(?:{ENGLISH_WORD})(?:(?:-| and | )(?:{ENGLISH_WORD})){{0,8}})\b",
}
_NUMBER = re.compile("|".join(f"(?P<form_{name}>{form})" for name, form in _FORMS.items()), re.IGNORECASE)
_LATIN_SCALES = {"w": 10**4, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "mn": 10**6, "bn": 10**9}
_RANGE = re.compile(r" ?[^\W\d_]{0,2}?(?:-|~|～|到|至| to ) ?[$€¥￥约]?")
_HUNDREDTH = Fraction(1, 100)
_YEARS = range(1000, 2200)
_LIST_NUMBER = re.compile(
    r"^\s*(?:[-*+•] )?[(]?\d{1,2}[.)、](?=\D)\s*|^\s*[(]?[一二三四五六七八九十]{1,2}(?:[)、]|[是来]?[,:])\s*"
)
_ORDINAL = re.compile(r"第[一二三四五六七八九十](?=[,:、 是])")
# ``一个`` is an article and ``两者`` a pronoun; ``三心二意`` counts nothing. These need a unit to be a number.
_ARTICLES = {"一", "两", "零", "〇"}
_COUNTERS = re.compile(
    r" ?(?:[个位次倍名家篇项种条张台颗层步块只部本页座类轮周天年月日秒分小岁人代纳美%]"
    r"|token|数量级|minute|hour|day|week|month|year|time)"
)
_WORDS_FOR_ONE = {"zero", "one", "two", "hundred", "thousand", "million", "billion", "trillion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as it stands in a text; ``values``: what it may mean (`44W` are watts or 440,000).

    ``is_counted``: it surely counts something, as not every 一 and two does.
    """

    text: str
    start: int
    end: int
    values: frozenset[Fraction]
    unit: str | None
    is_counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All numbers and dates of a text."""

    quantities: tuple[Quantity, ...]
    moments: tuple[Moment, ...]

    @property
    def years(self) -> frozenset[int]:
        """What of the numbers may be years."""
        return frozenset(
            int(value)
            for quantity in self.quantities
            for value in quantity.values
            if value.denominator == 1 and int(value) in _YEARS
        )


def read_figures(text: str) -> Figures:
    """The numbers and dates of ``text`` (folded), but for those that number a list."""
    dated = read_dates(_ORDINAL.sub(" ", _LIST_NUMBER.sub("", text)))
    return Figures(quantities=tuple(_with_ranges(dated.rest, list(_quantities(dated.rest)))), moments=dated.moments)


def unsupported_figures(said: Figures, told: Figures) -> Iterator[str]:
    """What of ``said`` does not stand in ``told``, as it is written there."""
    seen = {value for quantity in told.quantities for value in quantity.values}
    seen |= {Fraction(moment.year) for moment in told.moments if moment.year is not None}
    days = {Fraction(m.month, m.day) for m in told.moments if m.month and m.day}
    for quantity in said.quantities:
        if not quantity.is_counted:
            continue
        if not quantity.values & (seen | (days if "/" in quantity.text else set())):
            yield quantity.text
        elif not _unit_fits(quantity, told):
            yield f"{quantity.text} ({quantity.unit})"
    for moment in said.moments:
        if moment.is_certain and not is_told(moment, told.moments, told.years):
            yield moment.text


def are_equal(one: str, other: str) -> bool:
    """Whether two numbers are one; True where ``one`` is none."""
    said, told = read_figures(one).quantities, read_figures(other).quantities
    return not said or any(a.values & b.values for a in said for b in told)


def _unit_fits(quantity: Quantity, told: Figures) -> bool:
    same = [other for other in told.quantities if other.values & quantity.values]
    if quantity.unit == "percent":  # 50 % are 0.5 and a half, 1,000 % are no 10
        return any(other.unit == "percent" or min(other.values) < 1 for other in same)
    units = {other.unit for other in same}
    return quantity.unit is None or not units or None in units or quantity.unit in units


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        values = _values(match)
        if not values:
            continue
        unit = unit_at(text, match.start(), match.end())
        if unit == "percent":
            values = frozenset(value * _HUNDREDTH for value in values)
        yield Quantity(
            text=match[0],
            start=match.start(),
            end=match.end(),
            values=values,
            unit=unit,
            is_counted=_is_counted(match, unit),
        )


def _values(match: re.Match[str]) -> frozenset[Fraction]:
    parts = match.groupdict()
    if parts["form_digits"]:
        return _scaled(parts["digits"], (parts["scale"] or "").strip(" 余多几来"))
    value = _value(parts)
    return frozenset() if value is None else frozenset({value})


def _value(parts: Mapping[str, str]) -> Fraction | None:
    value: Fraction | None = None
    if parts["form_clock"]:
        value = int(parts["hours"]) + Fraction(int(parts["minutes"]), 60)
    elif parts["form_power"]:
        value = Fraction(int(parts["base"]) ** int(parts["exponent"]))
    elif parts["form_fraction"]:
        value = Fraction(int(parts["over"]), int(parts["under"]))
    elif parts["form_parts"]:
        under = _either(parts["under_han"])
        value = _either(parts["over_han"]) / under if under else None
    elif parts["form_tenths"]:
        value = (chinese_value(parts["tenths"]) + (Fraction(1, 2) if parts["half"] else 0)) / 10
    elif parts["form_han"]:
        value = chinese_value(parts["han"])
    else:
        value = english_value(parts["english"])
    return value


def _either(numeral: str) -> Fraction:
    return Fraction(numeral.replace(",", "")) if numeral[0].isdecimal() else chinese_value(numeral)


def _scaled(digits: str, scale: str) -> frozenset[Fraction]:
    value = Fraction(digits.replace(",", ""))
    lower = scale.lower()
    if lower in ENGLISH_SCALES:
        return frozenset({value * ENGLISH_SCALES[lower]})
    if lower in _LATIN_SCALES:
        return frozenset({value, value * _LATIN_SCALES[lower]})
    return frozenset({value * chinese_scale(scale)})


def _is_counted(match: re.Match[str], unit: str | None) -> bool:
    parts = match.groupdict()
    following = match.string[match.end() :][:12]
    if han := parts["han"]:
        if han[0] in "百千万亿":
            return False  # 千万别, 百般
        return (unit is not None and han != "一") or (
            han not in _ARTICLES and (len(han) > 1 or _COUNTERS.match(following) is not None)
        )
    if english := parts["english"]:
        return english.lower() not in _WORDS_FOR_ONE or (unit is not None and english.lower() == "two")
    return True


def _with_ranges(text: str, quantities: list[Quantity]) -> Iterator[Quantity]:
    # ``300至400亿美元``, ``80-90%``: the first number may have the scale and the unit of the second.
    for n, quantity in enumerate(quantities):
        after = quantities[n + 1] if n + 1 < len(quantities) else None
        if (
            after is None
            or quantity.unit not in {None, after.unit}
            or not _RANGE.fullmatch(text, quantity.end, after.start)
        ):
            yield quantity
            continue
        factor = _factor(after)
        values = (
            quantity.values if quantity.unit == "percent" else quantity.values | {v * factor for v in quantity.values}
        )
        yield replace(quantity, values=values, unit=after.unit)


def _factor(quantity: Quantity) -> Fraction:
    match = re.match(_DIGITS, quantity.text)
    bare = Fraction(match[0].replace(",", "")) if match else Fraction(0)
    return max(quantity.values) / bare if bare else Fraction(1)
