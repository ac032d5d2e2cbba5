"""Essays that a question names: by title, by author, or by what readers call them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.corpus.model import Essay
from bot.retrieval.opencc import simplified
from bot.retrieval.terms import terms

EssayNumbers = frozenset[int]  # positions in the list of essays

TITLE_TERMS = 4  # a shorter title may be any words of a question
AUTHOR_CHARS = {True: 2, False: 3}  # by whether Han: shorter ones are initials
AUTHOR_PARTS = re.compile(r"[()（）/、,，;；&]+|\band\b")


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

    def in_question(self, question: str) -> tuple[EssayNumbers, ...]:
        """The essays under each name that occurs; the narrower of two names wins, and each set comes once."""
        folded = _folded(question)
        named = {essays for name, essays in self._essays.items() if name in folded and _is_whole(name, folded)}
        narrowest = (essays for essays in named if not any(other < essays for other in named))
        return tuple(sorted(narrowest, key=min))


def _names_of(essay: Essay) -> Iterator[str]:
    yield from filter(None, map(_folded, essay.nicknames))
    if len(terms(essay.title)) >= TITLE_TERMS:
        yield _folded(essay.title)
    for part in AUTHOR_PARTS.split(_folded(essay.author or "")):
        if len(part.strip()) >= AUTHOR_CHARS[part.strip()[:1] > "\u2e7f"]:
            yield part.strip()


def _is_whole(name: str, text: str) -> bool:
    before, after = (r"(?<!\w)" if name[0].isascii() else ""), (r"(?!\w)" if name[-1].isascii() else "")
    return re.search(rf"{before}{re.escape(name)}{after}", text, re.ASCII) is not None


def _folded(text: str) -> str:
    return " ".join(simplified(unicodedata.normalize("NFKC", text)).casefold().split())
