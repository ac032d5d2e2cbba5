"""Arithmetic that an answer writes out over figures of the essays (`44 ÷ 2 = 22`), computed again, exactly."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from bot.answering.markers import code_in
from bot.answering.verification.folding import folded
from bot.answering.verification.numbers import Figures, read_figures, unsupported_figures
from bot.answering.verification.quantity import Quantity
from bot.answering.verification.units import UNITS

MAX_OPERANDS = 8
MAX_EQUATIONS = 100  # of a text; what is behind them is not computed
MAX_COUNT = 1000  # of what is asked for
MAX_DEPTH = 8  # of brackets
MAX_DECIMALS = 2  # of a result that code writes; the rest is rounded, and said to be
MIN_DIGITS = 2  # of a result that is rounded without a word: 1.8 for 1.818, but 2 only with ≈

_SCALE = r"(?:\s?[十百千万亿萬億]{1,3}|\s?(?:thousand|million|billion|trillion)\b|[WwKkMBb](?![A-Za-z]))"
_COUNTER = r"[张張个個台臺块塊人次层層名位页頁篇]"
_DIGITS = r"\d[\d,]{0,20}(?:\.\d{1,10})?"
_FIGURE = rf"[$€¥￥]?{_DIGITS}{_SCALE}?(?:{UNITS}|\s?{_COUNTER}(?!百分点))?"
_SIGN = r"\\?[+＋\-−–—×xX*÷/／]"
_OPEN, _CLOSE = r"[(（]", r"[)）]"
_MEAN = re.compile(rf"{_OPEN}[^()（）]+{_CLOSE}[^()（）]+")
_EQUATION = re.compile(
    rf"(?<!\d)(?P<expression>(?:{_OPEN}\s?){{0,3}}{_FIGURE}(?:\s?{_CLOSE}){{0,3}}"
    rf"(?:\s?{_SIGN}\s?(?:{_OPEN}\s?){{0,3}}{_FIGURE}(?:\s?{_CLOSE}){{0,3}}){{1,7}})"
    rf"\s?(?P<sign>[=＝≈]|等[于於]|equals)\s?(?P<about>约|約|about )?(?P<result>{_FIGURE})(?!\s?{_SIGN}\s?\d|\d)",
    re.IGNORECASE,
)
_HAN_FIGURE = rf"(?:{_FIGURE}|[一二两三四五六七八九十百千万]{{1,6}})"
_WORDS = {
    " + ": r"\s?(?:加上?|plus)\s?",
    " - ": r"\s?(?:[减減]去?|minus)\s?",
    " × ": r"\s?(?:乘以?|multiplied by|times)\s?",
    " ÷ ": r"\s?(?:除以|divided by)\s?",
}
_WORD = "(?:" + "|".join(_WORDS.values()) + ")"
_IS = r"(?:等于|等於|是|为|為|得|equals|is|makes)"
_RESULT = rf"\s?(?P<sign>[=＝≈]|{_IS})\s?(?P<about>约|約|about )?(?P<result>{_FIGURE})(?!\s?{_SIGN}\s?\d|\d)"
_IN_WORDS = (
    re.compile(rf"(?<!\d)(?P<expression>{_HAN_FIGURE}(?:{_WORD}{_HAN_FIGURE}){{1,7}}){_RESULT}", re.IGNORECASE),
    re.compile(rf"\b(?:the )?sum of (?P<terms>{_FIGURE}(?:(?:, |,? and ){_FIGURE}){{1,7}}){_RESULT}", re.IGNORECASE),
    re.compile(
        rf"(?<!\d)(?P<terms>{_FIGURE}(?:[和与與、]{_FIGURE}){{1,7}})(?:之和|的和|的?[总總]和|相加|加起[来來]){_RESULT}",
        re.IGNORECASE,
    ),
)
_TERMS = re.compile(r",? and |, |[和与與、]")
_QUOTED = re.compile('“[^”]*”|「[^」]*」|『[^』]*』|"[^"]*"')
_TOKEN = re.compile(
    rf"(?P<figure>{_HAN_FIGURE})|(?P<sign>{_SIGN})|(?P<open>{_OPEN})|(?P<close>{_CLOSE})", re.IGNORECASE
)
_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "×": "*", "x": "*", "*": "*", "÷": "/", "/": "/"}
# ``10.4% higher`` is a tenth of the lower one; of a difference between percentages it is to be points.
_COMPARES_BEHIND = re.compile(
    r"\s?(?:higher|lower|more|less|greater|smaller|larger|fewer|above|below)\b", re.IGNORECASE
)
_COMPARES_BEFORE = re.compile(r"(?:[高低多少][出了]?|增加了?|减少了?|上升了?|下降了?)[约是为]?\s?\Z")
_PERCENT_SIGN = re.compile(r"\s?[%％]\Z")
_WHOLE = Quantity(text="100%", start=0, end=0, values=frozenset({Fraction(1)}), unit="percent", is_counted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """An expression over figures and what is said to be its result, as they stand at ``start`` to ``end``.

    ``value`` is the exact result; None where the expression makes none: units that don't go together, a division by
    nothing, brackets that don't close.
    """

    start: int
    end: int
    expression: str
    operands: tuple[Quantity, ...]
    result: Quantity
    result_text: str
    result_digits: str
    is_rounded: bool
    value: Fraction | None
    signs: str

    @property
    def is_mean(self) -> bool:
        """Whether it is a sum in brackets, divided by as many as it has terms."""
        terms, by = self.operands[:-1], self.operands[-1]
        is_so_written = self.signs == "+" * (len(terms) - 1) + "/" and _MEAN.fullmatch(self.expression) is not None
        return is_so_written and by.unit is None and by.values == {Fraction(len(terms))}

    @property
    def is_in_points(self) -> bool:
        """Whether it takes one percentage from another, and not from the whole."""
        units = {operand.unit for operand in self.operands}
        return set(self.signs) == {"-"} and units == {"percent"} and self.operands[0].values != _WHOLE.values

    @property
    def holds(self) -> bool:
        """Whether the result is right: exactly, or as far as its digits go."""
        return self.value is not None and any(self._is_about(said, self.value) for said in self.result.values)

    def stands_on(self, told: Figures) -> bool:
        """Whether every operand stands in ``told``; the whole, 100 %, needs not, nor the number of terms of a mean."""
        operands = self.operands[:-1] if self.is_mean else self.operands
        needed = tuple(o for o in operands if (o.values, o.unit) != (_WHOLE.values, _WHOLE.unit))
        readings = [needed]
        if self.signs == "/" and all(operand.unit is None for operand in needed):  # 14.3 ÷ 3.9, of two percentages
            readings.append(tuple(map(_as_percentage, needed)))
        return any(not any(unsupported_figures(Figures(quantities=read, moments=()), told)) for read in readings)

    def _is_about(self, said: Fraction, value: Fraction) -> bool:
        if said == value:
            return True
        digits = self.result_digits
        written = Fraction(digits.replace(",", ""))
        last = Fraction(1, 10 ** len(digits.partition(".")[2])) * (said / written if written else 1)
        is_exact_enough = self.is_rounded or len(digits.replace(",", "").replace(".", "").strip("0")) >= MIN_DIGITS
        return is_exact_enough and abs(said - value) <= last / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    number: Fraction
    unit: str | None


class _NoValue(Exception):
    """The expression makes no sense."""


def read_equations(text: str) -> list[Equation]:
    """The equations in ``text``, raw or folded, that can be read: the first ``MAX_EQUATIONS``."""
    found = [match for form in (_EQUATION, *_IN_WORDS) for match in islice(form.finditer(text), MAX_EQUATIONS)]
    equations: list[Equation] = []
    for match in sorted(found, key=lambda match: match.start())[:MAX_EQUATIONS]:
        equation = _equation(match) if not equations or match.start() >= equations[-1].end else None
        if equation is not None:
            equations.append(equation)
    return equations


def written_out(text: str, form: str, told: str = "") -> str:
    """``text`` with each equation as its result and, in ``form`` (with ``{equation}``), how it was computed.

    A result that is wrong is put right. What stands in ``told`` (folded), in quotation marks or in code stays as it is.
    Whether the operands are anybody's is not looked at.
    """
    kept = [*(match.span() for match in _QUOTED.finditer(text)), *code_in(text)]
    at, out = 0, ""
    for equation in read_equations(text):
        is_kept = any(start <= equation.start < end for start, end in kept)
        if equation.value is None or is_kept or folded(text[equation.start : equation.end]) in told:
            continue
        result, sign = (equation.result_text, "=" if equation.value in equation.result.values else "≈")
        if not equation.holds:
            result, sign = _written(equation, equation.value)
        result = _in_points(equation, result, text)
        shown = f"{equation.expression} {sign} {result}"
        is_shown = re.search(r"(?:计算|計算|computed)\s?[:：]\s?\Z", text[: equation.start]) is not None
        out += text[at : equation.start] + (shown if is_shown else f"{result}{form.format(equation=shown)}")
        at = equation.end
    return out + text[at:]


def _as_percentage(quantity: Quantity) -> Quantity:
    return replace(quantity, values=frozenset(value / 100 for value in quantity.values), unit="percent")


def _in_points(equation: Equation, result: str, text: str) -> str:
    """``result`` of ``equation``, which stands in ``text``, in points where a comparison takes it for percent."""
    if not equation.is_in_points:
        return result
    if _COMPARES_BEHIND.match(text, equation.end):
        return _PERCENT_SIGN.sub(" percentage points", result)
    return _PERCENT_SIGN.sub("个百分点", result) if _COMPARES_BEFORE.search(text, 0, equation.start) else result


def without_equations(text: str, told: Figures) -> str:
    """``text`` with those equations that hold over ``told`` left out."""
    at, out = 0, ""
    for equation in read_equations(text):
        if equation.holds and equation.stands_on(told):
            out += text[at : equation.start] + " "
            at = equation.end
    return out + text[at:]


def _equation(match: re.Match[str]) -> Equation | None:
    expression = _in_signs(match)
    tokens = list(_TOKEN.finditer(expression))
    operands = [_quantity(token["figure"]) for token in tokens if token["figure"]]
    result, digits = _quantity(match["result"]), re.search(_DIGITS, match["result"])
    if result is None or digits is None or len(operands) > MAX_OPERANDS or not all(operands):
        return None
    try:
        value: Fraction | None = _Evaluation(tokens).value(result.unit)
    except (_NoValue, ZeroDivisionError):
        value = None
    return Equation(
        start=match.start(),
        end=match.end(),
        expression=expression,
        operands=tuple(operand for operand in operands if operand is not None),
        result=result,
        result_text=match["result"].strip(),
        result_digits=digits[0],
        is_rounded=match["sign"] == "≈" or match["about"] is not None,
        value=value,
        signs="".join(_plain(token["sign"]) for token in tokens if token["sign"]),
    )


def _in_signs(match: re.Match[str]) -> str:
    """The expression of an equation, its words made signs: ``44W美元减去9W美元`` is 44W美元 - 9W美元."""
    parts = match.groupdict()
    if parts.get("terms"):
        return _TERMS.sub(" + ", parts["terms"])
    expression: str = parts["expression"]
    for sign, words in _WORDS.items():
        expression = re.sub(
            rf"(?<!-)(?:{words})(?=[$€¥￥]?[\d一二两三四五六七八九十])", sign, expression, flags=re.IGNORECASE
        )
    return expression


class _Evaluation:
    """One pass over an expression's tokens: sums of products of figures and brackets."""

    def __init__(self, tokens: Sequence[re.Match[str]]) -> None:
        self._tokens = list(tokens)
        self._depth = 0

    def value(self, wanted: str | None) -> Fraction:
        value = self._sum()
        if self._tokens or (value.unit is not None and wanted not in {None, value.unit}):
            raise _NoValue
        return value.number

    def _sum(self) -> _Value:
        total = self._product()
        while (sign := self._next_sign("+-")) is not None:
            other = self._product()
            if total.unit != other.unit:
                raise _NoValue
            number = total.number + other.number if sign == "+" else total.number - other.number
            total = _Value(number=number, unit=total.unit)
        return total

    def _product(self) -> _Value:
        product = self._factor()
        while (sign := self._next_sign("*/")) is not None:
            other = self._factor()
            product = _times(product, other) if sign == "*" else _over(product, other)
        return product

    def _factor(self) -> _Value:
        token = self._tokens.pop(0) if self._tokens else None
        if token is None or token["sign"] or token["close"]:
            raise _NoValue
        if token["figure"]:
            quantity = _quantity(token["figure"])
            if quantity is None:
                raise _NoValue
            return _Value(number=max(quantity.values), unit=quantity.unit)  # 44W are 440,000
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _NoValue
        value = self._sum()
        if not self._tokens or not self._tokens.pop(0)["close"]:
            raise _NoValue
        return value

    def _next_sign(self, signs: str) -> str | None:
        sign = self._tokens[0]["sign"] if self._tokens else None
        plain = _plain(sign) if sign else None
        if plain is None or plain not in signs:
            return None
        self._tokens.pop(0)
        return plain


