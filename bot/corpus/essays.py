"""A file's text into its essays: where each begins and ends, and what is known about it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.corpus.blocks import Block, BlockKind, Line, lines_of, read_blocks
from bot.corpus.headings import find_headings, heading_name, looks_like_heading
from bot.corpus.language import language_of
from bot.corpus.manifest import FilePlan, Post
from bot.corpus.markup import HEADING_MARK, VISIBLE, has_content
from bot.corpus.metadata import FrontMatter, Metadata, read_front_matter, read_labelled
from bot.corpus.model import Essay, Language, Span
from bot.corpus.sections import Section, sections_of
from bot.corpus.sentences import Sentence
from bot.errors import CorpusError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEssay:
    """An essay with its sections, as read from its file."""

    essay: Essay
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """Where an essay begins, the line of its title, and what is known of it from the manifest."""

    start: int
    title_line: Line | None = None
    title: str | None = None
    post: Post | None = None
    same_as: str | None = None


def read_essays(file: str, text: str, plan: FilePlan) -> tuple[tuple[ReadEssay, ...], str | None]:
    """The essays of a file in order, and a fault of its front matter that the operator should know, or None.

    What stands before the first essay belongs to it. Raises CorpusError where the plan's posts are
    not found, in their order.
    """
    front = read_front_matter(text)
    text_start = front.text_start if front else 0
    openings = list(_openings(file, text, text_start, plan))
    ends = [opening.start for opening in openings[1:]] + [len(text)]
    known = plan.metadata.over(front.metadata if front else Metadata())
    return tuple(
        _read_essay(file, text, n, opening, end, known, front if n == 1 else None)
        for n, (opening, end) in enumerate(zip(openings, ends, strict=True), 1)
    ), (front.fault if front else None)


def same_line(text: str) -> str:
    """A line as it is compared with a title: without heading marks, white space folded."""
    mark = HEADING_MARK.match(text)
    return " ".join((text[mark.end() :] if mark else text).split())


def _openings(file: str, text: str, text_start: int, plan: FilePlan) -> Iterator[_Opening]:
    lines = lines_of(text, text_start, len(text))
    if plan.posts:
        found = list(_post_openings(file, lines, plan.posts))
    elif plan.split_at or plan.split_after:
        found = list(_pattern_openings(lines, plan))
    else:
        found = []
    if not found:
        yield _Opening(start=0, same_as=plan.same_as)
        return
    yield replace(found[0], start=0)
    yield from found[1:]


def _post_openings(file: str, lines: Sequence[Line], posts: Sequence[Post]) -> Iterator[_Opening]:
    rest = iter(lines)
    after = ""
    for post in posts:
        line = next((line for line in rest if same_line(line.text) == same_line(post.line)), None)
        if line is None:
            raise CorpusError(f"corpus.toml: {file} has no line that reads '{post.line}'{after}")
        after = f" after '{post.title}'"
        yield _Opening(start=line.start, title_line=line, title=post.title, post=post, same_as=post.same_as)


def _pattern_openings(lines: Sequence[Line], plan: FilePlan) -> Iterator[_Opening]:
    opens = plan.split_after is not None
    for line in lines:
        if plan.split_at is not None:
            if found := plan.split_at.search(line.text):
                yield _Opening(start=line.start, title_line=line, title=_title_of(line, found))
        elif plan.split_after is not None:
            if opens and has_content(line.text):
                yield _Opening(start=line.start, title_line=line, title=heading_name(same_line(line.text)))
                opens = False
            opens = opens or plan.split_after.search(line.text) is not None


def _title_of(line: Line, found: re.Match[str]) -> str:
    named = found.groupdict().get("title")
    return heading_name(named or same_line(line.text))


def _read_essay(
    file: str, text: str, n: int, opening: _Opening, end: int, known: Metadata, front: FrontMatter | None
) -> ReadEssay:
    blocks = _with_labelled(read_blocks(text, front.text_start if front else opening.start, end))
    known = opening.post.metadata.over(known) if opening.post else known
    known = known.over(_stated_in(blocks))
    is_plain = not any(block.kind is BlockKind.HEADING for block in blocks)
    title = _title(blocks, opening, known, is_plain=is_plain)
    lang = _language(known, text, blocks)
    essay = Essay(
        key=f"{file}#{n}",
        title=title.text or PurePosixPath(file).stem,
        span=_span(file, text, opening.start, end),
        lang=lang,
        author=known.author,
        date=known.date,
        url=known.url,
        same_as=opening.same_as,
        description=known.description,
        tags=known.tags,
        votes=known.votes,
    )
    blocks = [*_front_block(text, front), *find_headings(blocks, text, plain=is_plain)]
    return ReadEssay(essay=essay, sections=tuple(sections_of(text, blocks, lang=lang, title=title.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Title:
    """An essay's title, and where it stands in the text; each None where there is none."""

    text: str | None = None
    line: Sentence | None = None


def _title(blocks: Sequence[Block], opening: _Opening, known: Metadata, *, is_plain: bool) -> _Title:
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
    return len(blocks) > 1 and first.kind is BlockKind.TEXT and len(first.lines) == 1 and looks_like_heading(first.lines[0])


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
