"""Sections into passages: whole atoms, as near to the size aimed at as the text allows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.corpus.markup import IMAGE, parted
from bot.corpus.model import Essay, Passage, Span
from bot.corpus.sections import Atom, Section
from bot.corpus.sentences import Sentence

CountTokens = Callable[[str], int]

# What a cut costs; a passage of twice the size aimed at costs 1.
ITEM_CUT = 0.1  # between two lines
SENTENCE_CUT = 0.2  # within a line
AFTER_COLON_CUT = 0.5  # between what announces a list and the list
AFTER_HEADING_CUT = 4.0
IMAGE_COST = 1.0  # for a passage that holds images of the size aimed at, which a cut would leave out
BROKEN_LIMIT = 1000.0  # a passage out of bounds; any other cut is better

SOFT_BREAKS = (re.compile(r"[;；]\s*"), re.compile(r"[，：:、]|,\s+"), re.compile(r"\s+"))
ESTIMATE_SLACK = 0.04  # tokens of the parts and of the whole differ by no more, mostly


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSize:
    """How large passages are, in tokens of the embedder. A section below ``min_tokens`` stands alone.

    Raises ValueError unless 0 < 4 * min_tokens <= max_tokens and the target lies between them.
    """

    min_tokens: int = 60
    target_tokens: int = 220
    max_tokens: int = 500

    def __post_init__(self) -> None:
        if not 0 < 4 * self.min_tokens <= self.max_tokens or not self.min_tokens <= self.target_tokens <= self.max_tokens:
            raise ValueError(f"no passages can be cut to {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """Sizes of stretches of a text, special tokens counted once each."""

    text: str
    count_tokens: CountTokens
    special: int

    def exact(self, start: int, end: int) -> int:
        return self.count_tokens(self.text[start:end])

    def body(self, start: int, end: int) -> int:
        return max(1, self.exact(start, end) - self.special)


def passages_of(
    essay: Essay, text: str, sections: Sequence[Section], *, count_tokens: CountTokens, size: PassageSize
) -> Iterator[Passage]:
    """The passages of an essay, in order. ``text`` is the whole file's."""
    measure = _Measure(text=text, count_tokens=count_tokens, special=count_tokens(""))
    seen: dict[str, int] = {}
    for section in sections:
        for atoms in _grouped(section, measure, size):
            span = Span(file=essay.span.file, start=atoms[0].start, end=atoms[-1].end)
            content = text[span.start : span.end]
            ordinal = seen[f"{section.name}\x1f{content}"] = seen.get(f"{section.name}\x1f{content}", -1) + 1
            yield Passage(
                id=_passage_id(essay, section.name, content, ordinal),
                essay=essay,
                section=section.name,
                span=span,
                text=content,
                sentences=tuple(
                    Span(file=span.file, start=sentence.start, end=sentence.end)
                    for atom in atoms
                    for sentence in atom.sentences
                ),
            )


def _passage_id(essay: Essay, section: str, content: str, ordinal: int) -> str:
    parts = (essay.span.file, essay.title, section, content, str(ordinal))
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _grouped(section: Section, measure: _Measure, size: PassageSize) -> list[list[Atom]]:
    """The section's atoms in groups, each one passage.

    Cuts are planned on sums of counts, which are cheap, within bounds drawn in a little; where a
    passage then breaks a bound, they are planned again on exact counts, and at last on finer atoms:
    pieces of at most max - 2 * min tokens can always be grouped within the bounds.
    """
    whole = section.atoms
    if len(whole) == 1 and measure.exact(whole[0].start, whole[0].end) <= size.max_tokens:
        return [list(whole)]
    fine = [piece for atom in whole for piece in _pieces(atom, measure, size.max_tokens - measure.special)]
    groups = _plan(fine, section.heads, measure, size, exact=False)
    if not _fits(groups, measure, size):
        groups = _plan(fine, section.heads, measure, size, exact=True)
    if not _fits(groups, measure, size):
        limit = int((size.max_tokens - 2 * size.min_tokens) * (1 - 2 * ESTIMATE_SLACK)) - measure.special
        finer = [piece for atom in fine for piece in _pieces(atom, measure, limit)]
        groups = _plan(finer, section.heads, measure, size, exact=True)
    return groups


