"""Whether a sentence is sure of what its passage only supposes, or has only heard."""

import re
from collections.abc import Iterator, Sequence

from bot.retrieval.terms import terms

_SUPPOSES = (
    r"可能|或许|也许|大概率|据说|据称|有消息|传闻|传说|猜测|推测|猜想|有望|没有可信|退一万步|即便|哪怕|倘若|假如|据[^,。]{0,6}估计"
    r"|\b(?:may|might|could|perhaps|possibly|probably|reportedly|allegedly|supposedly|rumou?r\w*|plausibl[ey])\b"
)
_SUPPOSED = re.compile(_SUPPOSES, re.IGNORECASE)
# Words by which a sentence leaves it open in some other way.
_IS_OPEN = re.compile(
    rf"{_SUPPOSES}|如果|若|即使|估计|预计|预期|似乎|好像|看来|会|将|想|希望|计划|打算|准备|未必|以为|认为|声称|宣称|自称|未来|约|大致|几乎|近"
    r"|\b(?:would|should|likely|seems?|appears?|if|unless|expect\w*|predict\w*|plan\w*|hopes?|aims?|believes?|claims?"
    r"|suggests?|will|about|can)\b|[?吗]",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:[^,;:。!?\"\n.]|\.(?!\s|\Z))+[,;:。!?\"\n.]?")
_STOPS = " ,;:。!?.\n\"'*"
_ENDS = "。!?.\n"
MIN_TERMS = 4  # of a sentence that can be sure of something
MIN_SHARED = 0.5  # of them in one part of a passage's sentence: that is what it is about


def overstated(said: str, told: Sequence[str]) -> Iterator[str]:
    """``said`` (folded), where the parts of ``told`` (passages, folded) most like it only suppose what it states."""
    mine = frozenset(terms(said))
    if len(mine) < MIN_TERMS or _IS_OPEN.search(said):
        return
    copied = [piece[0].strip(_STOPS) for piece in _PART.finditer(said)]
    found = [near for text in told for near in _near(mine, copied, text)]
    most = max((share for share, _ in found), default=0.0)
    if most >= MIN_SHARED and all(is_supposed for share, is_supposed in found if share == most):
        yield said


def _near(mine: frozenset[str], copied: Sequence[str], text: str) -> Iterator[tuple[float, bool]]:
    """How much of ``mine`` each part of ``text`` holds, and whether it is only supposed there.

    It is where the part supposes, or one before it in its sentence that is also about ``mine``. What is ``copied``
    word by word is only supposed where that is taken from before it, too.
    """
    led_by: frozenset[str] = frozenset()
    for match in _PART.finditer(text):
        part = match[0].strip(_STOPS)
        held = mine & frozenset(terms(part))
        supposes = _SUPPOSED.search(part)
        if any(part in piece or (piece in part and not _stands_before(supposes, part, piece)) for piece in copied):
            is_supposed = bool(led_by - held) and not all(piece in text for piece in copied)
        else:
            is_supposed = bool(led_by) or supposes is not None
        yield len(held) / len(mine), is_supposed
        led_by = frozenset() if match[0][-1] in _ENDS else led_by | (held if supposes else frozenset())


def _stands_before(supposes: re.Match[str] | None, part: str, piece: str) -> bool:
    return supposes is not None and supposes.start() < part.index(piece)
