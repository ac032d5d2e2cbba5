"""Coming back to an earlier subject: ``回到刚才的MLA``, ``back to the contest``."""

import re
from collections.abc import Sequence

from bot.conversation.dependence import depends_on_what_was_said
from bot.retrieval.opencc import simplified
from bot.retrieval.terms import terms

_BACK_ZH = r"(?:那|好[的吧]?|我们|咱们|让我们|先|再)*[，,\s]*(?:回到|说回|再说回|回过头来?[说看]|接着刚才)"
_BACK_EN = (
    r"(?:(?:ok(?:ay)?|so|and|but|now|well)\b,?\s*)*(?:(?:let['’]?s|let us|can we|to)\s+)?"
    r"(?:(?:go(?:ing)?|get(?:ting)?|com(?:e|ing)|circling)\s+)?(?:back|return(?:ing)?)\s+to\b"
)
_BACK = re.compile(rf"\s*(?:{_BACK_ZH}|{_BACK_EN})(?P<subject>[^,，:：。？?！!]*)", re.IGNORECASE)


def returns(question: str) -> bool:
    """Whether ``question`` opens by coming back to what was talked about earlier."""
    return _BACK.match(simplified(question)) is not None


def returned_to(question: str, asked: Sequence[str]) -> int:
    """Which of ``asked`` (oldest first, one at least) a question that ``returns`` comes back to.

    The newest that stands on its own and shares most terms with the subject named. Where none shares any
    (``回到刚才那个问题``), the subject before the last one.
    """
    own = [place for place, text in enumerate(asked) if not depends_on_what_was_said(text)] or [0]
    match = _BACK.match(simplified(question))
    subject = set(terms(match["subject"])) if match else set()
    shared = {place: len(subject & set(terms(asked[place]))) for place in own}
    best = max(own, key=lambda place: (shared[place], place))
    return best if shared[best] else own[max(len(own) - 2, 0)]
