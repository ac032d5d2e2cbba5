"""Greetings, thanks, small talk and crumbs: what people send that asks nothing of the essays."""

import re
from enum import StrEnum
from itertools import islice

from bot.answering.question import is_askable
from bot.answering.small_talk import SMALL_TALK, WHAT_IT_HAS, WHO_IT_IS
from bot.retrieval.opencc import simplified

MAX_ENDING_CHARS = 80  # of a text are looked at for thanks at its end
MAX_SMALL_TALK_CHARS = 80

_WORD = re.compile(r"[^\W_]+")

# Both scripts, for these are also looked for within a question, which stays as it is.
_GREETING = (
    r"hiya|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|start|"
    r"[你您]们?好|大家好|哈[喽啰囉]|嗨|早上好|早安|早|上午好|中午好|下午好|晚上好|在[吗嗎]|在[么麼]"
)
_THANKS = (
    r"thanks|thank (?:you|u)|many thanks|thx|ty|cheers|great|nice|cool|got it|i see|okay|ok|bye|goodbye|good night|"
    r"[谢謝]{2}|[谢謝]啦|多[谢謝]|感[谢謝]|[谢謝]了|非常感[谢謝]|太感[谢謝]了?|辛苦了?|好的|好|嗯嗯?|收到|明白了?|知道了|再[见見]|拜拜|晚安"
)
_TRAILER = r"there|all|everyone|bot|a lot|so much|very much|again|[你您][们們]?|大家|[啊呀啦了哦呢哈]|[请請][问問]"
# Each piece is taken once, the longer one first: with ``你`` and ``好`` tried, too, a row of ``你好`` would take years.
_GREETINGS = re.compile(rf"(?:{_GREETING})(?> ?(?:{_GREETING}|{_TRAILER}))*+")
_COURTESIES = re.compile(rf"(?:{_GREETING}|{_THANKS})(?> ?(?:{_GREETING}|{_THANKS}|{_TRAILER}))*+")

_POLITE = rf"(?:{_GREETING}|{_THANKS})(?: ?(?:{_TRAILER}))?"
_BETWEEN = r"[ \t]*[,.!，。！~～;；、…\n][\s,.!，。！~～;；、…]*"
# ``great`` or ``好`` without a comma after it may belong to the question: ``好的模型…``.
_LEADING = re.compile(rf"\s*(?:(?:{_POLITE})(?:{_BETWEEN}))+(?:[请請][问問][一下]{{0,2}}[,，:：]?\s*)?", re.IGNORECASE)
_TRAILING = re.compile(rf"(?<=[,.!?，。！？~～;；\s])\s*(?:{_POLITE})[\s,.!，。！~～;；…]*\Z", re.IGNORECASE)

# Alone, these search for nothing; ``why`` or ``猫`` do.
_STOP_WORDS = (
    "an the of to in is and or on at by for as be am are was 的 了 吗 呢 吧 啊 呀 嘛 哦 是 在 和 与 就 不 也 有"
)
_CRUMBS = frozenset(_STOP_WORDS.split())


class Courtesy(StrEnum):
    """What is said for manners' sake, or asked of the bot itself."""

    GREETING = "greeting"
    THANKS = "thanks"
    SMALL_TALK = "small talk"  # ``how are you``, ``哈哈哈``, ``test``
    WHO_IT_IS = "who it is"  # asked of the bot, or what it can do
    WHAT_IT_HAS = "what it has"  # which essays there are, what may be asked


def _with_manners(pattern: re.Pattern[str]) -> re.Pattern[str]:
    lead = rf"(?:(?:{_GREETING}|{_THANKS}) ?){{0,3}}"
    return re.compile(rf"{lead}(?:{pattern.pattern})(?: ?(?:{_TRAILER}|{_THANKS}|please|[吗呀])){{0,3}}")


_OTHER_KINDS = {
    Courtesy.SMALL_TALK: _with_manners(SMALL_TALK),
    Courtesy.WHO_IT_IS: _with_manners(WHO_IT_IS),
    Courtesy.WHAT_IT_HAS: _with_manners(WHAT_IT_HAS),
}


def courtesy_in(text: str) -> Courtesy | None:
    """The courtesy that ``text`` is nothing but, in either script; None where it says more."""
    said = " ".join(_WORD.findall(simplified(text).casefold()))
    if _GREETINGS.fullmatch(said):
        return Courtesy.GREETING
    if _COURTESIES.fullmatch(said):
        return Courtesy.THANKS
    if len(said) > MAX_SMALL_TALK_CHARS:
        return None
    return next((kind for kind, pattern in _OTHER_KINDS.items() if pattern.fullmatch(said)), None)


def without_courtesy(text: str) -> str:
    """``text`` without the greetings and thanks around a question; as it is where nothing else is left.

    They are to be searched for as little as ``please`` is, and ``thanks, and the price?`` opens like a reply.
    """
    asked = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
    ending = _TRAILING.search(asked[-MAX_ENDING_CHARS:])
    if ending is not None:
        asked = asked[: len(asked) - len(ending[0])]
    return asked.strip() if is_askable(asked) else text


def is_crumb(text: str) -> bool:
    """Whether ``text`` is a single letter, figure or stop word."""
    words = [match.group().casefold() for match in islice(_WORD.finditer(text), 2)]  # two tell; there may be thousands
    return len(words) == 1 and (words[0] in _CRUMBS or (len(words[0]) == 1 and words[0].isascii()))


def asks_something(text: str) -> bool:
    """Whether ``text`` may be a question, or a part of one."""
    return is_askable(text) and not is_crumb(text) and courtesy_in(text) is None
