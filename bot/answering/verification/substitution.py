"""Names and numbers that stand in the place of others: the words around them are the passage's, they are not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.corpus.language import HAN

_HAN_CONTEXT, _LATIN_CONTEXT = 3, 8  # characters on either side
_MIN_CONTEXT = 4  # of both sides together
_MAX_PLACES = 4  # of one word in a passage
_MAX_INSERTED = 24  # characters
_NO_WORD = set(',.;:!?，。；：！？、"()\n')
_PRONOUNS = frozenset(
    word
    for line in ("他 她 它 他们 它们 她们 作者 该公司 公司 其 他的 它的 我 自己 he she it they the author him his her",)
    for word in line.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a name or a number stands in a passage: itself, and what is right before and behind it."""

    word: str
    before: str
    after: str


def places(text: str, words: Iterator[str]) -> tuple[Place, ...]:
    """The places of ``words`` in ``text`` (folded) whose surroundings tell them from others."""
    found = []
    for word in dict.fromkeys(words):
        at = -1
        for _ in range(_MAX_PLACES):
            at = text.find(word, at + 1)
            if at < 0:
                break
            place = _place(text, at, at + len(word))
            if len(place.before.strip()) + len(place.after.strip()) >= _MIN_CONTEXT:
                found.append(place)
    return tuple(found)


def substituted(said: str, told: str, at: tuple[Place, ...], *, same: Callable[[str, str], bool]) -> Iterator[str]:
    """What ``said`` has in the places of other words of ``told``; ``same``: whether two words mean the same."""
    for place in at:
        start = said.find(place.before)
        if start < 0:
            continue
        start += len(place.before)
        end = said.find(place.after, start, start + _MAX_INSERTED) if place.after else -1
        word = said[start:end].strip() if end > start else ""
        if not word or _NO_WORD & set(word) or word.lower() in _PRONOUNS or len(word.split()) > 2:  # noqa: PLR2004
            continue
        if not same(word, place.word) and f"{place.before}{said[start:end]}{place.after}" not in told:
            yield word


def _place(text: str, start: int, end: int) -> Place:
    before = text[max(0, start - _LATIN_CONTEXT) : start].rpartition("\n")[2]
    after = text[end : end + _LATIN_CONTEXT].partition("\n")[0]
    if HAN.search(before[-1:] + after[:1]):
        before, after = before[-_HAN_CONTEXT:], after[:_HAN_CONTEXT]
    return Place(word=text[start:end], before=before, after=after)
