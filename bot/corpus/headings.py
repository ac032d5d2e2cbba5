"""Headings that plain text sets without marks: numbered lines, and short lines that stand alone.

The rules are narrow. A heading that is missed costs little (its line stays in the text); a line
taken for a heading by mistake tears a passage in two.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.corpus.blocks import Block, BlockKind, Line
from bot.corpus.markup import columns, parted

MAX_COLUMNS = 90  # columns; a Chinese character takes two
MAX_QUESTION_COLUMNS = 160  # 'Q2: …' of a catechism
PARAGRAPH_COLUMNS = 120  # what follows a heading without an empty line must be a paragraph at least this wide

EMPHASIS = re.compile(r"(\*\*|__|\*|_)(?P<inner>[^*_]+)\1$")
REFERENCES = re.compile(r"(?:references|bibliography|works cited|参考文献|参考资料|引用文献)\s*[:：]?$", re.IGNORECASE)
NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[章节回部篇]|[一二三四五六七八九十]+[、.．]|[IVX]+\.\s|\d+\.\d+(?:\.\d+)*\s|\d+[.、．]\s*(?!\d)|[((]\d+[))])\s*\S"
)
QUESTION = re.compile(r"Q\d*\s*[:：.]\s*\S")
NO_HEADING_START = re.compile(r"[-•*·◦➔—–―>|(（\[{#&@]|https?:|www\.")
NO_HEADING_CONTENT = re.compile(r"[=≤≥≈≠∇‖∥→⇒<>|{}\\·^∑∏`;；]|https?:|www\.|--|\s\+\s")
ENDS_SENTENCE = re.compile(r"[。！!.…,，、;；:：][”’」』）】)\]\"'*_]*$")
ASKS = re.compile(r"[？?][”’」』）】)\]\"'*_]*$")
CAPTION = re.compile(r"[((]\d{4}(?:\s*年)?[))]")
HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z][\w'’-]*")
LONG_WORD = 4  # letters; shorter ones are written small in titles too


def find_headings(blocks: Sequence[Block], text: str, *, plain: bool) -> list[Block]:
    """The blocks with their unmarked headings made blocks of their own.

    ``plain`` text has no marked headings, so lines that merely look like one count there.
    """
    found: list[Block] = []
    for i, block in enumerate(blocks):
        if block.kind is not BlockKind.TEXT or block.lines[0].quoted:
            found.append(block)
            continue
        alone = _stands_alone(blocks, i, text)
        found.extend(_split_off(block, plain=plain, alone=alone))
    return found


def heading_name(text: str) -> str:
    """What a heading says, without marks of emphasis, brackets around the whole, closing marks and a final colon."""
    name = text.strip()
    opening = name.rstrip("#")
    if opening[-1:].isspace():  # closing marks stand apart: 'C#' keeps its own
        name = opening.rstrip()
    name = name.replace("**", "").replace("`", "")
    if emphasis := EMPHASIS.match(name):
        name = emphasis["inner"]
    if (bracketed := re.match(r"【([^】]*)】?$", name.strip())) and bracketed[1].strip():
        name = bracketed[1]
    return " ".join(name.strip().rstrip(":：").split())


def _stands_alone(blocks: Sequence[Block], i: int, text: str) -> bool:
    before = i == 0 or blocks[i - 1].kind is BlockKind.HEADING or parted(text, blocks[i - 1].end, blocks[i].start)
    after = i + 1 == len(blocks) or parted(text, blocks[i].end, blocks[i + 1].start)
    return before and after


def _split_off(block: Block, *, plain: bool, alone: bool) -> list[Block]:
    if len(block.lines) == 1:
        line = block.lines[0]
        is_heading = alone and (_is_emphasised(line) or _is_references(line) or (plain and looks_like_heading(line)))
        return [_as_heading(line)] if is_heading else [block]
    parts: list[list[Line]] = [[]]
    heads: list[Block] = []
    for i, (line, after) in enumerate(pairwise([*block.lines, block.lines[-1]])):
        first = not parts[-1] and i + 1 < len(block.lines)
        opens = first and (_is_references(line) or (plain and i == 0 and _opens_paragraph(line, after)))
        if opens or (_is_emphasised(line) and i + 1 < len(block.lines)):
            heads.append(_as_heading(line))
            parts.append([])
        else:
            parts[-1].append(line)
    pieces = [Block(kind=BlockKind.TEXT, lines=tuple(lines)) for lines in parts if lines]
    return sorted([*heads, *pieces], key=lambda piece: piece.start)


def _as_heading(line: Line) -> Block:
    return Block(kind=BlockKind.HEADING, lines=(line,), level=0)


def _is_emphasised(line: Line) -> bool:
    found = EMPHASIS.match(line.text.strip())
    return (
        found is not None
        and columns(found["inner"]) <= MAX_COLUMNS
        and not ENDS_SENTENCE.search(found["inner"].rstrip(":："))
    )


def _is_references(line: Line) -> bool:
    return REFERENCES.match(line.text.strip()) is not None


def _opens_paragraph(line: Line, after: Line) -> bool:
    return (
        looks_like_heading(line)
        and not NUMBERED.match(line.text.strip())
        and columns(after.text) >= PARAGRAPH_COLUMNS
        and not NO_HEADING_START.match(after.text.strip())
    )


def looks_like_heading(line: Line) -> bool:
    """Whether a line of plain text has the shape of a heading, wherever it stands."""
    content = line.text.strip()
    if QUESTION.match(content):
        return columns(content) <= MAX_QUESTION_COLUMNS and ASKS.search(content) is not None
    if columns(content) > MAX_COLUMNS or any(p.search(content) for p in (ENDS_SENTENCE, CAPTION, NO_HEADING_CONTENT)):
        return False
    if NUMBERED.match(content):
        return True
    if NO_HEADING_START.match(content) or ASKS.search(content):
        return False
    # A Chinese line that ends in brackets is a term with its explanation, more often than not.
    return content[-1] not in "))" if HAN.search(content) else _is_title_case(content)


def _is_title_case(content: str) -> bool:
    words = [word for word in WORD.findall(content) if len(word) >= LONG_WORD]
    return bool(words) and content[0].isupper() and sum(word[0].isupper() for word in words) >= 0.75 * len(words)
