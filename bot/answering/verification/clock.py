"""Times of day, on a clock of twelve hours or of twenty-four."""

import re
from collections.abc import Iterator
from fractions import Fraction

from bot.answering.verification.numerals import ENGLISH_NUMBERS, chinese_value
from bot.answering.verification.quantity import Quantity, without

_PART = r"(?:(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|晚(?=[\d二三四五六七八九十])) ?)"
_HALF_DAY = r"(?: ?(?P<half_day>[ap])\.? ?m\b\.?| (?:in the|at) (?P<time>morning|afternoon|evening|night)\b)"
_HOUR, _MINUTES = r"(?P<hour>[01]?\d|2[0-4])", r"(?P<minutes>[0-5]\d)"
_HAN = r"[一二两三四五六七八九十]{1,3}"
_PAST = r"(?P<past>half past|(?:a )?quarter (?:past|to))"
_WORD = "|".join(sorted((word for word, value in ENGLISH_NUMBERS.items() if 1 <= value <= 12), key=len, reverse=True))  # noqa: PLR2004 (hours)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_PART}?(?<![\d:]){_HOUR}:{_MINUTES}(?::[0-5]\d)?(?![\d:]){_HALF_DAY}?",
        rf"(?<![\d:.]){_HOUR}(?:\.{_MINUTES})?{_HALF_DAY}",
        rf"{_PART}(?P<han>\d{{1,2}}|{_HAN})[点时](?:(?P<quarter>半|[一三]刻)|(?P<han_minutes>\d{{1,2}}|[零〇一二三四五六七八九十]{{1,3}})分?)?",
        (
            rf"(?<![\d第零〇一二三四五六七八九十])(?P<han>\d{{1,2}}|{_HAN})点"
            rf"(?:(?P<quarter>半|[一三]刻)|(?P<han_minutes>\d{{1,2}}|[零〇一二三四五六七八九十]{{1,3}})分|整|钟)"
        ),
        rf"\b{_PAST} (?P<word>{_WORD})\b{_HALF_DAY}?",
        rf"\b(?P<word>{_WORD}|\d{{1,2}}) o'clock{_HALF_DAY}?",
        rf"\b(?P<word>{_WORD}){_HALF_DAY}",
    )
)
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_LATE = {"下午", "傍晚", "晚上", "夜里", "晚", "p", "afternoon", "evening", "night"}
_NOON = 12


def read_times(text: str) -> tuple[Quantity, ...]:
    """The times of day in ``text`` (folded), in hours since midnight; both halves of the day where none is told."""
    found: list[Quantity] = []
    for form in _FORMS:
        times = tuple(_times(form, text))
        found.extend(times)
        text = without(text, times)
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _times(form: re.Pattern[str], text: str) -> Iterator[Quantity]:
    for match in form.finditer(text):
        parts = {name: (value or "").lower() for name, value in match.groupdict().items()}
        values = _values(parts)
        yield Quantity(
            text=match[0],
            start=match.start(),
            end=match.end(),
            values=values,
            unit="clock",
            is_counted=True,
            needs_unit=True,
        )


def _values(parts: dict[str, str]) -> frozenset[Fraction]:
    written = parts.get("hour") or parts.get("han") or parts["word"]
    hour = ENGLISH_NUMBERS[written] if written in ENGLISH_NUMBERS else _number(written)
    at = hour + Fraction(_minutes(parts), 60)
    part = parts.get("part") or parts.get("half_day") or parts.get("time")
    if part == "中午":
        return frozenset({at if hour > 1 else at + _NOON})
    if part:
        is_late = part in _LATE
        early = at - _NOON if hour == _NOON else at
        return frozenset({early + _NOON if is_late and hour <= _NOON else early})
    return frozenset({at} if hour > _NOON or written.startswith("0") else {at, at + _NOON})


def _minutes(parts: dict[str, str]) -> int:
    if past := parts.get("past"):
        return 30 if past.startswith("half") else 15 if past.endswith("past") else -15
    if quarter := parts.get("quarter"):
        return _QUARTERS[quarter]
    written = parts.get("minutes") or parts.get("han_minutes")
    return int(_number(written)) if written else 0


def _number(written: str) -> Fraction:
    return Fraction(written) if written.isdecimal() else chinese_value(written)
