"""The numbers of a text, in whatever way they are written, as values that can be compared."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from bot.answering.verification.dates import Moment, is_told, read_dates
from bot.answering.verification.numerals import (
    ENGLISH_NUMERAL,
    ENGLISH_SCALES,
    ENGLISH_WORD,
    chinese_scale,
    chinese_value,
    english_value,
)
from bot.answering.verification.quantity import MINUTES, MONEY, Quantity, blank, is_same, lasts_as_long
from bot.answering.verification.units import unit_at
from bot.answering.verification.vague import read_vague
from bot.answering.verification.ways import bounds, orders_of_magnitude, way_of

_DIGITS = (
    r"(?:\d{1,3}(?: \d{3}){1,5}(?= ?(?:[美欧日韩]?元|美金|dollars|euros|USD))"
    r"|\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d{1,30})(?:\.\d{1,20})?"
)
_HAN_DIGIT = "零〇一二两三四五六七八九"
_FORMAL = "壹贰叁肆伍陆柒捌玖"
_HAN_NUMERAL = (
    rf"(?:[{_HAN_DIGIT}十百千万亿廿卅]{{1,20}}"
    rf"|[{_FORMAL}][零{_FORMAL}拾佰仟][零{_FORMAL}拾佰仟万亿]{{0,18}}|[{_FORMAL}][万亿])"
)
_FORMS = {
    "power": r"(?<![A-Za-z\d.])(?P<base>\d{1,6})(?:\^|\*\*)(?P<exponent>\d{1,3})(?![A-Za-z\d])",
    "fraction": r"(?<![A-Za-z\d./])(?P<over>\d{1,6})/(?P<under>[1-9]\d{0,5})(?![A-Za-z\d/])",
    "parts": rf"(?P<under_han>{_HAN_NUMERAL}|\d{{1,6}})分之(?P<over_han>{_HAN_NUMERAL}|{_DIGITS})",
    "tenths": rf"(?P<tenths>[一二两三四五六七八九])成(?P<half>半)?(?:(?=[以的是左多到至都])|(?![{_HAN_DIGIT}\w]))",
    "digits": rf"(?<![A-Za-z\d.^])(?<![A-Za-z][-_])(?P<digits>{_DIGITS})"
    r"(?P<scale>[余多几来]?[十百千万亿]{1,4}| [万亿]|[余多来](?=[^\s\d])"
    r"| ?(?:hundred|thousand|million|billion|trillion|mn|bn)\b|[WwKkMBT](?![A-Za-z]))?",
    "han": rf"(?<![数几上第唯{_HAN_DIGIT}十百千万亿])(?!(?<=成)[十百千万亿])(?P<han>{_HAN_NUMERAL})"
    rf"(?:(?P<more>[余多来几])(?P<more_scale>[万亿])?)?",
    "english": rf"\b(?P<english>{ENGLISH_NUMERAL}"
    rf"(?: point(?P<point>(?: (?:{ENGLISH_WORD})){{1,6}}))?)\b",
}
_NUMBER = re.compile("|".join(f"(?P<form_{name}>{form})" for name, form in _FORMS.items()), re.IGNORECASE)
_LATIN_SCALES = {"w": 10**4, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "mn": 10**6, "bn": 10**9}
_RANGE = re.compile(r" ?[^\W\d_]{0,2}?(?:-|~|～|到|至| to ) ?[$€¥￥约]?")
_HUNDREDTH = Fraction(1, 100)
_MORE = re.compile(r"[余多来几][万亿]?\Z|[余多][十百千万亿]")
_LENGTH = re.compile(r"[ -]?[^\W\d]{1,8},? ?(?:and |零|又)?")
_ADJACENT = 3  # figures that are told so near to each other are compared
_NEARLY = Fraction(9, 100)
_YEARS = range(1000, 2200)
_LIST_NUMBER = re.compile(
    r"^\s*(?:[-*+•] )?[(]?\d{1,2}[.)、](?=\D)\s*|^\s*[(]?[一二三四五六七八九十]{1,2}(?:[)、]|[是来]?[,:])\s*"
)
_ORDINAL = re.compile(r"第[一二三四五六七八九十](?=[,:、 是])")
# ``一个`` is an article and ``两者`` a pronoun; ``三心二意`` counts nothing. These need a unit to be a number.
_ARTICLES = {"一", "两", "零", "〇"}
_COUNTERS = re.compile(
    r" ?(?:[个位次倍名家篇项种条张台颗层步块只部本页座类轮周天年月日秒分小岁人代纳美%]"
    r"|token|数量级|阶段|大类|minute|hour|day|week|month|year|time)"
)
_WORDS_FOR_ONE = {"zero", "one", "two", "hundred", "thousand", "million", "billion", "trillion"}


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
    """The numbers and dates of ``text`` (folded), but for those that number a list, with their places in it."""
    dated = read_dates(_ORDINAL.sub(blank, _LIST_NUMBER.sub(blank, text)))
    vague = read_vague(dated.rest)
    exact = _with_ranges(vague.rest, list(_quantities(vague.rest)))
    quantities = sorted((*vague.quantities, *exact), key=lambda quantity: quantity.start)
    return Figures(quantities=(*quantities, *_lengths(dated.rest, quantities)), moments=dated.moments)


def unsupported_figures(said: Figures, told: Figures) -> Iterator[str]:
    """What of ``said`` does not stand in ``told``, as it is written there."""
    seen = {value for quantity in told.quantities for value in quantity.values}
    seen |= {Fraction(moment.year) for moment in told.moments if moment.year is not None}
    days = {Fraction(m.month, m.day) for m in told.moments if m.month and m.day}
    for quantity in said.quantities:
        if not quantity.is_counted or _is_told(quantity, told, seen | (days if "/" in quantity.text else set())):
            continue
        is_other_unit = any(is_same(quantity, other) for other in told.quantities)
        yield f"{quantity.text} ({quantity.unit})" if is_other_unit else quantity.text
    for moment in said.moments:
        if moment.is_certain and not is_told(moment, told.moments, told.years):
            yield moment.text


def _is_told(quantity: Quantity, told: Figures, seen: set[Fraction]) -> bool:
    if any(lasts_as_long(quantity, other) for other in told.quantities):
        return True
    same = [other for other in told.quantities if is_same(quantity, other)]
    if quantity.needs_unit:
        return any(other.unit == quantity.unit for other in same) or _is_ratio(quantity, told)
    if not same:
        low, high = quantity.within or (1, 0)
        return bool(quantity.values & seen) or any(low <= (moment.year or 0) <= high for moment in told.moments)
    return _unit_fits(quantity, same, told) and not _is_contrary(quantity, same)


def _is_ratio(quantity: Quantity, told: Figures) -> bool:
    """Whether a multiple (doubled) is that of two figures which are told side by side."""
    if quantity.unit != "times":
        return False
    wanted = max(quantity.values)
    told_of = [(max(other.values), other.unit) for other in told.quantities if other.is_counted and other.values]
    pairs = (
        (one, other)
        for n, (one, unit) in enumerate(told_of)
        for other, other_unit in told_of[n + 1 : n + 1 + _ADJACENT]
        if unit == other_unit and one and other
    )
    factor = max(wanted, 1 / wanted)
    return any(abs(max(one, other) / min(one, other) - factor) <= _NEARLY * factor for one, other in pairs)


def _is_contrary(quantity: Quantity, same: Sequence[Quantity]) -> bool:
    """Whether "over" stands where all that is told is "about" or "under", or the other way round."""
    if not quantity.way:
        return False
    ways = {other.way for other in same if other.values & quantity.values}
    return bool(ways) and ways <= {0, -quantity.way}


def _unit_fits(quantity: Quantity, same: Sequence[Quantity], told: Figures) -> bool:
    if quantity.unit == "percent":  # 50 % are 0.5 and a half, 1,000 % are no 10
        return any(other.unit == "percent" or not other.values or min(other.values) < 1 for other in same)
    units = {other.unit for other in same}
    if quantity.unit in MONEY and quantity.unit not in units:
        # An order of magnitude fits too much that is no money: `millions of dollars` is not told by a million chips.
        return bool(quantity.values) and None in units and any(other.unit == quantity.unit for other in told.quantities)
    return quantity.unit is None or not units or None in units or quantity.unit in units


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        values = _values(match)
        if not values:
            continue
        unit = unit_at(text, match.start(), match.end())
        if unit == "percent":
            values = frozenset(value * _HUNDREDTH for value in values)
        way = way_of(text, match.start(), match.end())
        yield Quantity(
            text=match[0],
            start=match.start(),
            end=match.end(),
            values=values | orders_of_magnitude(text, match.end(), values),
            unit=unit,
            is_counted=_is_counted(match, unit),
            within=_within(max(values), way, match[0]),
            way=way,
        )


def _values(match: re.Match[str]) -> frozenset[Fraction]:
    parts = match.groupdict()
    if parts["form_digits"]:
        return _scaled(parts["digits"], (parts["scale"] or "").strip(" 余多几来"))
    value = _value(parts)
    return frozenset() if value is None else frozenset({value})


def _value(parts: Mapping[str, str]) -> Fraction | None:
    value: Fraction | None = None
    if parts["form_power"]:
        value = Fraction(int(parts["base"]) ** int(parts["exponent"]))
    elif parts["form_fraction"]:
        value = Fraction(int(parts["over"]), int(parts["under"]))
    elif parts["form_parts"]:
        under = _either(parts["under_han"])
        value = _either(parts["over_han"]) / under if under else None
    elif parts["form_tenths"]:
        value = (chinese_value(parts["tenths"]) + (Fraction(1, 2) if parts["half"] else 0)) / 10
    elif parts["form_han"]:
        value = chinese_value(parts["han"]) * chinese_scale(parts["more_scale"] or "")
    else:
        value = english_value(parts["english"].lower().partition(" point")[0]) + _decimals(parts["point"] or "")
    return value


def _decimals(words: str) -> Fraction:
    # ``point three five``
    return Fraction("0." + "".join(str(english_value(word)) for word in words.split()) + "0")


def _within(value: Fraction, way: int | None, text: str) -> tuple[Fraction, Fraction] | None:
    if _MORE.search(text):
        digits = value.numerator
        step = 1
        while digits and digits % (step * 10) == 0:
            step *= 10
        return value, value + step
    return bounds(value, way)


def _either(numeral: str) -> Fraction:
    return Fraction(re.sub("[, ]", "", numeral)) if numeral[0].isdecimal() else chinese_value(numeral)


def _scaled(digits: str, scale: str) -> frozenset[Fraction]:
    value = Fraction(re.sub("[, ]", "", digits))
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
            return unit in MONEY  # not 千万别, 百般
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


def _lengths(text: str, quantities: Sequence[Quantity]) -> Iterator[Quantity]:
    # ``three hours and ten minutes`` are 190 minutes, too.
    for one, other in pairwise(quantities):
        if (
            one.unit in MINUTES
            and other.unit in MINUTES
            and MINUTES[one.unit] > MINUTES[other.unit]
            and _LENGTH.fullmatch(text, one.end, other.start)
        ):
            minutes = (
                max(one.values, default=0) * MINUTES[one.unit] + max(other.values, default=0) * MINUTES[other.unit]
            )
            values = frozenset({Fraction(minutes)})
            yield replace(other, start=one.start, values=values, unit="minute", is_counted=False)


def _factor(quantity: Quantity) -> Fraction:
    match = re.match(_DIGITS, quantity.text)
    bare = Fraction(re.sub("[, ]", "", match[0])) if match else Fraction(0)
    return max(quantity.values) / bare if bare else Fraction(1)
