"""Essays that a question names: by title, by author, or by what readers call them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.corpus.model import Essay
from bot.retrieval.opencc import HAN, simplified
from bot.retrieval.terms import terms

EssayNumbers = frozenset[int]  # positions in the list of essays

TITLE_TERMS = 4  # a shorter title may be any words of a question
HAN_FROM = "\u2e7f"
AUTHOR_CHARS = {True: 2, False: 3}  # by whether Han: shorter ones are initials
AUTHOR_PARTS = re.compile(r"[()（）/、,，;；&]+|\band\b")
# As people type them, and as programs set them: hyphens, dashes and apostrophes are the plain ones.
PLAIN_MARKS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("‘’ʼ＇", "'"))
BESIDE_HAN = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")  # blanks that some set between scripts, and some don't
PIECE = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
LEAST_LEFT = 3  # terms: with fewer, the names are what is asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The sources that a question names, a set of essays each, and what it asks of them: the ``rest`` of it."""

    essays: tuple[EssayNumbers, ...]
    rest: str


class NamedEssays:
    """The names of essays, to be looked for in questions.

    A name is a nickname of the manifest, an author (also the parts of ``立委 (Li Wei)``), or a title that is
    long enough not to be met by chance. Width, case and the two scripts of Chinese do not matter; Latin names are
    found as whole words.
    """

    def __init__(self, essays: Sequence[Essay]) -> None:
        found: dict[str, set[int]] = {}
        for number, essay in enumerate(essays):
            for name in _names_of(essay):
                found.setdefault(name, set()).add(number)
        # A name that all essays share tells none from another.
        self._essays = {name: frozenset(numbers) for name, numbers in found.items() if len(numbers) < len(essays)}

    def in_question(self, question: str) -> Naming:
        """The essays under each name that occurs; the narrower of two names wins, and each set comes once.

        ``rest`` is the question without the names, or all of it where next to nothing would be left.
        """
        folded = _folded(question)
        names = [name for name in self._essays if name in folded and _pattern(name).search(folded)]
        named = {self._essays[name] for name in names}
        narrowest = (essays for essays in named if not any(other < essays for other in named))
        return Naming(essays=tuple(sorted(narrowest, key=min)), rest=_without(names, question))


def _without(names: Sequence[str], question: str) -> str:
    # Each once: whoever asks why the one who quit did quit, asks of quitting.
    rest = _plain(question)
    for name in sorted(names, key=len, reverse=True):
        rest = _pattern(name).sub(" ", rest, count=1)
    return " ".join(rest.split()) if names and len(terms(rest)) >= LEAST_LEFT else question


def _names_of(essay: Essay) -> Iterator[str]:
    yield from filter(None, map(_folded, essay.nicknames))
    if len(terms(essay.title)) >= TITLE_TERMS:
        yield _folded(essay.title)
    for part in AUTHOR_PARTS.split(_folded(essay.author or "")):
        if len(part.strip()) >= AUTHOR_CHARS[part.strip()[:1] > HAN_FROM]:
            yield part.strip()


def _pattern(name: str) -> re.Pattern[str]:
    before, after = (r"(?<!\w)" if name[0].isascii() else ""), (r"(?!\w)" if name[-1].isascii() else "")
    pieces = PIECE.findall(name)
    gaps = ["", *(r"\s*" if one[0] > HAN_FROM or other[0] > HAN_FROM else r"\s+" for one, other in pairwise(pieces))]
    spelt = "".join(f"{gap}{re.escape(piece)}" for gap, piece in zip(gaps, pieces, strict=True))
    return re.compile(f"{before}{spelt}{after}", re.ASCII | re.IGNORECASE)


def _folded(text: str) -> str:
    return BESIDE_HAN.sub("", " ".join(simplified(_plain(text)).casefold().split()))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(PLAIN_MARKS)
