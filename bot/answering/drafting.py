"""A model's stream, read into a text: thoughts taken away, its length bounded, drafts told as it grows."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.answering.foreign_links import without_foreign_links
from bot.answering.markers import renumber
from bot.answering.model import ChatMessage, ChatModel, Chunk, DraftListener, Usage
from bot.answering.paced_drafts import DRAFT_EVERY_S, PacedDrafts
from bot.answering.prompt import INSUFFICIENT

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
_UNFINISHED = re.compile(
    r"(?:[ \t]*(?:\\?[\[【［〔〖]|&#\w{0,3};?)[^\]】］〕〗\n]{0,16}|</?[a-zA-Z]{0,9}|\bIN[A-Z]{0,10})\Z"
)
_HALF_A_MARKER = re.compile(r"[ \t]*\\?[\[【［〔〖][\s^\d０-９,，、;；-]*\Z")
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s)|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a model said, without its thoughts. ``insufficient``: that the passages don't answer."""

    text: str
    insufficient: bool
    model: str | None
    usage: Usage


async def complete(
    model: ChatModel,
    messages: Sequence[ChatMessage],
    *,
    given: int,
    on_draft: DraftListener | None,
    draft_every_s: float = DRAFT_EVERY_S,
) -> Completion:
    """Read a whole completion, or as much as the limits allow. ``given``: how many sources may be cited.

    ``on_draft`` is told at the beginning, every ``draft_every_s`` seconds, and at the end. Raises
    ModelUnavailable and ModelNonsense as the model does.
    """
    raw = ""
    last = Chunk()
    cut = False
    drafts = PacedDrafts(on_draft, clean=partial(draft_of, given=given), every_s=draft_every_s)
    with drafts:
        async with _closing(model.stream(messages, max_tokens=MAX_TOKENS)) as chunks:
            async for chunk in chunks:
                raw, last = raw + chunk.text, chunk
                if len(raw) > MAX_CHARS and (len(raw) > MAX_RAW_CHARS or len(without_thoughts(raw)) > MAX_CHARS):
                    cut = True
                    break
                drafts.grew(raw)
    return read_completion(raw, cut=cut or last.cut_short, model=last.model, usage=last.usage or Usage())


def read_completion(raw: str, *, cut: bool = False, model: str | None = None, usage: Usage | None = None) -> Completion:
    """What ``raw`` says once thoughts and the verdict are taken away; ``cut``: it is not all that there was to say."""
    whole = without_thoughts(raw).strip()
    text = _bounded(whole)
    insufficient = _VERDICT.match(text.lstrip(_DECORATION)) is not None
    said = "" if insufficient else _STRAY_VERDICT.sub("", text).strip()
    if said and (cut or text != whole):
        said = _HALF_A_MARKER.sub("", said).rstrip() + CUT_SHORT
    return Completion(
        text=said, insufficient=insufficient or (bool(text) and not said), model=model, usage=usage or Usage()
    )


def draft_of(raw: str, *, given: int) -> str:
    """What may be shown of ``raw`` while it grows; empty as long as it may still become a verdict or is a thought."""
    text = without_thoughts(raw)
    begins = text.lstrip(_DECORATION)
    if INSUFFICIENT.startswith(begins[: len(INSUFFICIENT)].upper()):
        return ""
    shown = without_foreign_links(_STRAY_VERDICT.sub("", _UNFINISHED.sub("", text)))
    return renumber(shown, given=given).text.strip()


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
