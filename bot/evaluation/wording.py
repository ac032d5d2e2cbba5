"""Whether a text says something, told from its words alone.

No model judges here. Paraphrase, negation and another language are beyond this measure: a point put in other
words counts as not covered, a claim that the text denies counts as made. It compares runs; it does not grade.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

POINT_SHARE = 0.6  # of a point's terms that must occur in the text

_NUMBER = r"\d+(?:[.,:]\d+)*%?"
_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_WORD = re.compile(rf"{_NUMBER}|{_CJK}|(?:(?!{_CJK})[^\W\d_])+")
_REMARK = re.compile(r"\([^()]*\)")
_IS_CJK = re.compile(_CJK)
_SAYS_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can for from had has have he her his if in into is it its no not of on or"
        " she so such than that the their them then there these they this to was were what when who will with would",
    )
)


def words(text: str) -> list[str]:
    """Words, numbers and single Chinese characters, in order; width, case and punctuation folded away."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def covers(text: str, point: str) -> bool:
    """Whether ``text`` holds at least ``POINT_SHARE`` of the point's terms.

    Terms are words that say something, numbers, and pairs of neighbouring Chinese characters. False for a
    point without any.
    """
    wanted = _terms(point)
    return bool(wanted) and len(wanted & _terms(text)) >= POINT_SHARE * len(wanted)


def claims(text: str, claim: str) -> bool:
    """Whether ``text`` holds the claim word for word, but for remarks in brackets. False for one without words."""
    remarkless = _REMARK.sub(" ", unicodedata.normalize("NFKC", claim))
    wanted, said = words(remarkless), words(text)
    return bool(wanted) and any(said[start : start + len(wanted)] == wanted for start in range(len(said)))


def _terms(text: str) -> set[str]:
    found = words(text)
    alone = {word for word in found if not _IS_CJK.match(word) and word not in _SAYS_LITTLE}
    return alone | {one + other for one, other in _pairs(found)} | _lone_characters(found)


def _pairs(found: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in pairwise(found) if _IS_CJK.match(one) and _IS_CJK.match(other)]


def _lone_characters(found: Sequence[str]) -> set[str]:
    """Chinese characters without a Chinese neighbour, which no pair holds."""
    padded = ["", *found, ""]
    return {
        word
        for before, word, after in zip(padded, found, padded[2:], strict=False)
        if _IS_CJK.match(word) and not _IS_CJK.match(before) and not _IS_CJK.match(after)
    }
