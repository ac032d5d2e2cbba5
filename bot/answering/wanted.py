"""What a question wants of passages beside nearness: what it names, the unit it counts in, a figure."""

import difflib
import re
import unicodedata
from collections.abc import Sequence

from bot.corpus.language import HAN
from bot.corpus.model import Language
from bot.retrieval.model import Hit
from bot.retrieval.terms import STOP_WORDS, stem

_WORD = re.compile(r"[A-Za-z0-9]+(?:[.+-][A-Za-z0-9]+)*")
_JOINTS = re.compile(r"[\s.,+-]+")
_SENTENCE_ENDS = frozenset(".?!:;\n“\"'(")
# How many of what: the measure words of Chinese that stand behind few numbers, and the noun behind ``how many``.
_COUNTED_ZH = re.compile(r"(?<![好那这前后])(?:多少|几)(小时|分钟|[张天岁维层倍年月米块台页字度级次名人位门座届])")
_COUNTED_EN = re.compile(r"\bhow many ([a-z]{3,})", re.IGNORECASE)
_NUMBER_ZH = r"(?:\d|[一二两三四五六七八九十百千万亿半])\s?[多余]?[万亿千百]?\s?"
# A span of time answers in any unit (几天: 一个月), though not a date (2025年); units may stand in English (96 layers).
_SPAN = (
    r"个?(?:小时|钟头|分钟|秒钟?|天|周|星期|礼拜|季度)|个月|(?<!\d{4})(?<!\d{4} )年"
    r"|(?:second|minute|hour|day|week|month|year)s?(?![a-z])"
)
_SAME_MEASURE = {
    "块": "[块元刀]",
    "人": "[人名位]|people",
    "名": "[人名位]|people",
    "位": "[人名位]|people",
    "天": f"日|{_SPAN}",
    "年": f"年|{_SPAN}",
    "月": f"月|{_SPAN}",
    "小时": _SPAN,
    "分钟": _SPAN,
    "层": "层|layer",
    "维": "维|dim",
    "度": "度|degree|°",
    "倍": r"倍|times|x(?![a-z])",
    "米": r"米|met(?:er|re)|m(?![a-z])",
    "页": "页|page",
    "字": "字|word",
    "次": "次|times",
    "岁": "岁|years? old",
}
_NUMBER_EN = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|dozens?|hundreds?"
    r"|thousands?|millions?|billions?)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_MOST_NAMES = 16  # of a question are looked for
_SHORTEST_SLIP = 5
_ALIKE = 0.84  # the ratio of difflib
_SHOWN_BY_CAPITALS = 2  # from so many on a word is a name wherever it stands: ``MLA``, ``DeepSeek``

_RECKONED = re.compile(
    r"多少倍|几倍|[差高低多少贵便宜快慢长短大小]多少|相差|差[了几]|之差|差距|总共|一共|合计|总和|总计|加起来|加在一起|平均"
    r"|百分之几|百分之多少|占比|比例|比值|之比|涨了|降了|跌了|增长了?多少|翻了几"
    r"|\b(?:how (?:many times|much (?:more|less|higher|lower|cheaper|faster|larger|bigger|smaller))"
    r"|differences?|ratio|in total|total|altogether|sum|combined|added up|add up|on average|average"
    r"|what (?:percent(?:age)?|share|fraction|proportion)|percent(?:age)? of)\b",
    re.IGNORECASE,
)


# Questions that only a figure answers. Wider ones (多少, how much) may be answered by ``a lot``.
_ASKS_FOR_A_FIGURE = re.compile(
    r"(?<![好那这前后哪])(?:多少|几)(?:个(?!人|意思)|小时|分钟|[张天岁维层倍年月米台字度级次名位门座届])|多久|多长时间|哪一?年|几[点号纳]|"
    r"\bhow (?:many|long)\b|\b(?:what|which) (?:year|date|percentage|share)\b",
    re.IGNORECASE,
)


def asks_for_a_figure(question: str) -> bool:
    """Whether nothing but a number, a span of time or a date would answer it. Errs towards no."""
    return _ASKS_FOR_A_FIGURE.search(question) is not None


def asks_to_reckon(question: str) -> bool:
    """Whether it asks for a difference, a sum, a ratio, a share or an average. Errs towards yes."""
    return _RECKONED.search(question) is not None


