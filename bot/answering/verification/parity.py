"""Whether a sentence denies what its passage tells in another language, told by the names and figures of both."""

import re
from collections.abc import Iterator, Sequence

from bot.answering.verification.polarity import Clause

_ANCHOR = re.compile(r"(?<!')[a-z][a-z\d]+|\d+(?:[.,]\d+)*", re.IGNORECASE)
_MIN_ANCHORS = 2  # that a clause shares with the one it is about
_DENIAL = re.compile(
    r"\b(?:(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|must|may|need) not|never)\b|n't\b"
    r"|不是|没有|从未|并未|并非|未曾|不会|不能",
    re.IGNORECASE,
)


def denied_abroad(said: Sequence[Clause], told: Sequence[Clause]) -> Iterator[str]:
    """The clauses of ``said`` that plainly deny where nothing of ``told`` with the same names and figures does.

    What affirms a thing that is denied abroad goes through: too many words deny without a negation.
    """
    anchored = [(_anchors(other.text), other) for other in told]
    for clause in said:
        if clause.is_pair or clause.negations != 1 or not _DENIAL.search(clause.text):
            continue
        anchors = _anchors(clause.text)
        most = max((len(anchors & others) for others, _ in anchored), default=0)
        denied = any(other.negations and anchors & others for others, other in anchored)
        if most >= _MIN_ANCHORS and not denied:
            yield clause.text


def _anchors(text: str) -> frozenset[str]:
    return frozenset(word.lower().replace(",", "").removesuffix("s") for word in _ANCHOR.findall(text))
