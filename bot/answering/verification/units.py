"""What a number counts, where a word right behind it (or a sign before it) says so."""

import re

_WRITTEN = {
    "percent": r"%|percent\b|per cent\b|个百分点|percentage points?\b",
    "dollar": r"美元|美金|刀(?=[/,。;、)\s]|\Z)|USD\b|US dollars?\b|dollars?\b",
    "yen": r"日[元圆]|JPY\b|yen\b",
    "pound": r"英镑|GBP\b|pounds? sterling\b",
    "won": r"韩[元圆]|KRW\b",
    "cent": r"美分|cents?\b",
    "yuan": r"元|块钱|人民币|RMB\b|CNY\b|yuan\b",
    "euro": r"欧元|euros?\b|EUR\b",
    "millisecond": r"毫秒|ms\b|milliseconds?\b",
    "second": r"秒钟?|s\b|secs?\b|seconds?\b",
    "minute": r"分钟|min(?:ute)?s?\b",
    "hour": r"个?小时|个?钟头|h\b|hours?\b",
    "day": r"天|days?\b",
    "week": r"个?(?:星期|礼拜)|周(?!年)|weeks?\b",
    "month": r"个月|months?\b",
    "year": r"周?年|岁|years?\b",
    "decade": r"decades?\b",
    "century": r"个?世纪|centur(?:y|ies)\b",
    "times": r"倍|times\b|-?fold\b|x\b",
    "gigabyte": r"GB\b",
    "terabyte": r"TB\b",
    "megabyte": r"MB\b",
    "gigawatt": r"GW\b|吉瓦|gigawatts?\b",
    "megawatt": r"MW\b|兆瓦|megawatts?\b",
    "watt": r"瓦|watts?\b",
    "kilowatt": r"kW\b|千瓦|kilowatts?\b",
    "nanometre": r"nm\b|纳米|nanomet(?:er|re)s?\b",
    "kilometre": r"km\b|公里|kilomet(?:er|re)s?\b",
}
_UNIT = re.compile(
    r"[ -]?(?:" + "|".join(f"(?P<{name}>{form})" for name, form in _WRITTEN.items()) + ")", re.IGNORECASE
)
UNITS = r"[ -]?(?:" + "|".join(_WRITTEN.values()) + ")"
"""A pattern of every unit, as it stands behind a number."""
_SIGNS = {"$": "dollar", "￥": "yuan", "¥": "yuan", "€": "euro"}


def with_unit(text: str, number: str) -> str:
    """``number``, which stands in ``text``, as it stands there, with its sign or unit."""
    start = text.index(number)
    unit = _UNIT.match(text, start + len(number))
    sign = text[start - 1 : start] if start and text[start - 1] in _SIGNS else ""
    return sign + number + (unit[0].rstrip() if unit else "")


def unit_at(text: str, start: int, end: int) -> str | None:
    """The unit of the number that stands at ``start`` to ``end`` of ``text``; None where none is known."""
    match = _UNIT.match(text, end)
    if match is not None:
        return match.lastgroup
    return _SIGNS.get(text[start - 1 : start])
