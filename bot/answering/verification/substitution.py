"""Names and numbers that stand in the place of others: the words around them are the passage's, they are not."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from bot.answering.verification.dates import Moment, is_told
from bot.answering.verification.names import Words, are_names_of_one, han_names, latin_names
from bot.answering.verification.numbers import Figures
from bot.answering.verification.quantity import Quantity, is_same

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f']+|[\u4e00-\u9fff]|\d+|[%$€¥￥*/=+<>]|(?P<end>[,;。!?\n]|\.(?=\s|$)|——|--)")
_FUNCTION_WORDS = frozenset(
    word
    for line in (
        "的 地 得 了 着 过 则 就 也 都 又 还 才 便 而 将 会 已 曾 被 把 其",
        "the a an has have had was were is are be been also then that which did does do will would",
    )
    for word in line.split()
)
_PREPOSITIONS = frozenset(
    word
    for line in ("向 对 给 与 和 跟 为 从 在 比 按 据", "to for with from of in by at than on")
    for word in line.split()
)
MIN_ALIKE = 3  # words (Chinese: characters) that two clauses have in common
MIN_ALIKE_OPENED = 4  # the same, of clauses that only open alike, each with a name
MIN_SHARE = 0.6  # of the words of the clause that is checked, without its names and numbers
NEARLY = 0.1  # by which a clause may be less like another than the one most like it
MIN_BESIDE = 3  # words in a row beside both, where one of them opens or closes its clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a name or a number of a clause."""

    text: str
    is_name: bool = False
    quantity: Quantity | None = None
    moment: Moment | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is neither a name nor a number."""
        return not self.is_name and self.quantity is None and self.moment is None

    def is_one_with(self, other: "Token") -> bool:
        """Whether both are names, or numbers, of the same."""
        if self.quantity and other.quantity:
            return is_same(self.quantity, other.quantity)
        if self.moment and other.moment:
            return is_told(self.moment, (other.moment,), frozenset())
        return self.is_name and other.is_name and are_names_of_one(self.text, other.text)

    def displaces(self, other: "Token") -> bool:
        """Whether both are names, or numbers, or dates, of different things."""
        is_of_a_sort = (
            (self.is_name and other.is_name) or (self.quantity and other.quantity) or (self.moment and other.moment)
        )
        return bool(is_of_a_sort) and not self.is_one_with(other)


Tokens = tuple[Token, ...]
"""A clause as its words in order, those left out that hardly mean anything."""


def read_tokens(text: str, words: Words, figures: Figures) -> tuple[Tokens, ...]:
    """The clauses of ``text`` (folded) that have a name or a number; ``words`` and ``figures``: all that it has."""
    special = [((q.start, q.end), Token(text=q.text, quantity=q)) for q in figures.quantities if q.is_counted]
    for moment in (moment for moment in figures.moments if moment.is_certain):
        found = re.finditer(re.escape(moment.text), text)
        special += [(match.span(), Token(text=moment.text, moment=moment)) for match in found]
    for name in set(chain(latin_names(text, words), han_names(text))):
        special += [(match.span(), Token(text=name, is_name=True)) for match in re.finditer(re.escape(name), text)]
    clauses: list[list[Token]] = [[]]
    at = 0
    for (start, end), token in sorted(special, key=lambda found: (found[0][0], -found[0][1])):
        if at <= start and end <= len(text):
            _add_words(clauses, text[at:start])
            clauses[-1].append(token)
            at = end
    _add_words(clauses, text[at:])
    return tuple(tuple(clause) for clause in clauses if any(not token.is_plain for token in clause))


def substituted(said: Sequence[Tokens], told: Sequence[Tokens]) -> Iterator[Token]:
    """What the clauses of ``said`` have in the places of other names and numbers of the clauses most like them."""
    for clause in said:
        shares = [(_share(clause, other), other) for other in told]
        least = max(MIN_SHARE, max((share for share, _ in shares), default=0.0) - NEARLY)
        near = [(other, frozenset(_displacing(clause, other))) for share, other in shares if share >= least]
        for token in clause:
            # Where another clause as like as that has it, it may be from there.
            if any(token in strange for _, strange in near) and all(
                token in strange or not any(token.is_one_with(one) for one in other) for other, strange in near
            ):
                yield token


def _add_words(clauses: list[list[Token]], text: str) -> None:
    for word in _WORD.finditer(text):
        if word["end"]:
            clauses.append([])
        elif (plain := word[0].lower()) not in _FUNCTION_WORDS:
            clauses[-1].append(Token(text=plain))


def _share(clause: Tokens, other: Tokens) -> float:
    mine, theirs = (Counter(token.text for token in each if token.is_plain) for each in (clause, other))
    alike = (mine & theirs).total()
    return alike / mine.total() if alike >= MIN_ALIKE else 0.0


def _displacing(clause: Tokens, other: Tokens) -> Iterator[Token]:
    """What of ``clause`` stands in the place of another name or number of ``other``."""
    mine, theirs = [token.text for token in clause], [token.text for token in other]
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    alike = frozenset((one + n, two + n) for one, two, size in blocks for n in range(size))
    for i, one in enumerate(clause):
        for j, two in enumerate(other):
            if one.displaces(two) and (
                _are_in_one_place(i, j, alike, len(other)) or _open_alike(clause, i, other, j, alike)
            ):
                yield one


def _are_in_one_place(i: int, j: int, alike: frozenset[tuple[int, int]], length: int) -> bool:
    before, after = (i - 1, j - 1) in alike, (i + 1, j + 1) in alike
    if before and after:
        return True
    if before and j == length - 1:
        return all((i - n, j - n) in alike for n in range(1, MIN_BESIDE + 1))
    return after and j == 0 and all((i + n, j + n) in alike for n in range(1, MIN_BESIDE + 1))


def _open_alike(clause: Tokens, i: int, other: Tokens, j: int, alike: frozenset[tuple[int, int]]) -> bool:
    """Whether both are the names with which two clauses open that go on alike."""
    return (
        len(alike) >= MIN_ALIKE_OPENED
        and clause[i].is_name
        and max(i, j) <= 1
        and not any(token.text in _PREPOSITIONS for token in (*clause[:i], *other[:j]))
        and not any(clause[i].is_one_with(token) for token in other)
    )
