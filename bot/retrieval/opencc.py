"""Traditional Chinese as Simplified and back, through OpenCC: texts in both scripts meet."""

import re
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_RUN = re.compile(f"[{HAN}]+")
# Of the characters of a Traditional text some three in ten have another form, of a Simplified one next to none.
TRADITIONAL_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dictionaries:
    characters: OpenCC
    words: OpenCC
    to_traditional: OpenCC
    to_taiwan: OpenCC


@cache
def _dictionaries() -> _Dictionaries:
    """Read once, which takes 50 ms; they never change, and threads may share them."""
    return _Dictionaries(
        characters=OpenCC("t2s"), words=OpenCC("tw2sp"), to_traditional=OpenCC("s2t"), to_taiwan=OpenCC("s2twp")
    )


def simplified(text: str) -> str:
    """A Traditional text in Simplified characters, with the mainland's words for Taiwan's (記憶體: 内存).

    Its length changes where words differ. A Simplified text stays as it is, stray Traditional characters
    included: the words of the one script may mean something else in the other (程序). Takes microseconds.
    """
    return _dictionaries().words.convert(text) if is_traditional(text) else text


def traditional(text: str) -> str:
    """A Simplified text in Traditional characters, with Taiwan's words for the mainland's (内存: 記憶體)."""
    converted: str = _dictionaries().to_taiwan.convert(text)
    return converted


def same_in_both_scripts(text: str) -> bool:
    """Whether ``text`` would be written alike in Simplified and Traditional characters (``成本呢``)."""
    forms: set[str] = {_dictionaries().characters.convert(text), text, _dictionaries().to_traditional.convert(text)}
    return len(forms) == 1


def is_traditional(text: str) -> bool:
    """Whether the Chinese in ``text`` is written in Traditional characters; False where there is none."""
    chinese = "".join(HAN_RUN.findall(text))
    other = sum(a != b for a, b in zip(chinese, _dictionaries().characters.convert(chinese), strict=False))
    return bool(chinese) and other >= TRADITIONAL_SHARE * len(chinese)
