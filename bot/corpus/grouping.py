"""Where a section is cut: atoms in groups, as near to the size aimed at as the text allows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.corpus.markup import IMAGE, LINE_BREAK, parted
from bot.corpus.sections import Atom, Section
from bot.corpus.sentences import Sentence

CountTokens = Callable[[str], int]

# What a cut costs; a passage of twice the size aimed at, or of none, costs 1.
ITEM_CUT = 0.1  # between two lines
SENTENCE_CUT = 0.2  # within a line
AFTER_COLON_CUT = 0.5  # between what announces a list and the list
AFTER_HEADING_CUT = 4.0
IMAGE_COST = 1.0  # of images as large as the size aimed at: a cut there would leave them out
BROKEN_BOUND = 1000.0  # any other cut is better

SOFT_BREAKS = (re.compile(r"[;；]\s*"), re.compile(r"[，：:、]|,\s+"), re.compile(r"\s+"))
MANY_ATOMS = 1000  # of a section; with more of them, tiny ones are put together before cuts are planned
ESTIMATE_SLACK = 0.04  # the tokens of the parts and those of the whole differ by no more, mostly


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSize:
    """How large passages are, in tokens of the embedder. A section below ``min_tokens`` stands alone.

    Raises ValueError unless 0 < min_tokens <= target_tokens <= max_tokens and 4 * min_tokens <= max_tokens.
    """

    min_tokens: int = 60
    target_tokens: int = 220
    max_tokens: int = 500

    def __post_init__(self) -> None:
        if not 0 < self.min_tokens <= self.target_tokens <= self.max_tokens or 4 * self.min_tokens > self.max_tokens:
            raise ValueError(f"no text can be cut to {self}")


def group_atoms(text: str, section: Section, *, count_tokens: CountTokens, size: PassageSize) -> list[list[Atom]]:
    """The section's atoms in groups, one a passage, each of ``min_tokens`` to ``max_tokens`` as a whole.

    Cuts are planned on sums of counts, which are cheap, within bounds drawn in a little. Where a
    group then breaks a bound they are planned again on exact counts, and at last on finer atoms:
    pieces of at most max - 2 * min tokens can always be grouped within the bounds.
    """
    planner = _Planner(text=text, count_tokens=count_tokens, special=count_tokens(""), size=size)
    atoms = [piece for atom in section.atoms for piece in planner.pieces(atom, size.max_tokens)]
    heads = section.heads
    if len(atoms) > MANY_ATOMS:
        last_head = atoms[heads - 1].end if heads else 0
        atoms = list(planner.runs(atoms, size.min_tokens // 2))
        heads = sum(atom.end <= last_head for atom in atoms)
    groups = planner.plan(atoms, heads, exact=False)
    if not planner.fits(groups):
        groups = planner.plan(atoms, heads, exact=True)
    if not planner.fits(groups):
        limit = int((size.max_tokens - 2 * size.min_tokens) * (1 - 2 * ESTIMATE_SLACK)) - 2 * planner.special
        finer = [piece for atom in atoms for piece in planner.pieces(atom, max(limit, size.min_tokens))]
        groups = planner.plan(finer, heads, exact=True)
    return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Consecutive atoms that may become one group: the last of them, and what they measure."""

    last: int
    tokens: int
    image_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    """``special``: what ``count_tokens`` adds to any text. The least size holds with and without it."""

    text: str
    count_tokens: CountTokens
    special: int
    size: PassageSize
    counted: dict[tuple[int, int], int] = field(default_factory=dict)

    def plan(self, atoms: Sequence[Atom], heads: int, *, exact: bool) -> list[list[Atom]]:
        """The cheapest way to cut, by dynamic programming; of equals the one found first."""
        cuts = [0.0, *(self._cut_cost(atoms, i, heads) for i in range(1, len(atoms)))]
        best = [0.0] + [float("inf")] * len(atoms)
        origin = [0] * (len(atoms) + 1)
        for first, stretches in enumerate(self._stretches(atoms, exact=exact)):
            for stretch in stretches:
                whole = first == 0 and stretch.last + 1 == len(atoms)
                cost = (
                    best[first] + cuts[first] + self._cost(stretch, whole=whole, slack=0 if exact else ESTIMATE_SLACK)
                )
                if cost < best[stretch.last + 1]:
                    best[stretch.last + 1], origin[stretch.last + 1] = cost, first
        groups: list[list[Atom]] = []
        end = len(atoms)
        while end:
            groups.append(list(atoms[origin[end] : end]))
            end = origin[end]
        return groups[::-1]

    def fits(self, groups: Sequence[Sequence[Atom]]) -> bool:
        """Whether every group is within the bounds, by exact count."""
        least = self.size.min_tokens + self.special if len(groups) > 1 else 0
        counts = (self._tokens(group[0].start, group[-1].end) for group in groups)
        return all(least <= tokens <= self.size.max_tokens for tokens in counts)

    def pieces(self, atom: Atom, limit: int) -> Iterator[Atom]:
        """The atom, or where it exceeds ``limit`` tokens, its rows, or parts of its one sentence."""
        if self._tokens(atom.start, atom.end) <= limit or atom.end - atom.start < 2:  # noqa: PLR2004 (a character is whole)
            yield atom
        elif len(atom.sentences) > 1:
            starts = [atom.start, *(row.start for row in atom.sentences[1:])]
            ends = [*(row.end for row in atom.sentences[:-1]), atom.end]
            for start, end, row in zip(starts, ends, atom.sentences, strict=True):
                yield from self.pieces(Atom(sentences=(row,), start=start, end=end), limit)
        else:
            sentence = atom.sentences[0]
            for part in _halves(self.text, sentence.start, sentence.end):
                yield from self.pieces(Atom(sentences=(part,), start=part.start, end=part.end), limit)

    def runs(self, atoms: Sequence[Atom], limit: int) -> Iterator[Atom]:
        """The atoms, with neighbours that together take no more than ``limit`` tokens as one."""
        run: list[Atom] = []
        for atom in atoms:
            if run and self._tokens(run[0].start, atom.end) - self.special > limit:
                yield _joined(run)
                run = []
            run.append(atom)
        yield _joined(run)

    def _stretches(self, atoms: Sequence[Atom], *, exact: bool) -> Iterator[list[_Stretch]]:
        """For each atom the stretches that begin with it, up to twice the largest size."""
        sizes = [self._tokens(atom.start, atom.end) - self.special for atom in atoms]
        images = [0, *(self._image_tokens(a.end, b.start) for a, b in pairwise(atoms))]
        for first in range(len(atoms)):
            found: list[_Stretch] = []
            total, seen = self.special, 0
            for last in range(first, len(atoms)):
                if last > first:
                    seen += images[last]
                    total += images[last]
                total += sizes[last]
                tokens = self._tokens(atoms[first].start, atoms[last].end) if exact else total
                if found and max(tokens, total) > 2 * self.size.max_tokens:
                    break
                found.append(_Stretch(last=last, tokens=tokens, image_tokens=seen))
            yield found

    def _cost(self, stretch: _Stretch, *, whole: bool, slack: float) -> float:
        target = self.size.target_tokens
        off = (stretch.tokens - stretch.image_tokens - target) / target
        cost = off * off + IMAGE_COST * stretch.image_tokens / target
        excess = stretch.tokens - self.size.max_tokens * (1 - slack)
        least = (self.size.min_tokens + self.special) * (1 + slack)
        if excess > 0 or (stretch.tokens < least and not whole):
            cost += BROKEN_BOUND * (1 + max(0.0, excess))
        return cost

    def _cut_cost(self, atoms: Sequence[Atom], i: int, heads: int) -> float:
        before, after = atoms[i - 1], atoms[i]
        if i <= heads:
            return AFTER_HEADING_CUT
        if self.text[before.end - 1] in ":：":
            return AFTER_COLON_CUT
        if parted(self.text, before.end, after.start):
            return 0.0
        return ITEM_CUT if LINE_BREAK.search(self.text, before.end, after.start) else SENTENCE_CUT

    def _image_tokens(self, start: int, end: int) -> int:
        return self._tokens(start, end) - self.special if IMAGE.search(self.text, start, end) else 0

    def _tokens(self, start: int, end: int) -> int:
        if (start, end) not in self.counted:  # counting takes nearly all the time of a load
            self.counted[start, end] = self.count_tokens(self.text[start:end])
        return self.counted[start, end]


def _joined(atoms: Sequence[Atom]) -> Atom:
    sentences = tuple(sentence for atom in atoms for sentence in atom.sentences)
    return Atom(sentences=sentences, start=atoms[0].start, end=atoms[-1].end)


def _halves(text: str, start: int, end: int) -> tuple[Sentence, Sentence]:
    """Two parts, cut at the best soft break in the middle half, or else in the middle."""
    middle = (start + end) / 2
    cut = (start + end) // 2
    for pattern in SOFT_BREAKS:
        breaks = [m.end() for m in pattern.finditer(text, start + 1, end) if abs(m.end() - middle) <= (end - start) / 4]
        if breaks:
            cut = min(breaks, key=lambda at: abs(at - middle))
            break
    left = len(text[start:cut].rstrip()) + start
    right = end - len(text[cut:end].lstrip())
    return Sentence(start=start, end=left), Sentence(start=right, end=end)
