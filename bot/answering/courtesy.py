"""Greetings, thanks and crumbs: what people send that asks nothing."""

import re
from enum import StrEnum
from itertools import islice

from bot.answering.question import is_askable

MAX_ENDING_CHARS = 80  # of a text are looked at for thanks at its end

_WORD = re.compile(r"[^\W_]+")

_GREETING = (
    r"hiya|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|start|"
    r"[你您]们?好|大家好|哈[喽啰]|嗨|早上好|早|上午好|中午好|下午好|晚上好|在吗|在么"
)
_THANKS = (
    r"thanks|thank you|many thanks|thx|ty|cheers|great|nice|okay|ok|bye|goodbye|good night|"
    r"谢谢|多谢|感谢|谢了|非常感谢|太感谢了?|辛苦了?|好的|好|嗯|明白了?|知道了|再见|拜拜|晚安"
)
_TRAILER = r"there|all|everyone|bot|a lot|so much|very much|again|[你您]们?|大家|[啊呀啦了哦呢哈]"
# Each piece is taken once, the longer one first: with ``你`` and ``好`` tried, too, a row of ``你好`` would take years.
_GREETINGS = re.compile(rf"(?:{_GREETING})(?> ?(?:{_GREETING}|{_TRAILER}))*+")
_COURTESIES = re.compile(rf"(?:{_GREETING}|{_THANKS})(?> ?(?:{_GREETING}|{_THANKS}|{_TRAILER}))*+")

_POLITE = rf"(?:{_GREETING}|{_THANKS})(?: ?(?:{_TRAILER}))?"
_BETWEEN = r"[ \t]*[,.!，。！~～;；、…\n][\s,.!，。！~～;；、…]*"
# ``great`` or ``好`` without a comma after it may belong to the question: ``好的模型…``.
_LEADING = re.compile(rf"\s*(?:(?:{_POLITE})(?:{_BETWEEN}))+(?:请问[一下]{{0,2}}[,，:：]?\s*)?", re.IGNORECASE)
_TRAILING = re.compile(rf"(?<=[,.!?，。！？~～;；\s])\s*(?:{_POLITE})[\s,.!，。！~～;；…]*\Z", re.IGNORECASE)

# Alone, these search for nothing; ``why`` or ``猫`` do.
_STOP_WORDS = (
    "an the of to in is and or on at by for as be am are was 的 了 吗 呢 吧 啊 呀 嘛 哦 是 在 和 与 就 不 也 有"
)
_CRUMBS = frozenset(_STOP_WORDS.split())


class Courtesy(StrEnum):
    """What is said for manners' sake."""

    GREETING = "greeting"
    THANKS = "thanks"


def courtesy_in(text: str) -> Courtesy | None:
    """The courtesy that ``text`` is nothing but; None where it says more."""
    said = " ".join(_WORD.findall(text.casefold()))
    if _GREETINGS.fullmatch(said):
        return Courtesy.GREETING
    return Courtesy.THANKS if _COURTESIES.fullmatch(said) else None


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
