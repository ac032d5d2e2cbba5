"""An essay's blocks into sections of atoms: what may be put in one passage, and where it may be cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.corpus.blocks import Block, BlockKind, Line
from bot.corpus.headings import heading_name
from bot.corpus.markup import FENCE, VISIBLE
from bot.corpus.model import Language, Passage
from bot.corpus.sentences import Sentence, split_line, unwrap

_FRONT_LINE = re.compile(r"[^\s*>|#:-][^:\n]{0,40}:(?:\s|\Z)")
ABOUT: dict[Language, str] = {"zh": "关于本文", "en": "About this text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """What a passage holds whole: a sentence, a list item, a table, a block of code."""

    sentences: tuple[Sentence, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of an essay under one heading. Its first ``heads`` atoms are lines of headings."""

    name: str
    atoms: tuple[Atom, ...]
    heads: int = 0


@dataclass(slots=True, kw_only=True)
class _Draft:
    name: str
    heads: list[Atom]
    body: list[Atom]


def sections_of(text: str, blocks: Sequence[Block], *, lang: Language, title: Sentence | None) -> list[Section]:
    """The sections of an essay in order. The line at ``title`` is the essay's title, not a section's heading.

    A heading with nothing under it goes with the section that follows, or ends the last one.
    """
    drafts = [_Draft(name="", heads=[], body=[])]
    path: list[tuple[int, str]] = []
    for block in blocks:
        is_title = title is not None and title.start <= block.start < title.end
        if is_title:
            drafts[-1].heads.append(_atom_of_line(block.lines[0]))
            if rest := block.lines[1:]:
                drafts[-1].body.extend(_atoms(text, Block(kind=block.kind, lines=rest)))
        elif block.kind is BlockKind.HEADING:
            drafts.append(_Draft(name=_path_name(path, block), heads=[_atom_of_line(block.lines[0])], body=[]))
        elif block.kind is BlockKind.METADATA:
            outer = drafts[-1].name
            drafts.append(_Draft(name=ABOUT[lang], heads=[], body=list(_atoms(text, block))))
            drafts.append(_Draft(name=outer, heads=[], body=[]))
        else:
            drafts[-1].body.extend(_atoms(text, block))
    return _folded(drafts)


def is_front_matter(passage: Passage) -> bool:
    """Whether no page shows ``passage``, the lines at the head of a file; labelled lines in a text are shown."""
    return passage.section in ABOUT.values() and _FRONT_LINE.match(passage.text) is not None


def _path_name(path: list[tuple[int, str]], block: Block) -> str:
    """The heading's name, behind the names of the marked headings that it stands under."""
    name = heading_name(block.lines[0].text)
    if block.level == 0:
        return name
    while path and path[-1][0] >= block.level:
        path.pop()
    path.append((block.level, name))
    return " › ".join(part for _, part in path)


def _folded(drafts: Sequence[_Draft]) -> list[Section]:
    sections: list[Section] = []
    carried: list[Atom] = []
    for draft in drafts:
        carried.extend(draft.heads)
        if draft.body:
            sections.append(Section(name=draft.name, atoms=(*carried, *draft.body), heads=len(carried)))
            carried = []
    if carried and sections:
        last = sections[-1]
        sections[-1] = Section(name=last.name, atoms=(*last.atoms, *carried), heads=last.heads)
    elif carried:
        sections.append(Section(name="", atoms=tuple(carried)))
    return sections


def _atoms(text: str, block: Block) -> Iterator[Atom]:
    if block.kind in (BlockKind.CODE, BlockKind.TABLE):
        rows = tuple(_trimmed(line) for line in block.lines if not FENCE.match(line.text))
        if rows:
            first, last = _trimmed(block.lines[0]), _trimmed(block.lines[-1])
            yield Atom(sentences=rows, start=first.start, end=last.end)
    elif block.kind is BlockKind.METADATA:
        yield from (_atom_of_line(line) for line in block.lines)
    else:
        lines = [Sentence(start=line.start, end=line.end) for line in block.lines]
        for line in unwrap(text, lines):
            for sentence in split_line(text, line):
                yield Atom(sentences=(sentence,), start=sentence.start, end=sentence.end)


def _atom_of_line(line: Line) -> Atom:
    sentence = _trimmed(line)
    return Atom(sentences=(sentence,), start=sentence.start, end=sentence.end)


def _trimmed(line: Line) -> Sentence:
    """The visible part of a line; every line of a block has one."""
    visible = [m.start() for m in VISIBLE.finditer(line.text)]
    return Sentence(start=line.start + visible[0], end=line.start + visible[-1] + 1)
