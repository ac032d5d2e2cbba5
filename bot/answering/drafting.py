"""A model's stream, read into a text: thoughts taken away, its length bounded, drafts told as it grows."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.answering.foreign_links import without_foreign_links
from bot.answering.markers import without_markers
from bot.answering.model import ChatMessage, ChatModel, Chunk, DraftListener, JsonForm, Usage
from bot.answering.paced_drafts import DRAFT_EVERY_S, PacedDrafts
from bot.answering.prompt import INSUFFICIENT
from bot.errors import TransientError

MAX_TOKENS = 1200
MAX_CHARS = 20_000  # of the answer; a server may ignore max_tokens
MAX_RAW_CHARS = 60_000  # thoughts included
CUT_SHORT = " …"  # whoever reads an answer that was cut sees that there was more

_TAG = r"(?:think|thinking|thought)"
_THOUGHT = re.compile(rf"\s*<({_TAG})>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_MARK = re.compile(rf"<(/?){_TAG}>", re.IGNORECASE)
_DECORATION = " \t\r\n*_`#>\"'“”「」[]()"
_VERDICT = re.compile(rf"{INSUFFICIENT}\b|(?i:{INSUFFICIENT})[^\w\n]*(?:\n|\Z)")
# Marks before it are read from where a run of them begins, so that a long run is read once.
_STRAY_VERDICT = re.compile(rf"(?:(?<![*_`\[])[*_`\[]{{1,8}})?\b{INSUFFICIENT}\b[*_`\]]*[.:。：]?[ \t]*")
# A row of blanks is looked through from its beginning alone.
_UNFINISHED = re.compile(
    r"(?:(?<![ \t])[ \t]*(?:\\?[\[【［〔〖]|&#\w{0,3};?)[^\]】］〕〗\n]{0,16}|</?[a-zA-Z]{0,9}|\bIN[A-Z]{0,10})\Z"
)
_HALF_A_MARKER = re.compile(r"(?<![ \t])[ \t]*\\?[\[【［〔〖][\s^\d０-９,，、;；-]*\Z")
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s)|\n")
_WHOLE_SENTENCE_END = re.compile(r"(?:[。！？!?]|\.(?=\s))[”\"』」’）)*_]{0,8}(?:[ \t]?\[\d{1,3}\]){0,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a model said, without its thoughts. ``insufficient``: that the passages don't answer."""

    text: str
    insufficient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Reading):
    """The same with who said it, and what it cost."""

    model: str | None
    usage: Usage
    broken_off: bool = False  # the model failed before its end


class Manner(Protocol):
    """How a model is to write an answer, and how that is read."""

    @property
    def form(self) -> JsonForm | None:
        """What the server is to hold the model to; None for text."""
        ...

    @property
    def max_tokens(self) -> int:
        """How long it may become."""
        ...

    def draft(self, raw: str) -> str:
        """What may be shown of ``raw`` while it grows; may be empty. Takes milliseconds."""
        ...

    def is_over(self, raw: str) -> bool:
        """Whether what is still to come is not worth the wait."""
        ...

    def whole(self, raw: str) -> str:
        """What of ``raw`` can be read where the model fails now; empty where nothing says anything yet."""
        ...

    def read(self, raw: str, *, cut: bool) -> Reading:
        """What ``raw`` says; ``cut``: it is not all that there was to say. Raises ModelNonsense."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AsText:
    """An answer as Markdown with ``[n]`` markers."""

    @property
    def form(self) -> None:
        """Of no form."""
        return

    @property
    def max_tokens(self) -> int:
        """Room for several paragraphs."""
        return MAX_TOKENS

    def draft(self, raw: str) -> str:
        """See ``draft_of``."""
        return draft_of(raw)

    def is_over(self, raw: str) -> bool:
        """Past the limits."""
        return len(raw) > MAX_CHARS and (len(raw) > MAX_RAW_CHARS or len(without_thoughts(raw)) > MAX_CHARS)

    def whole(self, raw: str) -> str:
        """The whole sentences."""
        return whole_sentences(raw)

    def read(self, raw: str, *, cut: bool) -> Reading:
        """See ``read_text``."""
        return read_text(raw, cut=cut)


async def complete(
    model: ChatModel,
    messages: Sequence[ChatMessage],
    manner: Manner,
    *,
    on_draft: DraftListener | None = None,
    draft_every_s: float = DRAFT_EVERY_S,
    temperature: float = 0.0,
) -> Completion:
    """Read a whole completion, or as much as the limits allow.

    ``on_draft`` is told at the beginning, every ``draft_every_s`` seconds, and at the end. Raises
    ModelUnavailable and ModelNonsense as the model does, and ModelNonsense as ``manner`` does.
    """
    raw, last, over, broken_off = "", Chunk(), False, False
    stream = model.stream(messages, max_tokens=manner.max_tokens, temperature=temperature, form=manner.form)
    with PacedDrafts(on_draft, clean=manner.draft, every_s=draft_every_s) as drafts:
        try:
            async with _closing(stream) as chunks:
                async for chunk in chunks:
                    raw, last = raw + chunk.text, chunk
                    if over := manner.is_over(raw):
                        break
                    drafts.grew(raw)
        except TransientError:
            raw, broken_off = manner.whole(raw), True
            if not raw:
                raise
    said = manner.read(raw, cut=over or broken_off or last.cut_short)
    return Completion(
        text=said.text,
        insufficient=said.insufficient,
        model=last.model,
        usage=last.usage or Usage(),
        broken_off=broken_off,
    )


def read_text(raw: str, *, cut: bool = False) -> Reading:
    """What ``raw`` says once thoughts and the verdict are taken away; ``cut``: it is not all that there was to say."""
    whole = without_thoughts(raw).strip()
    text = _bounded(whole)
    insufficient = _VERDICT.match(text.lstrip(_DECORATION)) is not None
    said = "" if insufficient else _STRAY_VERDICT.sub("", text).strip()
    if said and (cut or text != whole):
        said = _HALF_A_MARKER.sub("", said).rstrip() + CUT_SHORT
    return Reading(text=said, insufficient=insufficient or (bool(text) and not said))


def whole_sentences(raw: str) -> str:
    """``raw`` without its thoughts, up to the end of its last sentence and the markers behind that."""
    text = without_thoughts(raw)
    ends = [end.end() for end in _WHOLE_SENTENCE_END.finditer(text)]
    return text[: ends[-1]].strip() if ends else ""


def draft_of(raw: str) -> str:
    """What may be shown of ``raw`` while it grows; empty as long as it may still become a verdict or is a thought.

    Without markers: nothing has been held against the passages yet.
    """
    text = without_thoughts(raw)
    begins = text.lstrip(_DECORATION)
    if INSUFFICIENT.startswith(begins[: len(INSUFFICIENT)].upper()):
        return ""
    shown = without_foreign_links(_STRAY_VERDICT.sub("", _UNFINISHED.sub("", text)))
    return without_markers(shown).strip()


def without_thoughts(raw: str) -> str:
    """``raw`` without the block of thoughts at its beginning, closed or not yet, announced or only closed."""
    while thought := _THOUGHT.match(raw):
        raw = raw[thought.end() :]
    mark = _THOUGHT_MARK.search(raw)
    return raw[mark.end() :] if mark and mark[1] else raw


def _bounded(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    room = MAX_CHARS - len(CUT_SHORT)
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, room)]
    return text[: ends[-1] if ends else room]


@asynccontextmanager
async def _closing(chunks: AsyncIterator[Chunk]) -> AsyncIterator[AsyncIterator[Chunk]]:
    try:
        yield chunks
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()