def names_in(question: str, lang: Language) -> list[str]:
    """The names, numbers and foreign words of a question, once each, as they are written there.

    In English those are words with a digit, with several capitals, or with one that begins no sentence; in Chinese
    all that is written in Latin letters.
    """
    text = unicodedata.normalize("NFKC", question)
    found = (match for match in _WORD.finditer(text) if match.group().casefold() not in STOP_WORDS)
    return list(dict.fromkeys(m.group() for m in found if len(m.group()) > 1 and _is_name(m, text, lang)))


def missing_names(question: str, lang: Language, hits: Sequence[Hit]) -> list[str]:
    """The names of the question that no hit has, neither in its text nor in title or author.

    Of an English question's names that are words those are left out where most hits are Chinese, for Chinese may
    write them in its own characters.
    """
    texts = _squashed("\n".join(_readable(hit) for hit in hits))
    foreign = sum(hit.passage.essay.lang != lang for hit in hits) * 2 > len(hits)
    names = [name for name in names_in(question, lang) if lang == "zh" or not foreign or _is_marked(name)]
    missing = [name for name in names[:_MOST_NAMES] if not _holds(texts, name)]
    words = {word.casefold() for hit in hits for word in _WORD.findall(_readable(hit))} if missing else set()
    return [name for name in missing if not _is_slip(name.casefold(), words)]


def lacks_unit(question: str, lang: Language, hits: Sequence[Hit]) -> bool:
    """Whether it asks how many of something, and no hit gives a number of that.

    False where most hits are in another language, which has other words for most things.
    """
    foreign = sum(hit.passage.essay.lang != lang for hit in hits)
    if foreign * 2 > len(hits):
        return False
    counted = (_COUNTED_ZH if lang == "zh" else _COUNTED_EN).findall(question)
    gives = _gives_measure if lang == "zh" else _gives_number_of
    return any(not any(gives(hit.passage.text, unit) for hit in hits) for unit in counted)


def _gives_measure(text: str, measure: str) -> bool:
    return re.search(f"{_NUMBER_ZH}(?:{_SAME_MEASURE.get(measure, measure)})", text, re.IGNORECASE) is not None


def _gives_number_of(text: str, noun: str) -> bool:
    forms = {stem(noun.casefold()), noun.casefold().removesuffix("s")}
    return any(
        _NUMBER_EN.search(sentence) and any(form in sentence.casefold() for form in forms)
        for sentence in _SENTENCE_END.split(text)
    )


def _is_name(match: re.Match[str], text: str, lang: Language) -> bool:
    word = match.group()
    if lang == "zh" or _is_marked(word):
        return True
    before = text[: match.start()].rstrip(" ")
    return word[0].isupper() and bool(before) and before[-1] not in _SENTENCE_ENDS and not HAN.match(before[-1])


def _is_marked(word: str) -> bool:
    return any(mark.isdigit() for mark in word) or sum(mark.isupper() for mark in word) >= _SHOWN_BY_CAPITALS


def _holds(squashed_texts: str, name: str) -> bool:
    if any(form in squashed_texts for form in _forms(name)):
        return True
    parts = name.casefold().split("-")
    return len(parts) > 1 and all(_squashed(part) in squashed_texts for part in parts)


def _is_slip(name: str, words: set[str]) -> bool:
    """Whether it is one of the words with a letter wrong; never where it has a digit, for V4 is no slip for V3."""
    if len(name) < _SHORTEST_SLIP or not name.isalpha():
        return False
    alike = [word for word in words if word[0] == name[0] and abs(len(word) - len(name)) <= 1]
    return bool(difflib.get_close_matches(name, alike, n=1, cutoff=_ALIKE))


def _forms(name: str) -> set[str]:
    folded = name.casefold()
    return {_squashed(folded), _squashed(stem(folded)), _squashed(folded.removesuffix("s"))}


def _readable(hit: Hit) -> str:
    return f"{hit.passage.header}\n{hit.passage.essay.author or ''}\n{hit.passage.text}"


def _squashed(text: str) -> str:
    return _JOINTS.sub("", unicodedata.normalize("NFKC", text).casefold())
