"""An essay's text into blocks: headings, running text, tables, code, metadata."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.corpus.markup import FENCE, HEADING_MARK, LINE, QUOTE_MARK, UNDERLINE, VISIBLE, has_content, parted

SETEXT_RULE = re.compile(r"[ ]{0,3}-{3,}[ \t]*$")
TABLE_ROW = re.compile(r"\s*\|.*\S")
CODE_OPENING = re.compile(
    r"\s*(?:import [\w.]+|from [\w.]+ import |(?:async )?def \w+\(|class \w+[(:]|#include\b|function \w+\()"
)
CODE_LINE = re.compile(
    r"\s{2,}\S|[A-Za-z_][\w.\[\], ]*+\s*+[-+*/|]?=\s*\S|#|[A-Za-z_][\w.]*\(.*\)[;:]?$|[})\]]+[;,]?$"
    r"|(?:for|while|if|elif|else|try|except|with|return|yield|raise|print|@\w)\b.*[:)\w\]]$"
)


class BlockKind(StrEnum):
    """What a block is, for how it may be cut."""

    HEADING = "heading"
    TEXT = "text"
    TABLE = "table"
    CODE = "code"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line's content as offsets into the file, without marks of quotation or heading."""

    start: int
    end: int
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Consecutive lines of one kind. ``level`` counts for headings alone (1 to 6; 0: plain text)."""

    kind: BlockKind
    lines: tuple[Line, ...]
    level: int = 0

    @property
    def start(self) -> int:
        """Where the block begins in the file."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Where the block ends in the file."""
        return self.lines[-1].end


def lines_of(text: str, start: int, end: int) -> list[Line]:
    """The lines of a stretch of text that are not blank, as they stand."""
    found = LINE.finditer(text, start, end)
    return [Line(start=m.start(), end=m.end(), text=m.group()) for m in found if VISIBLE.search(m.group())]


def read_blocks(text: str, start: int, end: int) -> list[Block]:
    """The blocks of a stretch of text, in order. Together they hold every character that is not markup."""
    blocks: list[Block] = []
    for chunk in _joined_code(_chunks(text, lines_of(text, start, end))):
        blocks.extend(chunk if isinstance(chunk, list) else [chunk])
    return blocks


def _chunks(text: str, lines: Sequence[Line]) -> Iterator[list[Line] | Block]:
    """Lines that stand together; fenced code comes as a block of its own."""
    chunk: list[Line] = []
    fence_end = -1
    unclosed: dict[str, int] = {}
    for i, line in enumerate(lines):
        if i <= fence_end:
            continue
        if chunk and parted(text, chunk[-1].end, line.start):
            yield chunk
            chunk = []
        closing = _closing_fence(lines, i, unclosed)
        if closing is not None:
            if chunk:
                yield chunk
            chunk, fence_end = [], closing
            yield Block(kind=BlockKind.CODE, lines=tuple(lines[i : closing + 1]))
        else:
            chunk.append(line)
    if chunk:
        yield chunk


def _closing_fence(lines: Sequence[Line], i: int, unclosed: dict[str, int]) -> int | None:
    """Where the fence that opens at line ``i`` closes. ``unclosed``: from which length on a mark has no closing one."""
    opening = FENCE.match(lines[i].text)
    if opening is None:
        return None
    mark = opening["fence"]
    if len(mark) >= unclosed.get(mark[0], len(mark) + 1):
        return None
    for j in range(i + 1, len(lines)):
        closing = lines[j].text.strip()
        if closing.startswith(mark) and not closing.strip(mark[0]):
            return j
    unclosed[mark[0]] = len(mark)
    return None


def _joined_code(chunks: Iterator[list[Line] | Block]) -> Iterator[list[Block] | Block]:
    """Chunks as blocks; neighbours that look like code, with an unmistakable line among them, are one block."""
    run: list[list[Line]] = []
    for chunk in chunks:
        if isinstance(chunk, list) and _is_code_like(chunk):
            run.append(chunk)
            continue
        yield from _run_as_blocks(run)
        run = []
        yield chunk if isinstance(chunk, Block) else list(_blocks_of_chunk(chunk))
    yield from _run_as_blocks(run)


def _is_code_like(chunk: Sequence[Line]) -> bool:
    return all(CODE_LINE.match(line.text) or CODE_OPENING.match(line.text) for line in chunk) and not all(
        line.text.lstrip().startswith("#") for line in chunk
    )


def _run_as_blocks(run: Sequence[list[Line]]) -> Iterator[list[Block] | Block]:
    lines = [line for chunk in run for line in chunk]
    if len(lines) > 1 and any(CODE_OPENING.match(line.text) for line in lines):
        yield Block(kind=BlockKind.CODE, lines=tuple(lines))
    else:
        for chunk in run:
            yield list(_blocks_of_chunk(chunk))


def _blocks_of_chunk(chunk: Sequence[Line]) -> Iterator[Block]:
    """Headings, tables and text within lines that no empty line parts."""
    gathered: list[Line] = []
    kind = BlockKind.TEXT
    for i, raw in enumerate(chunk):
        heading = _heading(chunk, i)
        line = _content(raw)
        now = BlockKind.TABLE if TABLE_ROW.match(line.text) else BlockKind.TEXT
        parted = heading is not None or not has_content(raw.text)
        if gathered and (parted or now is not kind or line.quoted != gathered[-1].quoted):
            yield Block(kind=kind, lines=tuple(gathered))
            gathered = []
        if heading is not None:
            yield heading
        elif not parted:
            gathered.append(line)
            kind = now
    if gathered:
        yield Block(kind=kind, lines=tuple(gathered))


def _heading(chunk: Sequence[Line], i: int) -> Block | None:
    line = chunk[i]
    if not has_content(line.text):
        return None
    if mark := HEADING_MARK.match(line.text):
        content = line.text[mark.end() :].strip()
        start = line.start + line.text.index(content, mark.end())
        head = Line(start=start, end=start + len(content), text=content)
        return Block(kind=BlockKind.HEADING, lines=(head,), level=len(mark["marks"]))
    if i == 0 and len(chunk) > 1 and not QUOTE_MARK.match(line.text):
        if UNDERLINE.match(chunk[1].text):
            return Block(kind=BlockKind.HEADING, lines=(line,), level=1)
        if SETEXT_RULE.match(chunk[1].text):
            return Block(kind=BlockKind.HEADING, lines=(line,), level=2)
    return None


def _content(line: Line) -> Line:
    mark = QUOTE_MARK.match(line.text)
    if mark is None:
        return line
    return Line(start=line.start + mark.end(), end=line.end, text=line.text[mark.end() :], quoted=True)