def _fits(groups: Sequence[Sequence[Atom]], measure: _Measure, size: PassageSize) -> bool:
    least = size.min_tokens + measure.special if len(groups) > 1 else 0
    return all(least <= measure.exact(group[0].start, group[-1].end) <= size.max_tokens for group in groups)


def _plan(atoms: Sequence[Atom], heads: int, measure: _Measure, size: PassageSize, *, exact: bool) -> list[list[Atom]]:
    """The cheapest way to cut: dynamic programming over the atoms; the first of equals wins."""
    text = measure.text
    bodies = [measure.body(atom.start, atom.end) for atom in atoms]
    images = [0, *(_image_tokens(measure, a.end, b.start) for a, b in zip(atoms, atoms[1:], strict=False))]
    cuts = [0.0, *(_cut_cost(text, atoms, i, heads) for i in range(1, len(atoms)))]
    slack = 0.0 if exact else ESTIMATE_SLACK
    least = (size.min_tokens + measure.special) * (1 + slack)
    most = size.max_tokens * (1 - slack)
    best = [0.0] + [float("inf")] * len(atoms)
    origin = [0] * (len(atoms) + 1)
    for start in range(len(atoms)):
        total = measure.special
        seen_images = 0
        for end in range(start + 1, len(atoms) + 1):
            if end - 1 > start:
                total += images[end - 1]
                seen_images += images[end - 1]
            total += bodies[end - 1]
            if total > 2 * size.max_tokens and end > start + 1:
                break
            tokens = measure.exact(atoms[start].start, atoms[end - 1].end) if exact else total
            cost = best[start] + cuts[start] + _size_cost(tokens, seen_images, size)
            whole = start == 0 and end == len(atoms)
            if tokens > most or (tokens < least and not whole):
                cost += BROKEN_LIMIT * (1 + max(0.0, tokens - most))
            if cost < best[end]:
                best[end], origin[end] = cost, start
    groups: list[list[Atom]] = []
    end = len(atoms)
    while end:
        groups.append(list(atoms[origin[end] : end]))
        end = origin[end]
    return groups[::-1]


def _size_cost(tokens: int, image_tokens: int, size: PassageSize) -> float:
    off = (tokens - image_tokens - size.target_tokens) / size.target_tokens
    return off * off + IMAGE_COST * image_tokens / size.target_tokens


def _image_tokens(measure: _Measure, start: int, end: int) -> int:
    return measure.body(start, end) if IMAGE.search(measure.text, start, end) else 0


def _cut_cost(text: str, atoms: Sequence[Atom], i: int, heads: int) -> float:
    before, after = atoms[i - 1], atoms[i]
    if i <= heads:
        return AFTER_HEADING_CUT
    if text[before.end - 1] in ":：":
        return AFTER_COLON_CUT
    if parted(text, before.end, after.start):
        return 0.0
    return ITEM_CUT if "\n" in text[before.end : after.start] else SENTENCE_CUT


def _pieces(atom: Atom, measure: _Measure, limit: int) -> list[Atom]:
    """The atom, or where it exceeds ``limit`` tokens, its rows, or parts of its one sentence."""
    if measure.body(atom.start, atom.end) <= limit:
        return [atom]
    if len(atom.sentences) > 1:
        starts = [atom.start, *(row.start for row in atom.sentences[1:])]
        ends = [*(row.end for row in atom.sentences[:-1]), atom.end]
        rows = zip(starts, ends, atom.sentences, strict=True)
        return [piece for start, end, row in rows for piece in _pieces(Atom(sentences=(row,), start=start, end=end), measure, limit)]
    sentence = atom.sentences[0]
    parts = _halves(measure.text, sentence.start, sentence.end)
    return [
        piece
        for start, end in parts
        for piece in _pieces(Atom(sentences=(Sentence(start=start, end=end),), start=start, end=end), measure, limit)
    ]


def _halves(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Two parts, cut at the soft break nearest to the middle (by characters), or in the middle."""
    middle = (start + end) / 2
    for pattern in SOFT_BREAKS:
        breaks = [m.end() for m in pattern.finditer(text, start, end) if start < m.start() and m.end() < end]
        near = [at for at in breaks if abs(at - middle) <= (end - start) / 4]
        if near:
            cut = min(near, key=lambda at: abs(at - middle))
            break
    else:
        cut = (start + end) // 2
    left_end = cut
    while text[left_end - 1].isspace():
        left_end -= 1
    return [(start, left_end), (cut, end)]