def _plain(sign: str) -> str:
    return _SIGNS[folded(sign).lstrip("\\").strip().lower()]


def _times(one: _Value, other: _Value) -> _Value:
    units = [value.unit for value in (one, other) if value.unit not in {None, "percent"}]
    if len(units) > 1:
        raise _NoValue
    shares = "percent" if "percent" in {one.unit, other.unit} else None
    return _Value(number=one.number * other.number, unit=units[0] if units else shares)


def _over(one: _Value, other: _Value) -> _Value:
    if one.unit == other.unit:
        return _Value(number=one.number / other.number, unit=None)
    if other.unit in {None, "percent"}:
        return _Value(number=one.number / other.number, unit=one.unit)
    raise _NoValue


def _quantity(text: str) -> Quantity | None:
    found = read_figures(f" {folded(text)} ").quantities
    counted = [quantity for quantity in found if quantity.is_counted or len(found) == 1]  # not the 百 of 个百分点
    return counted[0] if len(counted) == 1 else None


def _written(equation: Equation, value: Fraction) -> tuple[str, str]:
    """The right result with the scale and unit of the wrong one, and the sign before it."""
    text, digits = equation.result_text, equation.result_digits
    written = Fraction(digits.replace(",", ""))
    exact = value / (max(equation.result.values) / written if written else 1)
    decimals = MAX_DECIMALS if abs(exact) >= 1 else 2 * MAX_DECIMALS
    rounded = round(exact, decimals)
    whole, rest = divmod(abs(rounded.numerator) * 10**decimals // rounded.denominator, 10**decimals)
    shown = f"{'-' if rounded < 0 else ''}{whole:,}.{rest:0{decimals}}".rstrip("0").rstrip(".")
    return text.replace(digits, shown, 1), "=" if rounded == exact else "≈"


def with_counts(told: Figures, asked: str) -> Figures:
    """``told`` and the counts of ``asked``, a question: who asks for two of a thing may be told twice its cost."""
    counts = tuple(
        quantity
        for quantity in read_figures(folded(asked)).quantities
        if quantity.unit is None
        and quantity.within is None
        and all(value.denominator == 1 and value <= MAX_COUNT for value in quantity.values)
    )
    return Figures(quantities=(*told.quantities, *counts), moments=told.moments)


def results_over(equations: Sequence[Equation], told: Figures) -> Iterator[Quantity]:
    """The results of those ``equations`` that hold over ``told``."""
    yield from (equation.result for equation in equations if equation.holds and equation.stands_on(told))
