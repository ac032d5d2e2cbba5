"""The figures that a question takes for granted: whether a sentence confirms them, or says that they are wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.verification.folding import folded
from bot.answering.verification.numbers import Figures, read_figures, unsupported_figures

# ``超过25%吗`` and ``if it were 25%`` state nothing.
_OPEN = re.compile(
    r"(?:超过|不到|低于|高于|少于|多于|大于|小于|至少|至多|最多|最少|不足|达到|接近|将近|如果|假如|假设|要是|若|还是|比"
    r"|\b(?:over|under|above|below|than|least|most|within|exceeds?|reach(?:es)?|almost|nearly|if|suppose|or|top|first"
    r"|last))[^,;。!?]{0,6}\Z",
    re.IGNORECASE,
)
_OPEN_BEHIND = re.compile(
    r"[^,;。!?\d]{0,5}(?:以上|以下|以内|之内|还是|或|就?能|够|可以)|[^,;.!?\d]{0,12}\bor\b", re.IGNORECASE
)
_DENIED_BEFORE = re.compile(
    r"(?:(?:不是|并非|而非|绝非|远非|不像)[^,;。\d是]{0,10}|(?:没有?|未)[^,;。\d]{0,3}"
    r"|(?:没有?|未|不曾|并不)(?:曾|有)?(?:说|提|写|给出|讲|认为|出现)[^,;。]{0,16}"
    r"|\b(?:not|never|rather than|instead of)(?: [\w'-]+){0,3} ?[$€¥￥]?|n't(?: [\w'-]+){1,6} ?[$€¥￥]?)\Z",
    re.IGNORECASE,
)
_DENIED_BEHIND = re.compile(
    r"[^,;。\d]{0,12}(?:不符|不一致|不准确|不正确|不对|不实|不成立|有误|是错|错误|找不到|没有(?:依据|出现|根据)|不存在)"
    r"|[^,;.\d]{0,24}\b(?:(?:is|was|are|were|does|did)(?:n't| not)|wrong|incorrect|mistaken|inaccurate)\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"(?:不|没有?|未|无法|不会)(?:否认|反对|质疑|怀疑)|没错|不假|(?:n't|\bnot|\bnever) (?:deny|dispute|doubt)",
    re.IGNORECASE,
)
_OF_THE_QUESTION = re.compile(
    r"(?:问题|提问|题目|你|您)[^,;。]{0,8}(?:说|提|问|讲|认为|以为|给出)|\b(?:question|you)\b[^,;]{0,12}"
    r"\b(?:says?|states?|assumes?|puts?|mentions?|claims?|gives?|said|ask(?:s|ed)?)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"[,;。](?:而|但|却|不过|实际|其实|可是|然而)|[,;] ?(?:but|while|whereas|however|yet|in fact)\b", re.IGNORECASE
)
_YES = re.compile(
    r"\W*(?:是的|[对對]的?|[没沒][错錯]|不[错錯]|正[确確]|的[确確]|[确確][实實]|正是"
    r"|yes|yeah|indeed|(?:that(?:'s| is) )?(?:right|correct|true))"
    r"(?:如此|这样|是这样)?[\s*_]*(?:[,.。!;:，！；：、]|\Z)",
    re.IGNORECASE,
)
_STOPS = " ,.。!;:，！；：、*_"
_CLAUSE = re.compile(r"[,;。!?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One figure of a text, as it is written there."""

    text: str
    unit: str | None
    figures: Figures

    def stands_in(self, told: Figures) -> bool:
        """Whether ``told`` holds it."""
        return not any(unsupported_figures(self.figures, told))


def stated_figures(question: str) -> tuple[Stated, ...]:
    """What ``question`` takes for granted of numbers and dates; not what it compares with, supposes or leaves open.

    Numbers with neither unit nor scale, which may be part of a name, and dates without a year are left out.
    """
    asked = folded(question)
    return tuple(
        stated
        for stated in _each(read_figures(asked))
        if _tells_much(stated) and is_taken_for_granted(asked, stated.text)
    )


def false_premises(question: str, told: Figures) -> tuple[Stated, ...]:
    """What ``question`` states, and ``told`` does not hold."""
    return tuple(stated for stated in stated_figures(question) if not stated.stands_in(told))


def denied_figures(said: str, question: str, told: Figures) -> frozenset[str]:
    """The figures of ``question`` in ``said`` (folded) of which it says that they are wrong, or only the question's.

    ``told``: what stands in the passages; their own figures are never among them.
    """
    asked = read_figures(folded(question))
    return frozenset(
        figure.text
        for figure in _each(read_figures(said))
        if not figure.stands_in(told) and figure.stands_in(asked) and _is_denied(said, figure.text)
    )


def holds_any(said: Figures, told: Figures) -> bool:
    """Whether ``told`` holds one of the figures of ``said``."""
    return any(figure.stands_in(told) for figure in _each(said))


def without_yes(said: str) -> str:
    """``said`` without an opening that says yes to what was asked; empty where it says nothing else."""
    yes = _YES.match(said)
    rest = said[yes.end() :].lstrip(_STOPS) if yes else said
    return rest[:1].upper() + rest[1:] if yes else said


def _each(figures: Figures) -> Iterator[Stated]:
    for quantity in figures.quantities:
        if quantity.is_counted:
            yield Stated(text=quantity.text, unit=quantity.unit, figures=Figures(quantities=(quantity,), moments=()))
    for moment in figures.moments:
        if moment.is_certain:
            yield Stated(text=moment.text, unit=None, figures=Figures(quantities=(), moments=(moment,)))


def _tells_much(stated: Stated) -> bool:
    if stated.figures.moments:
        return stated.figures.moments[0].year is not None
    return stated.unit is not None or re.fullmatch(r"[\d,.]+", stated.text) is None


def is_taken_for_granted(asked: str, text: str) -> bool:
    """Whether ``asked`` (folded) states the figure ``text``, and does not compare with it or leave it open."""
    at = asked.find(text)
    return not (_OPEN.search(asked[:at]) or _OPEN_BEHIND.match(asked, at + len(text)))


def _is_denied(said: str, text: str) -> bool:
    at = said.find(text)
    before = _CLAUSE.split(said[:at])[-1]
    if _NO_DENIAL.search(before):
        return False
    if _DENIED_BEFORE.search(before) or _DENIED_BEHIND.match(said, at + len(text)):
        return True
    return bool(_OF_THE_QUESTION.search(before) and _CONTRAST.search(said, at))
