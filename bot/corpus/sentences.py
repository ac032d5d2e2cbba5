"""Text into sentences, Chinese and English alike, each a span of the text it came from."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.corpus.markup import LINE, VISIBLE, columns, parted, without_images

ENDERS = re.compile(r"[。！？｡!?.…]+")
CLOSERS = "”’」』）】》〉〕］)]}"  # stay with the sentence that they close
MIRRORED = {char: re.compile(re.escape(char) + "+") for char in "\"*`'"}  # close or open, by how many came before
OPENERS = "“‘「『（【《〈([{"
HAN = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"

MARKER = re.compile(r"\s*(?:[-•*·◦➔]\s*)?[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[IVXivx]{1,5}|[A-Za-z])$")
LIST_ITEM = re.compile(r"\s*(?:[-•*·◦➔+]\s|\(?\d{1,3}[.、))]\s?|[(]\d{1,3}[)]|\[\d{1,3}\]|[|])")
REFERENCE = re.compile(r"\s*\[\^?\w{1,12}\]:?\s")
TITLE = re.compile(r"dr|mrs?|ms|prof|st|vs|e\.g|i\.e|cf|figs?|no|vols?|pp?|eqs?|sec|ch|viz|approx|u\.s")
ABBREVIATION = re.compile(r"etc|al|inc|ltd|jr|sr|co|corp|eds?")
NEAR = 40  # characters
LAST_WORD = re.compile(r"[A-Za-z][A-Za-z.]*$")

FILLED_WIDTH = range(60, 131)  # columns of a line that somebody wrapped by hand
FILLED_SPREAD = 20


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Sentence:
    """A sentence as offsets into its text, ``end`` exclusive, without surrounding white space."""

    start: int
    end: int


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """All sentences of a text, in order; every visible character is in exactly one.

    A line break ends a sentence unless the lines were wrapped by hand; list items, table rows and
    reference entries end with their line. Empty text has none.
    """
    lines = [Sentence(start=m.start(), end=m.end()) for m in LINE.finditer(text) if VISIBLE.search(m.group())]
    paragraphs: list[list[Sentence]] = []
    for line in lines:
        if paragraphs and not parted(text, paragraphs[-1][-1].end, line.start):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return tuple(
        sentence for lines in paragraphs for line in unwrap(text, lines) for sentence in split_line(text, line)
    )


def unwrap(text: str, lines: Sequence[Sentence]) -> list[Sentence]:
    """Join the lines of one paragraph where a sentence runs on over the line break."""
    filled = _wrapped_by_hand(text, lines)
    joined: list[Sentence] = []
    for line in lines:
        content = text[line.start : line.end]
        runs_on = filled or re.match(r"[a-z]", content.lstrip()) is not None
        if joined and runs_on and not LIST_ITEM.match(content) and not REFERENCE.match(text, joined[-1].start):
            joined[-1] = Sentence(start=joined[-1].start, end=line.end)
        else:
            joined.append(line)
    return joined


def split_line(text: str, line: Sentence) -> Iterator[Sentence]:
    """The sentences of one logical line. A reference entry stays whole, however many full stops it has."""
    start = line.start
    if not REFERENCE.match(text[line.start : line.end]):
        for end in _ends(text, line):
            yield from _trimmed(text, start, end)
            start = end
    yield from _trimmed(text, start, line.end)


def _ends(text: str, line: Sentence) -> Iterator[int]:
    start = line.start
    mirrored = {char: [m.start() for m in runs.finditer(text, line.start, line.end)] for char, runs in MIRRORED.items()}
    for found in ENDERS.finditer(text, line.start, line.end):
        if found.start() < start:
            continue
        end = _with_closers(text, found.end(), line.end, mirrored)
        if end < line.end and _is_end(text, start=start, mark=found.group(), mark_start=found.start(), end=end):
            yield end
            start = end


def _with_closers(text: str, end: int, limit: int, mirrored: Mapping[str, Sequence[int]]) -> int:
    """Where the marks end that close what the sentence opened; ``mirrored`` has the places of each mirrored mark."""
    while end < limit:
        char = text[end]
        if char in mirrored:
            if bisect_left(mirrored[char], end) % 2 == 0:
                break  # as many opened as closed: this one opens
        elif char not in CLOSERS:
            break
        end += 1
        while end < limit and char == "*" == text[end]:
            end += 1
    return end


def _is_end(text: str, *, start: int, mark: str, mark_start: int, end: int) -> bool:
    if text[end].isspace():
        return _ends_before_space(text, start=start, mark=mark, mark_start=mark_start, end=end)
    closed = end > mark_start + len(mark)
    if closed and text[end] not in OPENERS and text[end] not in MIRRORED:
        return False  # “为什么？”他问。 is one sentence
    if mark[-1] in "。！？｡":
        return True
    opens_chinese = re.match(rf"[{HAN}{re.escape(OPENERS)}\"*]", text[end]) is not None
    if mark[-1] in "!?":
        return opens_chinese
    after_word = re.search(rf"(?:[a-z]{{3}}|[{HAN}])$", _before(text, start, mark_start)) is not None
    return mark == "." and opens_chinese and after_word  # neither '3.5', nor '1.第一', nor '......然后'


def _ends_before_space(text: str, *, start: int, mark: str, mark_start: int, end: int) -> bool:
    if mark[-1] not in ".!?…":
        return True
    following = text[end : end + NEAR].lstrip(" \t\u00a0\u3000")[:1]
    goes_on = re.match(r"[a-z]", following) is not None
    return not goes_on and not (mark == "." and _is_abbreviated(_before(text, start, mark_start), following))


def _before(text: str, start: int, end: int) -> str:
    """The last word or two before a mark, but not from before the sentence."""
    return text[max(start, end - NEAR) : end]


def _is_abbreviated(before: str, following: str) -> bool:
    if MARKER.match(before):
        return True  # '1. ', 'I. ', '- a. ' open an item
    found = LAST_WORD.search(before)
    if found is None:
        return False
    word = found.group()
    if TITLE.fullmatch(word.lower()) or (len(word) == 1 and word.isupper()):
        return True  # Dr. Bai; T. B. Brown
    return ABBREVIATION.fullmatch(word.lower()) is not None and not re.match(rf"[A-Z{HAN}]", following)


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    while start < end and not VISIBLE.match(text[start]):
        start += 1
    while start < end and not VISIBLE.match(text[end - 1]):
        end -= 1
    if VISIBLE.search(without_images(text[start:end])):
        yield Sentence(start=start, end=end)


def _wrapped_by_hand(text: str, lines: Sequence[Sentence]) -> bool:
    widths = [columns(text[line.start : line.end].strip()) for line in lines[:-1]]
    return len(widths) > 1 and all(w in FILLED_WIDTH for w in widths) and max(widths) - min(widths) <= FILLED_SPREAD
