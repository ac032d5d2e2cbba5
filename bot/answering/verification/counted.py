"""Figures with what they count, so that two of them can be set against each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, permutations

from bot.answering.verification.numbers import Figures, read_figures
from bot.answering.verification.numerals import chinese_scale, chinese_value
from bot.answering.verification.quantity import MINUTES, MONEY, Quantity
from bot.answering.verification.units import UNITS, with_unit
from bot.retrieval.terms import STOP_WORDS, stem

DATE = "date"
PERCENT = "percent"
NEAR = Fraction(1, 20)  # of a number: 14 % for 14.3 % is no contradiction
MAX_FIGURES = 20  # of a sentence, each two of which are reckoned with
MAX_MULTIPLIED = 6  # of more figures, some two have nearly any number as their product or ratio
_PREFIXED = {
    "kilowatt": ("watt", Fraction(10**3)),
    "megawatt": ("watt", Fraction(10**6)),
    "gigawatt": ("watt", Fraction(10**9)),
    "megabyte": ("gigabyte", Fraction(1, 1024)),
    "terabyte": ("gigabyte", Fraction(1024)),
    "cent": ("dollar", Fraction(1, 100)),
    **{unit: ("minute", length) for unit, length in MINUTES.items()},
}
_RATES = {None, "times", PERCENT}
_YEARS = range(1000, 2200)
_BEFORE_YEAR = re.compile(r"\b(?:in|since|until|till|before|after|by|from|during|year) \Z", re.IGNORECASE)
_MEASURE = "[余多]?[个块颗张台枚座家种只辆件款篇]"
_NOUN = re.compile(
    rf" ?(?:{_MEASURE})? ?(?P<latin>[A-Za-z][A-Za-z\d-]*)(?: (?P<more>[A-Za-z][A-Za-z\d-]*))?"
    rf"| ?{_MEASURE} ?(?P<han>[\u4e00-\u9fff]{{2}})"
)
_RANGE = re.compile(rf"(?:{UNITS})? ?(?:-|~|到|至| to ) ?[$€¥]?[约近]?", re.IGNORECASE)
# 两三, 二三十万
_ABOUT_TWO = re.compile(r"(?P<one>[一二两三四五六七八])(?P<two>[二三四五六七八九])(?P<scale>[十百千万亿]{0,3})")
_PART = re.compile(r"\d/\d|分之|成")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure of a text and what it counts.

    ``unit``: ``DATE`` for a year, ``PERCENT`` for every share, else a unit, or None; ``nouns`` say what a number
    without a unit counts. ``values``: what it may mean; ``within``: the ends of the range that it is told of.
    """

    text: str
    start: int
    end: int
    values: frozenset[Fraction]
    unit: str | None
    nouns: frozenset[str] = frozenset()
    within: tuple[Fraction, Fraction] | None = None

    @property
    def tells_much(self) -> bool:
        """Whether it is surely more than a part of a name: it has a unit, a scale, or what it counts behind it."""
        return bool(self.unit or self.nouns or not re.fullmatch(r"[\d,.]+", self.text))

    def is_of_kind(self, other: "Counted") -> bool:
        """Whether ``other`` counts the same; money, where nothing is told, as of 5亿."""
        if self.unit is None and not self.nouns:
            return other.unit in MONEY
        return self.unit == other.unit and (self.unit is not None or bool(self.nouns & other.nouns))

    def is_near(self, other: "Counted") -> bool:
        """Whether it is about ``other``, or about in its range."""
        if DATE in {self.unit, other.unit}:
            return bool(self.values & other.values)
        return any(abs(one - two) <= NEAR * abs(one) for one in self.values for two in other.values) or (
            _holds(self.within, other.values) or _holds(other.within, self.values)
        )

    def shown_in(self, text: str) -> str:
        """It with its unit, or with what it counts, as it stands in ``text``, which it was read of."""
        noun = _NOUN.match(text, self.end) if self.nouns else None
        sign = text[self.start - 1 : self.end] if self.start else self.text
        return self.text + noun[0] if noun else with_unit(sign + text[self.end :], self.text)


def read_counted(text: str) -> tuple[Counted, ...]:
    """The figures of ``text`` (folded), those of a range with its ends."""
    figures = read_figures(text)
    return (*_dates(text, figures), *_quantities(text, figures))


def is_told(stated: Counted, told: Sequence[Counted]) -> bool:
    """Whether ``stated`` is about one of ``told``, as far as is known what they count."""
    return any(stated.is_near(other) for other in told if agree(stated, other))


