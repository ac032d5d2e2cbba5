"""Coming back to an earlier subject: ``回到刚才的MLA``, ``back to the contest``, ``about the kitten again``."""

import re
from collections.abc import Sequence

from bot.conversation.completeness import depends_on_what_was_said
from bot.conversation.dependence import what_is_said
from bot.corpus.language import HAN
from bot.retrieval.opencc import simplified
from bot.retrieval.terms import terms

_BACK_ZH = r"(?:那|好[的吧]?|我们|咱们|让我们|先|再)*[，,\s]*(?:回到|说回|再说回|回过头来?[说看]|接着刚才)"
_BACK_EN = (
    r"(?:(?:ok(?:ay)?|so|and|but|now|well)\b,?\s*)*(?:(?:let['’]?s|let us|can we|to)\s+)?"
    r"(?:(?:go(?:ing)?|get(?:ting)?|com(?:e|ing)|circling)\s+)?(?:back|return(?:ing)?)\s+to\b"
)
_BACK = re.compile(rf"\s*(?:{_BACK_ZH}|{_BACK_EN})(?P<subject>[^,，:：。？?！!]*)", re.IGNORECASE)
# These may as well mean what was talked about last, so they come back only to what they name.
_MAYBE_BACK = re.compile(
    r"\s*(?:(?:刚才|刚刚|之前|前面|先前)[^，。？！\s]{0,4}?[那这的][个只位篇条家种件]?"
    r"(?P<zh>[^,，:：。？?！!和跟与是有在为怎什谁哪几]+)|"
    r"(?:(?:so|and|but|now|well)\b,?\s*)*(?:about|on|as for)\s+(?P<en>[^,:?!]+?)\s+again\b)",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"第(?P<zh>[一二三四五六1-6])个?(?:问题|话题|主题)|"
    r"\b(?P<en>first|second|third|fourth|fifth|sixth)\s+(?:question|topic|subject)",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"最初|最开始|一开始|the (?:very )?beginning|\b(?:original|initial) (?:question|topic)", re.IGNORECASE
)
_ORDINALS = ("一 1 first", "二 2 second", "三 3 third", "四 4 fourth", "五 5 fifth", "六 6 sixth")
_TALK = re.compile(
    r"刚才|刚刚|之前|前面|话题|主题|[说聊讲问提]到?过?的|[这那][个只位篇条家种件]|\b(?:questions?|topics?|subjects?)\b"
)


def returned_to(question: str, asked: Sequence[str]) -> int | None:
    """Which of ``asked`` (oldest first) ``question`` comes back to; None where it comes back to none of them.

    The one that is counted (``my first question``); else the newest that stands on its own and shares most terms
    with the subject named. Where no subject is named (``回到刚才那个问题``), the one before the last.
    """
    question = simplified(question)
    back, maybe = _BACK.match(question), _MAYBE_BACK.match(question)
    subject = back["subject"] if back else (maybe["zh"] or maybe["en"]) if maybe else None
    if subject is None or not asked:
        return None
    own = [place for place, text in enumerate(asked) if not depends_on_what_was_said(text)] or [0]
    nth = _nth(subject)
    if nth is not None:
        return max((place for place in own if place <= nth), default=own[0])
    shared = {place: _shared(subject, asked[place]) for place in own}
    best = max(own, key=lambda place: (shared[place], place))
    if shared[best]:
        return best
    return None if back is None or _names(subject) else own[max(len(own) - 2, 0)]


def with_its_subject(question: str) -> str | None:
    """``question`` without the words that come back, where it comes back to a subject that it names; else None."""
    back = _BACK.match(question)
    return question[back.start("subject") :].strip() if back is not None and _names(back["subject"]) else None


def is_bare_return(question: str) -> bool:
    """Whether ``question`` says nothing but what it comes back to."""
    back = _BACK.match(question)
    return back is not None and not any(char.isalnum() for char in question[back.end() :])


def _nth(subject: str) -> int | None:
    match = _NTH.search(subject)
    if match is not None:
        said = (match["zh"] or match["en"]).lower()
        return next(place for place, words in enumerate(_ORDINALS) if said in words.split())
    return 0 if _FIRST.search(subject) else None


def _names(subject: str) -> set[str]:
    return set() if _nth(subject) is not None else set(terms(what_is_said(_TALK.sub(" ", simplified(subject)))))


def _shared(subject: str, text: str) -> int:
    # A lone character has no pair to be found by: ``猫`` is in ``小猫``.
    text = simplified(text)
    known = set(terms(text))
    said = _names(subject)
    return sum(term in known or (HAN.fullmatch(term) is not None and term in text) for term in said)
