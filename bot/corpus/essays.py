"""A file's text into its essays: what is known about each, and its sections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.corpus.blocks import Block, BlockKind, lines_of, read_blocks
from bot.corpus.headings import find_headings, heading_name, looks_like_heading
from bot.corpus.language import language_of
from bot.corpus.manifest import FilePlan
from bot.corpus.markup import VISIBLE
from bot.corpus.metadata import FrontMatter, Metadata, read_front_matter, read_labelled
from bot.corpus.model import Essay, Language, Span
from bot.corpus.sections import Section, sections_of
from bot.corpus.sentences import Sentence
from bot.corpus.split import Opening, find_openings, split_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEssay:
    """An essay with its sections, as read from its file."""

    essay: Essay
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file's text, the essays in it, and the faults that the operator should know."""

    file: str
    text: str
    essays: tuple[ReadEssay, ...]
    faults: tuple[str, ...] = ()


def read_essays(file: str, text: str, plan: FilePlan) -> ReadFile:
    """The essays of a file, in order.

    Facts come from the manifest first, then from the front matter, then from a labelled block of
    the essay's own. Raises CorpusError where the plan's posts are not found, in their order.
    """
    front = read_front_matter(text)
    text_start = front.text_start if front else 0
    openings = find_openings(file, text, text_start, plan)
    ends = [*(opening.start for opening in openings[1:]), len(text)]
    known = plan.metadata.over(front.metadata if front else Metadata())
    essays = [
        _read_essay(text, _span(file, text, opening.start, end), opening, known=known, front=front if i == 0 else None)
        for i, (opening, end) in enumerate(zip(openings, ends, strict=True))
    ]
    numbered = (
        replace(read, essay=replace(read.essay, key=f"{file}#{n}", nicknames=plan.nicknames + read.essay.nicknames))
        for n, read in enumerate(essays, 1)
    )
    faults = (front.fault if front else None, split_fault(text, text_start, plan))
    return ReadFile(file=file, text=text, essays=tuple(numbered), faults=tuple(filter(None, faults)))


def _read_essay(text: str, span: Span, opening: Opening, *, known: Metadata, front: FrontMatter | None) -> ReadEssay:
    blocks = _with_labelled(read_blocks(text, front.text_start if front else opening.start, span.end))
    known = opening.post.metadata.over(known) if opening.post else known
    known = known.over(_stated_in(blocks))
    is_plain = not any(block.kind is BlockKind.HEADING for block in blocks)
    title = _title(blocks, opening, known, is_plain=is_plain)
    lang = _language(known, text, blocks)
    essay = Essay(
        key="",
        title=title.text or PurePosixPath(span.file).stem,
        span=span,
        lang=lang,
        author=known.author,
        date=known.date,
        url=known.url,
        same_as=opening.same_as,
        description=known.description,
        tags=known.tags,
        votes=known.votes,
        nicknames=opening.post.nicknames if opening.post else (),
    )
    blocks = [*_front_block(text, front), *find_headings(blocks, text, plain=is_plain)]
    return ReadEssay(essay=essay, sections=tuple(sections_of(text, blocks, lang=lang, title=title.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Title:
    """An essay's title, and where it stands in the text; each None where there is none."""

    text: str | None = None
    line: Sentence | None = None


def _title(blocks: Sequence[Block], opening: Opening, known: Metadata, *, is_plain: bool) -> _Title:
    if opening.title_line is not None:
        line = opening.title_line
        return _Title(text=opening.title, line=Sentence(start=line.start, end=line.end))
    texts = [block for block in blocks if block.kind is not BlockKind.METADATA]
    if not texts:
        return _Title(text=known.title)
    first = texts[0].lines[0]
    place = Sentence(start=first.start, end=first.end)
    reads = heading_name(first.text)
    if known.title is not None:
        return _Title(text=known.title, line=place if reads == heading_name(known.title) else None)
    if texts[0].kind is BlockKind.HEADING or (is_plain and _opens_like_title(texts)):
        return _Title(text=reads, line=place)
    return _Title()


def _opens_like_title(blocks: Sequence[Block]) -> bool:
    first = blocks[0]
    return (
        len(blocks) > 1
        and first.kind is BlockKind.TEXT
        and len(first.lines) == 1
        and looks_like_heading(first.lines[0])
    )


def _with_labelled(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with the first one told as metadata where all its lines are labelled; a title may stand before it."""
    for i, block in enumerate(blocks[:2]):
        if block.kind is BlockKind.TEXT and read_labelled(block.lines) is not None:
            return [*blocks[:i], Block(kind=BlockKind.METADATA, lines=block.lines), *blocks[i + 1 :]]
    return list(blocks)


def _stated_in(blocks: Sequence[Block]) -> Metadata:
    block = next((block for block in blocks if block.kind is BlockKind.METADATA), None)
    return (read_labelled(block.lines) if block else None) or Metadata()


def _front_block(text: str, front: FrontMatter | None) -> list[Block]:
    if front is None:
        return []
    return [Block(kind=BlockKind.METADATA, lines=tuple(lines_of(text, front.start, front.end)))]


def _language(known: Metadata, text: str, blocks: Sequence[Block]) -> Language:
    if known.lang is not None and (stated := known.lang.lower()[:2]) in ("zh", "en"):
        return "zh" if stated == "zh" else "en"
    return language_of(" ".join(text[block.start : block.end] for block in blocks))


def _span(file: str, text: str, start: int, end: int) -> Span:
    """The stretch without the white space around it."""
    first = VISIBLE.search(text, start, end)
    while end > start and not VISIBLE.match(text[end - 1]):
        end -= 1
    return Span(file=file, start=first.start() if first else start, end=end)
