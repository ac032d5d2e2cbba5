"""Figures that the passages tell of another: GPT-4 has no 175 billion parameters because GPT-3 has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.verification.known_names import kinds
from bot.answering.verification.names import are_names_of_one, han_names, latin_names, read_words
from bot.answering.verification.numbers import Figures, read_figures
from bot.answering.verification.quantity import Quantity, is_same

_CLAUSE_END = re.compile(r",(?!\d{3})|[;:。!?\n]|\.(?=\s|$)|——|--")
_SENTENCE_END = re.compile(r"[。!?\n]|\.(?=\s|$)")
_IN_A_NAME = re.compile(r"\b[A-Z][A-Za-z]+ \Z")  # Llama 4
_VERSION = re.compile(r"([a-z][a-z-]*?)-?(\d[\da-z.-]*)", re.IGNORECASE)
# Who tells a figure is not whose it is.
_TELLS = re.compile(
    r" ?(?:的?(?:专家|分析师|研究者?|报告|测试))?[^,;。]{0,3}(?:估计|认为|称|指出|表示|测算)"
    r"|'?s? (?:estimat|sa(?:y|id)|claim|report|reckon)",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[ \"*]*(?:而|但|则|另外|and|but|while|whereas)?[ \"*]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bearer:
    """A name that figures may be told of; ``kind``: a firm, a person, a place, what it is a version of, or unknown."""

    name: str
    kind: str

    @property
    def is_version(self) -> bool:
        return _VERSION.fullmatch(self.name) is not None

    def is_in(self, text: str) -> bool:
        return self.name.lower() in text.lower()

    def is_one_with(self, other: "_Bearer") -> bool:
        one, two = _VERSION.fullmatch(self.name), _VERSION.fullmatch(other.name)
        if not (one and two):
            return are_names_of_one(self.name, other.name)
        version, longer = sorted((one[2].lower(), two[2].lower()), key=len)
        return longer == version or (longer.startswith(version) and not longer[len(version)].isdigit())


def misattributed(said: str, told: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    """The names in ``said`` whose figures ``told`` (each passage with its own) has in clauses about others only.

    All texts are folded. A clause that names nobody may be about anybody, and one that the name leads up to about that,
    if no other name opens it; but versions of one thing are told apart clause by clause.
    """
    quantities = [
        quantity
        for quantity in read_figures(said).quantities
        if quantity.is_counted and not _IN_A_NAME.search(said, 0, quantity.start)
    ]
    if not quantities or not _bearers(said):
        return
    for quantity in quantities:
        start, end = _around(_CLAUSE_END, said, quantity.start, quantity.end)
        clause = _bearers(said[start:end])
        opens = max((other.end for other in quantities if start <= other.end <= quantity.start), default=start)
        closes = min((other.start for other in quantities if quantity.end <= other.start <= end), default=end)
        # What stands behind a figure is mostly what is counted.
        before, beside = said[opens : quantity.start], said[opens:closes]
        for owner in (one for one in clause if one.name in (beside if one.kind else before)):
            tells = _TELLS.match(said, said.find(owner.name) + len(owner.name)) is not None
            if not tells and _is_told_of_others(owner, quantity, clause, told):
                yield owner.name


def _is_told_of_others(
    owner: _Bearer, quantity: Quantity, clause: Sequence[_Bearer], told: Sequence[tuple[str, Figures]]
) -> bool:
    places = [
        (text, other)
        for text, figures in told
        for other in figures.quantities
        if is_same(quantity, other) and other.end <= len(text)
    ]
    return bool(places) and all(_is_of_another(owner, clause, text, other) for text, other in places)


def _is_of_another(owner: _Bearer, clause: Sequence[_Bearer], text: str, told: Quantity) -> bool:
    """Whether ``told``, a figure of ``text``, is told of a name that ``clause``, where ``owner`` is named, has not."""
    start, end = _around(_CLAUSE_END, text, told.start, told.end)
    names = _bearers(text[start:end])
    alike = [one for one in clause if one.kind == owner.kind] if owner.kind else [owner]
    if any(one.is_in(text[start:end]) or any(one.is_one_with(name) for name in names) for one in alike):
        return False
    others = [name for name in names if not any(name.is_one_with(one) for one in clause)]
    if any(other.kind == owner.kind and other.is_version for other in others):
        return True
    if any(_OPENS.fullmatch(text, start, text.find(other.name, start)) for other in others):
        return True
    opening, _ = _around(_SENTENCE_END, text, start, start)
    before, _ = _around(_SENTENCE_END, text, max(opening - 2, 0), max(opening - 2, 0))
    if not owner.kind or any(name.is_one_with(owner) for name in _bearers(text[before:start])):
        return False
    # Where the clause itself names nobody else, who is named before it in the sentence is meant.
    return any(rival.kind == owner.kind for rival in others or _bearers(text[opening:start]))


def _around(ends: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    """Where the part of ``text`` between two of ``ends`` that holds ``start`` to ``end`` begins and ends."""
    opens = max((match.end() for match in ends.finditer(text, 0, start)), default=0)
    closes = ends.search(text, end)
    return opens, closes.start() if closes else len(text)


def _bearers(text: str) -> tuple[_Bearer, ...]:
    found = dict.fromkeys((*latin_names(text, read_words("")), *han_names(text)))
    return tuple(_Bearer(name=name, kind=_kind(name)) for name in found)


def _kind(name: str) -> str:
    version = _VERSION.fullmatch(name)
    return version[1].lower() if version else kinds().get(name.lower(), "")
