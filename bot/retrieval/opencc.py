"""Traditional Chinese as Simplified, through OpenCC: texts in both scripts meet."""

import re

from opencc import OpenCC

from bot.retrieval.terms import HAN

HAN_RUN = re.compile(f"[{HAN}]+")
# Of the characters of a Traditional text some three in ten have another form, of a Simplified one next to none.
TRADITIONAL_SHARE = 0.1


class Simplifier:
    """Turns Traditional texts into Simplified ones, with the mainland's words for Taiwan's (記憶體: 内存).

    A Simplified text stays as it is, stray Traditional characters included: the words of the one script may mean
    something else in the other (程序). Making one takes 50 ms, calling it microseconds. Safe to share by threads.
    """

    def __init__(self) -> None:
        self._characters = OpenCC("t2s")
        self._words = OpenCC("tw2sp")

    def __call__(self, text: str) -> str:
        """The text in Simplified characters; of another length where words differ."""
        return self._words.convert(text) if self.is_traditional(text) else text

    def is_traditional(self, text: str) -> bool:
        """Whether the Chinese in ``text`` is written in Traditional characters; False where there is none."""
        chinese = "".join(HAN_RUN.findall(text))
        simplified = self._characters.convert(chinese)
        other = sum(a != b for a, b in zip(chinese, simplified, strict=False))
        return bool(chinese) and other >= TRADITIONAL_SHARE * len(chinese)
