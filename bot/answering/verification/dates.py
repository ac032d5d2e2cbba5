"""Days, months and years, however they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.verification.quantity import blank

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1[89]|20|21)\d\d"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_ORDINAL = r"(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d)(?P<year>{_YEAR})(?:[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>{_DAY}))(?!\d)",
        (
            rf"(?<!\d)(?P<year>{_YEAR}|\d\d(?= ?年 ?\d{{1,2}} ?月)) ?年(?!代)"
            rf"(?: ?(?P<month>1[0-2]|0?[1-9]) ?月(?: ?(?P<day>{_DAY}) ?[日号])?)?"
        ),
        rf"(?<!\d)(?P<month>1[0-2]|0?[1-9]) ?月(?: ?(?P<day>{_DAY}) ?[日号])?",
        rf"\b(?P<month>{_MONTH}) {{0,2}}(?P<day>{_DAY}){_ORDINAL}\b(?!\d)(?:,? {{0,2}}(?P<year>{_YEAR})\b)?",
        rf"\b(?P<day>{_DAY}){_ORDINAL} (?:of )?(?P<month>{_MONTH})(?:,? {{0,2}}(?P<year>{_YEAR})\b)?",
        rf"\b(?P<month>{_MONTH}),? {{1,2}}(?P<year>{_YEAR})\b",
        rf"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>{_DAY})(?![\d/])",
    )
)
_SHORT_YEAR = 100
_CENTURY = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date, as far as it is told. ``is_certain``: it is no fraction that looks like one (`1/27`)."""

    text: str
    year: int | None
    month: int | None
    day: int | None
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The dates of a text, and the text without them."""

    moments: tuple[Moment, ...]
    rest: str


def read_dates(text: str) -> Dated:
    """The dates in ``text`` (folded). What may be a fraction as well stays in the rest."""
    moments: list[Moment] = []
    for form in _FORMS:
        found = list(_moments(form, text))
        moments.extend(found)
        if found and found[0].is_certain:
            text = form.sub(blank, text)
    return Dated(moments=tuple(moments), rest=text)


def is_told(moment: Moment, told: tuple[Moment, ...], years: frozenset[int]) -> bool:
    """Whether ``told`` and ``years`` (numbers that may be such) say all that ``moment`` does."""
    known = years | {other.year for other in told if other.year is not None}
    if moment.year is not None and moment.year not in known:
        return False
    return (moment.month is None and moment.day is None) or any(
        moment.month == other.month
        and moment.day in {None, other.day}
        and (moment.year is None or other.year in {None, moment.year})
        for other in told
    )


def _moments(form: re.Pattern[str], text: str) -> Iterator[Moment]:
    for match in form.finditer(text):
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else None
        month, day = parts.get("month"), parts.get("day")
        yield Moment(
            text=match[0],
            year=year + _CENTURY if year is not None and year < _SHORT_YEAR else year,
            month=None if month is None else _month(month),
            day=int(day) if day else None,
            is_certain="year" in parts or "/" not in match[0],
        )


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else MONTHS.index(name[:3].lower()) + 1


def names_a_month(text: str) -> bool:
    """Whether ``text`` (folded) names a month in English, with or without a day."""
    return re.search(rf"\b(?:{_MONTH})\b", text, re.IGNORECASE) is not None
