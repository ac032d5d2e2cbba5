"""Names that only the question has: a sentence may say that they are wrong, and may not affirm them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches

from bot.answering.verification.folding import folded
from bot.answering.verification.known_names import is_loose
from bot.answering.verification.names import aliases_by_name, han_names, latin_names, read_words
from bot.corpus.language import HAN

CLOSE = 0.7  # as ``difflib`` counts: the asker's spelling of a name that the essays have
MAX_LONGER = 2  # letters
_MIN_PROSE = 0.5  # of the essays' text that is not Chinese, for a Latin name that is unknown in Chinese to be missed
_CLAUSE = re.compile(r"[,;。!?，；]|\. ")
_DENIES = re.compile(
    r"[不没无未非]|而是|你|您|问题|提问|\b(?:not|never|no|nor|neither|nobody|none|cannot|without|rather than|instead of"
    r"|unlike|question|asked|you|your)\b|n't\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"没错|不错|不假|不仅|不但|不只|不光|非常|无疑|\bnot (?:only|just)\b|\bno doubt\b", re.IGNORECASE
)


def names_only_asked(question: str, near: str, all_told: Callable[[], str]) -> frozenset[str]:
    """The names in ``question`` that ``all_told`` (all of the essays) has in no language and no spelling.

    ``near`` is a part of that, at hand: the whole takes a tenth of a second to read, and is asked for only
    where a name does not stand there. Chinese names that are known in no other language are passed over, and so are
    countries, which often go unsaid.
    """
    asked = folded(question)
    names = {name for name in (*latin_names(asked, read_words("")), *han_names(asked)) if not is_loose(name.lower())}
    names -= {name for name in names if not _is_known(name) and not name.isascii()}
    missing = _missing(names, folded(near))
    if not missing:
        return frozenset()
    told = folded(all_told())
    tells_latin = len(HAN.findall(told)) < (1 - _MIN_PROSE) * len(told)
    return _missing((name for name in missing if tells_latin or _is_known(name)), told)


def affirmed_names(said: str, names: Collection[str]) -> Iterator[str]:
    """Those of ``names`` in a clause of ``said`` (folded) that neither denies anything nor speaks of the question."""
    clauses = [clause for clause in _CLAUSE.split(said) if not _DENIES.search(_NO_DENIAL.sub("", clause))]
    yield from (name for name in names if any(name in clause for clause in clauses))


def _is_known(name: str) -> bool:
    return name.lower() in aliases_by_name()


def _missing(names: Iterable[str], told: str) -> frozenset[str]:
    """Those of ``names`` that ``told`` (folded) does not have."""
    held = told.lower()
    words = frozenset(re.findall(r"[a-z\u00c0-\u024f0-9]+", held))
    capitals = frozenset(word.lower() for word in re.findall(r"\b[A-Z][A-Za-z\u00c0-\u024f0-9]+", told))

    def is_held(name: str) -> bool:
        if _is_known(name):
            return any(alias in held for alias in aliases_by_name()[name.lower()])
        return any(part in words or _is_spelt(part, capitals) for part in re.findall(r"[a-z0-9]+", name.lower()))

    return frozenset(name for name in names if not is_held(name))


def _is_spelt(part: str, words: Collection[str]) -> bool:
    alike = [word for word in words if word[:1] == part[:1] and abs(len(word) - len(part)) <= MAX_LONGER]
    return bool(get_close_matches(part, alike, n=1, cutoff=CLOSE))
