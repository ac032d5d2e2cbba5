"""What a translation shows of itself that it is none: its length, a negation too many or too few, words of its own."""

import re

from bot.corpus.language import CHARACTERS_PER_WORD, HAN, WORD

# In words of either language; among the golden questions' quotes that stand in both, the longer is at most twice the
# other.
MAX_RATIO = 2.5
SPARE_WORDS = 6.0

# What denies for certain, and all that a translator may put for it.
_DENIES = re.compile(
    r"没有|不是|并非|绝非|从未|从不|不会|不能|不可能|无法|尚未"
    r"|\b(?:not(?! (?:only|just|merely))|never|cannot|nobody|nothing|impossible)\b|n't\b",
    re.IGNORECASE,
)
_MAY_DENY = re.compile(
    r"[不没无未非别勿莫否难缺免禁拒停少仅只才]|以外|反而|失败|失去"
    r"|\b(?:no|not|nor|none|never|nobody|nothing|neither|cannot|without|hardly|barely|rarely|few|little|only|rather"
    r"|instead|except|beyond|than|too|lack\w*|fail\w*|refus\w*|stop\w*|avoid\w*|den(?:y|ie[sd])|end\w*|los[et]\w*|free"
    r"|(?:un|im|in|non|dis|ir|il|mis)-?\w{3,})\b|n't\b|less\b",
    re.IGNORECASE,
)
_OF_ITS_OWN = re.compile(
    r"\bas an? (?:ai|language model|assistant)\b|\bI(?:'m| am) (?:sorry|unable)\b|\bI (?:cannot|can't) \w+"
    r"|\b(?:here is|here's|this is) (?:the|a|my) translation|^(?:translation|translated|note)\s?:|\(note\s?:"
    r"|\b(?:ignore|disregard|forget) (?:all|any|the|previous|every)\b"
    r"|作为(?:一个|一名)?(?:AI|人工智能|语言模型)|抱歉|对不起|^(?:以下|下面)是|^(?:译文|翻译)\s?:|\((?:注|译注)\s?:"
    r"|(?:忽略|无视|忘记)(?:之前|以上|所有|前面|先前)",
    re.IGNORECASE,
)
_OF_BOTH = re.compile(
    r"\bai\b|人工智能|语言模型|抱歉|对不起|sorry|ignore|忽略|无视|不理|忘|forget|disregard|以下|下面", re.IGNORECASE
)


def is_as_long(said: str, told: str) -> bool:
    """Whether ``said`` can be all of ``told`` in the other language and no more."""
    shorter, longer = sorted((_words(said), _words(told)))
    return longer <= MAX_RATIO * shorter + SPARE_WORDS


def is_turned(said: str, told: str) -> bool:
    """Whether one of both (folded) denies for certain, and the other in no way."""
    return any(_DENIES.search(one) and not _MAY_DENY.search(other) for one, other in ((said, told), (told, said)))


def speaks_for_itself(said: str, told: str) -> bool:
    """Whether ``said`` speaks to the reader of being a translation, or gives orders, where ``told`` has none of it."""
    return _OF_ITS_OWN.search(said) is not None and _OF_BOTH.search(told) is None


def _words(text: str) -> float:
    return len(HAN.findall(text)) / CHARACTERS_PER_WORD + len(WORD.findall(text)) + len(re.findall(r"\d+", text))