def follows(stated: Counted, told: Sequence[Counted], *, of_the_rest: bool) -> bool:
    """Whether ``stated`` is about one of ``told``, or the sum, difference, product or ratio of two.

    ``of_the_rest``: or what one of ``told`` leaves of the whole.
    """
    if any(stated.is_near(other) for other in told if agree(stated, other) or (stated.nouns and other.nouns)):
        return True
    if stated.unit == DATE:
        return False
    if of_the_rest and stated.unit == PERCENT and any(stated.is_near(_rest(other)) for other in told):
        return True
    return any(
        abs(value - made) <= NEAR * abs(value)
        for made in reckoned(stated, [other for other in told if other.unit != DATE][:MAX_FIGURES])
        for value in stated.values
    )


def reckoned(stated: Counted, told: Sequence[Counted]) -> Iterator[Fraction]:
    """The sums, differences, products and ratios of two of ``told`` that could be what ``stated`` counts."""
    for one, other in permutations((figure for figure in told if figure.values), 2):
        a, b = max(one.values), max(other.values)
        if agree(one, other) and agree(stated, one):
            yield from (a + b, a - b)
        if len(told) > MAX_MULTIPLIED or not b:
            continue
        if agree(one, other) and stated.unit in _RATES and not stated.nouns:
            yield a / b
        if other.unit in _RATES and not other.nouns and agree(stated, one):
            yield from (a * b, a / b)


def _rest(told: Counted) -> Counted:
    if told.unit != PERCENT:
        return replace(told, values=frozenset(), within=None)
    within = (1 - told.within[1], 1 - told.within[0]) if told.within else None
    return replace(told, values=frozenset(1 - value for value in told.values), within=within)


def agree(one: Counted, other: Counted) -> bool:
    """Whether both may count the same."""
    if one.unit != other.unit:
        return None in {one.unit, other.unit} and DATE not in {one.unit, other.unit} and not (one.nouns or other.nouns)
    # ``40万块GPU，1.6万块用于训练``: what is written in Chinese may be no noun, or another word for it.
    both_latin = all(noun.isascii() for noun in one.nouns | other.nouns)
    both_han = not any(noun.isascii() for noun in one.nouns | other.nouns)
    return not (one.nouns and other.nouns and (both_latin or both_han)) or bool(one.nouns & other.nouns)


def _holds(within: tuple[Fraction, Fraction] | None, values: frozenset[Fraction]) -> bool:
    return within is not None and any(
        within[0] - NEAR * abs(within[0]) <= value <= within[1] + NEAR * abs(within[1]) for value in values
    )


def _dates(text: str, figures: Figures) -> Iterator[Counted]:
    for moment in figures.moments:
        if moment.year is not None and moment.is_certain and (start := text.find(moment.text)) >= 0:
            years = frozenset({Fraction(moment.year)})
            yield Counted(text=moment.text, start=start, end=start + len(moment.text), values=years, unit=DATE)


def _quantities(text: str, figures: Figures) -> list[Counted]:
    quantities = [q for q in figures.quantities if q.is_counted and (q.values or q.within)]
    read = [_counted(text, quantity) for quantity in quantities]
    for n, (one, other) in enumerate(pairwise(read)):
        if _RANGE.fullmatch(text, one.end, other.start) and one.unit in {None, other.unit} and other.unit != DATE:
            lows = [value for value in one.values if value < max(other.values, default=0)]
            if lows:
                within = (max(lows), max(other.values))
                read[n] = replace(one, unit=other.unit, nouns=other.nouns, within=within)
                read[n + 1] = replace(other, within=within)
    return read


def _counted(text: str, quantity: Quantity) -> Counted:
    unit, factor = _PREFIXED.get(quantity.unit or "", (quantity.unit, Fraction(1)))
    if unit is None and _is_year(text, quantity):
        unit = DATE
    elif unit is None and _PART.search(quantity.text):
        unit = PERCENT
    values, within = quantity.values, quantity.within
    if about := _ABOUT_TWO.fullmatch(quantity.text):
        scale = chinese_scale(about["scale"])
        within = (chinese_value(about["one"]) * scale, chinese_value(about["two"]) * scale)
        values = frozenset(within)
    return Counted(
        text=quantity.text,
        start=quantity.start,
        end=quantity.end,
        values=frozenset(value * factor for value in values),
        unit=unit,
        nouns=frozenset() if unit else _nouns(text, quantity.end),
        within=(within[0] * factor, within[1] * factor) if within and values else None,
    )


def _is_year(text: str, quantity: Quantity) -> bool:
    if not quantity.text.isdecimal() or int(quantity.text) not in _YEARS:
        return False
    return _BEFORE_YEAR.search(text[: quantity.start]) is not None


def _nouns(text: str, end: int) -> frozenset[str]:
    match = _NOUN.match(text, end)
    words = (word.casefold() for word in match.group("latin", "more", "han") if word) if match else ()
    return frozenset(stem(word) for word in words if word not in STOP_WORDS)
