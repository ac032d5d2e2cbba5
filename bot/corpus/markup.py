"""What in a file is not text: the one definition that reading, splitting and the tests share.

Narrow on purpose. Markup is: marks that open a heading (``#``) or a quoted line (``>``), rules
(``---``, which also fence front matter), heading underlines (``===``), fences of code, images
without a description, and characters that nobody sees (byte order mark, zero-width space).
Everything else that is not white space is text, and stands in a passage.
"""

import re
from collections.abc import Iterator

UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
VISIBLE = re.compile(rf"[^\s{UNSEEN}]")
FIRST_WIDE = 0x2E80  # CJK radicals and all behind them
LINE = re.compile(r"[^\r\n]+")
LINE_BREAK = re.compile(r"\r\n|\n|\r")

RULE = re.compile(rf"[{UNSEEN}]?[ \t]*(?:(?:-[ \t]*){{3,}}|(?:\*[ \t]*){{3,}}|(?:_[ \t]*){{3,}})$")
UNDERLINE = re.compile(r"[ \t]*={3,}[ \t]*$")
FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[^`~]*$")
HEADING_MARK = re.compile(rf"[{UNSEEN}]?[ ]{{0,3}}(?P<marks>#{{1,6}})(?=\s|$)")
QUOTE_MARK = re.compile(r"[ ]{0,3}>(?:[ \t]*>)*[ \t]?")
IMAGE = re.compile(r"!\[\s*\]\([^()\r\n]*(?:\([^()\r\n]*\)[^()\r\n]*)*\)")  # brackets within an address are paired


def content_offsets(text: str) -> Iterator[int]:
    """The offsets of all characters that are neither white space nor markup, ascending."""
    for line in LINE.finditer(text):
        hidden = _markup_of_line(line.group())
        for found in VISIBLE.finditer(line.group()):
            if found.start() not in hidden:
                yield line.start() + found.start()


def has_content(line: str) -> bool:
    """Whether a line holds more than white space and markup."""
    return next(content_offsets(line), None) is not None


def parted(text: str, end: int, start: int) -> bool:
    """Whether an empty line lies between two lines: one ends at ``end``, the other begins at ``start``."""
    return len(LINE_BREAK.findall(text, end, start)) > 1


def bare(text: str) -> str:
    """A line without white space and unseen characters around it."""
    return text.strip().strip(UNSEEN).strip()


def columns(text: str) -> int:
    """Columns that a text takes on a terminal: two for a Chinese character."""
    return sum(2 if ord(char) >= FIRST_WIDE else 1 for char in text)


def without_images(text: str) -> str:
    """The text with images that have no description left out: they say nothing, and cost tokens."""
    return IMAGE.sub("", text)


def _markup_of_line(line: str) -> set[int]:
    if RULE.match(line) or UNDERLINE.match(line) or FENCE.match(line):
        return set(range(len(line)))
    hidden: set[int] = set()
    for mark in (HEADING_MARK, QUOTE_MARK):
        if found := mark.match(line):
            hidden.update(range(found.end()))
    for image in IMAGE.finditer(line):
        hidden.update(range(*image.span()))
    return hidden
