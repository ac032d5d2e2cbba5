"""An answer in JSON, sentence by sentence: read while it still grows, whatever a model makes of the form."""

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.answering.drafting import CUT_SHORT, Reading, read_text, without_thoughts
from bot.answering.foreign_links import without_foreign_links
from bot.answering.markers import without_markers
from bot.answering.model import JsonForm
from bot.answering.plain import count_wide
from bot.errors import ModelNonsense

MAX_RAW_CHARS = 20_000  # a server may ignore max_tokens
MAX_FORM_TOKENS = 600
MAX_SENTENCES = 6  # a model that comes round to its first sentence again goes on for ever
MAX_SOURCES_A_SENTENCE = 3

ANSWER_FORM = JsonForm(
    name="answer",
    schema={
        "type": "object",
        "properties": {
            "answerable": {"type": "boolean"},
            "sentences": {
                "type": "array",
                "maxItems": MAX_SENTENCES,
                "items": {
                    "type": "object",
                    "properties": {
                        "sources": {"type": "array", "items": {"type": "integer"}, "maxItems": MAX_SOURCES_A_SENTENCE},
                        "text": {"type": "string"},
                    },
                    "required": ["sources", "text"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["answerable", "sentences"],
        "additionalProperties": False,
    },
)

_DECODER = json.JSONDecoder(strict=False)  # a line break within a string is a small model's commonest slip
_VERDICT = re.compile(r"[\"']answerable[\"']\s{0,9}:\s{0,9}[\"']?(true|false|yes|no)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"[\"']sentences[\"']\s{0,9}:\s{0,9}(?:\[|(?=[\"']))")  # or one text
# As Python writes what JSON writes otherwise: flat, and of bounded length.
_LITERAL = re.compile(r"\{[^{}]{1,2000}\}|'(?:[^'\\\n]|\\.){1,2000}'")
_BETWEEN = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"\d{1,3}")
_FENCE = "` \t\r\n"
_YES = ("true", "yes")
_END_MARKS = "。.！!？?；;…"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence of the answer and the numbers of the passages that it is said to rest on."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSoFar:
    """What has arrived of an answer: the verdict (None: not yet) and the whole sentences.

    ``is_whole``: there are no more. ``goes_on``: the model does, though nothing of it will count.
    """

    answerable: bool | None
    sentences: tuple[AnswerSentence, ...]
    is_whole: bool
    goes_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    sentences: tuple[AnswerSentence, ...]
    end: int
    is_whole: bool


def read_answer(raw: str) -> AnswerSoFar:
    """What ``raw``, the JSON so far, says; thoughts, fences, chatter and half a sentence at its end are passed over.

    A sentence that is there already is left out. Any text can be read; one that is no such JSON says nothing.
    """
    text = without_thoughts(raw)
    opened = _SENTENCES.search(text)
    found = _listed(text, opened.end()) if opened else _Listed(sentences=(), end=len(text), is_whole=False)
    around = text[: opened.start()] + text[found.end :] if opened else text
    verdict = _VERDICT.search(around)
    _, closed, behind = text[found.end :].partition("}")
    return AnswerSoFar(
        answerable=verdict[1].lower() in _YES if verdict else None,
        sentences=found.sentences[:MAX_SENTENCES],
        is_whole=found.is_whole,
        goes_on=(found.is_whole and bool(closed and behind.strip(_FENCE))) or len(found.sentences) > MAX_SENTENCES,
    )


def as_text(sentences: Sequence[AnswerSentence]) -> str:
    """The sentences as one text, each with its markers before its end mark."""
    text = ""
    for sentence in sentences:
        body = sentence.text.rstrip(_END_MARKS)
        end = sentence.text[len(body) :] or ("。" if count_wide(body) else ".")
        markers = "".join(f"[{n}]" for n in sentence.sources)
        text += (" " if text and text[-1].isascii() else "") + body + markers + end
    return text


def _listed(text: str, at: int) -> _Listed:
    """The list that begins at ``at``, as far as it is there."""
    found: dict[str, AnswerSentence] = {}
    while len(found) <= MAX_SENTENCES:
        at = _after_comma(text, at)
        try:
            value, at = _decoded(text, at)
        except (ValueError, SyntaxError, RecursionError):
            break
        if (sentence := _sentence(value)) is not None:
            found.setdefault(sentence.text, sentence)
    return _Listed(sentences=tuple(found.values()), end=at, is_whole=text.startswith("]", at))


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """What stands at ``at``, in JSON or as Python writes it, and where it ends. Raises ValueError, SyntaxError."""
    try:
        return _DECODER.raw_decode(text, at)
    except ValueError:
        if (literal := _LITERAL.match(text, at)) is None:
            raise
        return ast.literal_eval(literal[0]), literal.end()


def _after_comma(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _sentence(value: Any) -> AnswerSentence | None:
    """What a model put into the list: an object as asked for, or a bare text."""
    said = value.get("text") if isinstance(value, dict) else value
    if isinstance(said, list):
        said = " ".join(part for part in said if isinstance(part, str))
    if not isinstance(said, str) or not (text := " ".join(said.split())):
        return None
    named = value.get("sources", value.get("source", ())) if isinstance(value, dict) else ()
    numbers = (int(number) for number in _NUMBER.findall(json.dumps(named)))
    return AnswerSentence(text=text, sources=tuple(dict.fromkeys(numbers))[:MAX_SOURCES_A_SENTENCE])


@dataclass(frozen=True, slots=True, kw_only=True)
class AsForm:
    """An answer of ``ANSWER_FORM``, read into Markdown with markers."""

    @property
    def form(self) -> JsonForm:
        """The form."""
        return ANSWER_FORM

    @property
    def max_tokens(self) -> int:
        """Room for as many sentences as the form has."""
        return MAX_FORM_TOKENS

    def draft(self, raw: str) -> str:
        """The sentences so far, without markers; nothing of an answer that begins with a verdict against it."""
        so_far = read_answer(raw)
        said = "" if so_far.answerable is False else without_foreign_links(as_text(so_far.sentences))
        return without_markers(said).strip()

    def is_over(self, raw: str) -> bool:
        """Past the limits, or past the end of the JSON."""
        return len(raw) > MAX_RAW_CHARS or read_answer(raw).goes_on

    def whole(self, raw: str) -> str:
        """All, if there is a sentence, or the list has come to its end: on a slow machine the time often runs out."""
        so_far = read_answer(raw)
        return raw if so_far.is_whole or so_far.sentences else ""

    def read(self, raw: str, *, cut: bool) -> Reading:
        """The verdict, or the whole sentences; prose instead of JSON is read as text.

        Raises ModelNonsense where there is neither: JSON of another form, or one that breaks off before.
        """
        so_far = read_answer(raw)
        if so_far.answerable is False or (so_far.is_whole and so_far.answerable is None and not so_far.sentences):
            return Reading(text="", insufficient=True)
        if so_far.sentences:
            said = read_text(as_text(so_far.sentences))
            unfinished = cut and not so_far.is_whole and said.text
            return Reading(text=said.text + CUT_SHORT, insufficient=False) if unfinished else said
        prose = without_thoughts(raw).strip()
        if prose and "{" not in prose:
            return read_text(raw, cut=cut)
        raise ModelNonsense("the model's answer is not of the form that was asked for")
