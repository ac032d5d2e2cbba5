"""Figures in words that are no plain numerals: orders of magnitude, spans such as 一整年, multiples, parts, decades."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.answering.verification.clock import read_times
from bot.answering.verification.numerals import ENGLISH_SCALES, chinese_scale, chinese_value
from bot.answering.verification.quantity import Quantity, without
from bot.answering.verification.units import unit_at
from bot.answering.verification.ways import bounds, way_of

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10, "hundredth": 100}
_MULTIPLES = {"doubl": Fraction(2), "tripl": Fraction(3), "quadrupl": Fraction(4), "halv": Fraction(1, 2)}
_PLURALS = {"tens": 10, "dozens": 12} | {f"{word}s": scale for word, scale in ENGLISH_SCALES.items()}
_SPANS = {
    **dict.fromkeys(("年", "annual", "yearly"), "year"),
    **dict.fromkeys(("月", "monthly"), "month"),
    **dict.fromkeys(("周", "星期", "礼拜", "weekly"), "week"),
    **dict.fromkeys(("天", "日", "daily"), "day"),
    **dict.fromkeys(("夜", "晚"), "night"),
    **dict.fromkeys(("小时", "钟头"), "hour"),
    "世纪": "century",
}
_SPAN = r"minute|hour|day|night|week|month|year|decade|century"
_MONTHS_OF_A_QUARTER = 3
_DAYS_OF_A_FORTNIGHT = 14
_ORDERS = r"thousand|million|billion|trillion"
_FORMS = {
    "order": r"(?:(?<![参函分人次倍指整总])数|几|(?<![以之晚早网线身])上|(?<!最)近)(?P<order>[十百千万亿]{1,4})",
    "plural": rf"\b(?P<plural>(?:tens|dozens|hundreds|thousands)(?: of (?:{_ORDERS})s?)?|(?:{_ORDERS})s)(?= of\b)",
    "several": rf"\b(?:several|a few) (?P<several>(?:hundred|thousand)(?: (?:{_ORDERS}))?|{_ORDERS})\b",
    "half_of": rf"\bhalf an? (?P<half_of>dozen|hundred|{_ORDERS}|{_SPAN})\b",
    "half": r"(?<![一大前后上下多过\d个年月天点两三九八七六五四十星国])(?<!小时)"
    r"半(?=个(?!多|天)|年|张|台|打|世纪|小时)",
    "half_told": r"一半|\bhalf\b(?! past)",
    "dozen": r"一打(?=[\sA-Za-z的])|\ba dozen\b",
    "part": r"\b(?:a|one) (?P<part>third|quarter|fifth|sixth|eighth|tenth|hundredth)(?= of\b)",
    "multiple": r"\b(?P<multiple>doubl|tripl|quadrupl|halv)(?:e[sd]?|ing)\b|翻(?:了|了?(?P<fan>[一两三四])|)(?:番|倍)",
    "decade": r"(?<!\d)(?:(?P<full>(?:1[5-9]|20)\d0)(?:'?s\b|年代)"
    r"|(?:上个?|20|二十)世纪(?P<tens>[一二三四五六七八九]十|\d0)年代|'(?P<short>[2-9]0)s\b)",
    "span_han": r"(?<![有某这那同新第统单进零〇一二两三四五六七八九十百千万亿\d])一(?:整个?|个)?"
    r"(?P<span_han>年(?![级代年])|天(?![天到])|夜|晚(?!上)|星期|礼拜|世纪|小时|钟头|(?<=[个整])月)(?![又四])",
    "quarter": r"一个?季度|\ba quarter\b(?! of)|每个?季度",
    "rate_han": r"每个?(?P<rate_han>年|月|天|日|周|星期|小时)",
    "span": rf"\b(?P<article>an?|per|every|each|(?:this|last|past|next|the)(?: past| last)?|one)"
    rf" (?P<span>{_SPAN})\b(?!-)",
    "fortnight": r"\ba fortnight\b",
    "overnight": r"\bovernight\b|隔夜|通宵",
    "adverb": r"\b(?P<adverb>annual|yearly|monthly|weekly|daily)(?:ly)?\b|年度|年均|去年",
}
_FORM = re.compile("|".join(f"(?P<form_{name}>{form})" for name, form in _FORMS.items()), re.IGNORECASE)
_NEAR = 16  # characters
_NUMBER_BEFORE = re.compile(r"\d[^\d,.;。]{0,12}\Z")
_NEAR_NUMBER = re.compile(r"[^,。;\d]{0,4}[$€¥￥]?\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vague:
    """What of a text is told in such words, and the text without them, as long as it was."""

    quantities: tuple[Quantity, ...]
    rest: str


def read_vague(text: str) -> Vague:
    """The figures of ``text`` (folded) that are no plain numerals."""
    times = read_times(text)
    others = tuple(_quantities(without(text, times)))
    return Vague(quantities=(*times, *others), rest=without(without(text, times), others))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _FORM.finditer(text):
        form = next(name for name in _FORMS if match[f"form_{name}"] is not None)
        yield _READ.get(form, _span)(match)


def _made(
    match: re.Match[str],
    value: Fraction | int | None,
    unit: str | None,
    *,
    within: tuple[int, int] | None = None,
    is_counted: bool = True,
    needs_unit: bool = False,
) -> Quantity:
    return Quantity(
        text=match[0],
        start=match.start(),
        end=match.end(),
        values=frozenset() if value is None else frozenset({Fraction(value)}),
        unit=unit,
        within=None if within is None else (Fraction(within[0]), Fraction(within[1])),
        is_counted=is_counted,
        needs_unit=needs_unit,
    )


def _order(match: re.Match[str]) -> Quantity:
    scale = chinese_scale(match["order"])
    within = (scale * 8 // 10, scale) if match[0][0] == "近" else (scale, 10 * scale)
    return _made(match, None, unit_at(match.string, match.start(), match.end()), within=within)


def _plural(match: re.Match[str]) -> Quantity:
    first, _, of = match["plural"].lower().partition(" of ")
    scale = _PLURALS[first] * (ENGLISH_SCALES[of.rstrip("s")] if of else 1)
    unit = unit_at(match.string, match.start(), match.end() + len(" of"))
    return _made(match, None, unit, within=(scale, scale * (10 if of or scale < ENGLISH_SCALES["million"] else 1000)))


def _several(match: re.Match[str]) -> Quantity:
    scale = 1
    for word in match["several"].lower().split():
        scale *= ENGLISH_SCALES[word]
    return _made(match, None, unit_at(match.string, match.start(), match.end()), within=(scale, 10 * scale))


def _half(match: re.Match[str]) -> Quantity:
    what = (match["half_of"] or "").lower()
    if what in _SPANS.values():
        return _made(match, Fraction(1, 2), what, needs_unit=True)
    if what:
        value = Fraction(12 if what == "dozen" else ENGLISH_SCALES[what], 2)
        way = way_of(match.string, match.start(), match.end())
        made = _made(match, value, unit_at(match.string, match.start(), match.end()))
        return replace(made, way=way, within=bounds(value, way))
    return _made(match, Fraction(1, 2), unit_at(match.string, match.start(), match.end()))


def _part(match: re.Match[str]) -> Quantity:
    return _made(match, Fraction(1, _PARTS[match["part"].lower()]), None)


def _multiple(match: re.Match[str]) -> Quantity:
    value = Fraction(2) ** (chinese_value(match["fan"]).numerator if match["fan"] and "番" in match[0] else 1)
    return _made(match, _MULTIPLES[match["multiple"].lower()] if match["multiple"] else value, "times", needs_unit=True)


def _decade(match: re.Match[str]) -> Quantity:
    tens = match["tens"] or match["short"]
    if match["full"]:
        year = int(match["full"])
    else:
        year = 1900 + (int(tens) if tens.isdecimal() else chinese_value(tens).numerator)
    return _made(match, year, None, within=(year, year + 9))


def _rate(match: re.Match[str]) -> Quantity:
    return _made(match, 1, _SPANS[match["rate_han"]], is_counted=_is_near_number(match), needs_unit=True)


def _is_near_number(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    return bool(_NEAR_NUMBER.match(match.string, match.end()) or _NUMBER_BEFORE.search(before))


def _span(match: re.Match[str]) -> Quantity:
    if match["span"]:
        is_counted = match["article"].lower() in {"a", "an", "per", "one"} and match[0].lower() != "one day"
        is_counted = is_counted or (match["article"].lower() in {"each", "every"} and _is_near_number(match))
        return _made(match, 1, match["span"].lower(), is_counted=is_counted, needs_unit=True)
    if match["span_han"]:
        return _made(match, 1, _SPANS[match["span_han"]], needs_unit=True)
    if match["adverb"]:
        return _made(match, 1, _SPANS[match["adverb"].lower()], is_counted=False)
    return _made(match, 1, "year", is_counted=False)


def _fixed(value: int, unit: str | None) -> Callable[[re.Match[str]], Quantity]:
    return lambda match: _made(match, value, unit, needs_unit=unit is not None)


_READ: Mapping[str, Callable[[re.Match[str]], Quantity]] = {
    "order": _order,
    "plural": _plural,
    "several": _several,
    "half_of": _half,
    "half": _half,
    "half_told": lambda match: _made(match, Fraction(1, 2), None, is_counted=False),
    "dozen": _fixed(12, None),
    "part": _part,
    "multiple": _multiple,
    "decade": _decade,
    "quarter": _fixed(_MONTHS_OF_A_QUARTER, "month"),
    "rate_han": _rate,
    "fortnight": _fixed(_DAYS_OF_A_FORTNIGHT, "day"),
    "overnight": _fixed(1, "night"),
}
