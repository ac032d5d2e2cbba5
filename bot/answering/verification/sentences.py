"""An answer as its sentences, each with the numbers it cites; together they are the whole text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answering.markers import code_in, touches
from bot.corpus.sentences import split_sentences

_MARKER = re.compile(r"[ \t]*\[(\d{1,9})\]")
_MARKERS_FIRST = re.compile(r"(?:[ \t]*\[\d{1,9}\])+[。.;；,，]?[ \t]*")
_BRACKETS = str.maketrans("[]", "()")
_ORDINAL = r"第(?:\d{1,4}|[一二三四五六七八九十百]{1,4})[点點条條](?:理由|原因)?|(?:Point|Reason) \d{1,4}"
_LABEL = re.compile(
    rf"(?P<item>[-+•>#\s]*(?:[*] )?)(?:(?:[*]{{2}})?(?:{_ORDINAL})(?:[*]{{2}})?)(?:\s*[：:](?:[*]{{2}})?|[。.]?\Z)\s*",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer: ``text`` with its markers, ``said`` without; ``gap``: the white space behind it."""

    text: str
    said: str
    numbers: tuple[int, ...]
    gap: str = ""


def read_sentences(text: str) -> list[Sentence]:
    """The sentences of ``text``, whose markers are all of the form ``[n]``; a block of code is one."""
    code = code_in(text)
    plain = _without_brackets_in(code, text)
    starts = [start for start in _starts(plain) if not touches(code, start, start)]
    bounds = [0, *starts[1:], len(text)] if text.strip() else []
    return [_sentence(text[start:end], plain[start:end]) for start, end in pairwise(bounds)]


def joined(sentences: Iterable[Sentence]) -> str:
    """The text of the sentences that are left; one that was dropped has no text, but may end a line."""
    out = ""
    for sentence in sentences:
        if sentence.text:
            needs_space = out and out[-1].isascii() and not out[-1].isspace()
            out += (" " if needs_space else "") + sentence.text + sentence.gap
        elif "\n" in sentence.gap:
            out = out.rstrip(" ") + (sentence.gap if out else "")
    return _BLANK_LINES.sub("\n\n", out).strip()


def without_label(said: str) -> str:
    """``said`` without a ``第2点：`` before it: that numbers what the answer says, and is no figure of the essays."""
    label = _LABEL.match(said)
    if label is None or label[0].count("**") % 2:
        return said
    rest = said[label.end() :]
    return label["item"] + rest if rest else ""


def _without_brackets_in(code: Sequence[tuple[int, int]], text: str) -> str:
    """``text``, as long as it was, with what could be taken for a marker in ``code`` made something else."""
    at, pieces = 0, []
    for start, end in code:
        pieces += [text[at:start], text[start:end].translate(_BRACKETS)]
        at = end
    return "".join([*pieces, text[at:]])


def _starts(plain: str) -> Iterator[int]:
    for sentence in split_sentences(plain):
        markers = _MARKERS_FIRST.match(plain, sentence.start, sentence.end)
        if markers is None:
            yield sentence.start
        elif markers.end() < sentence.end:
            yield markers.end()


def _sentence(text: str, plain: str) -> Sentence:
    body = text.rstrip()
    shown = plain[: len(body)]
    numbers = tuple(dict.fromkeys(int(match[1]) for match in _MARKER.finditer(shown)))
    return Sentence(text=body, said=_without(text[: len(body)], shown), numbers=numbers, gap=text[len(body) :])


def _without(text: str, plain: str) -> str:
    at, kept = 0, ""
    for match in _MARKER.finditer(plain):
        kept += text[at : match.start()]
        at = match.end()
    return (kept + text[at:]).strip()
