"""Cuts a long text into messages that Telegram takes, where a reader would."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.channels.telegram.styled import Entity, StyledText
from bot.channels.telegram.utf16 import index_at, unit_offsets

# Where to cut, best first. Citation markers stay with the sentence before them.
_BREAKS = (
    re.compile(r"\n[^\S\n]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?:[。！？…!?]+[”’」』）)\]\"']*|[.!?]+[\"')\]]*(?=\s))(?:\s?\[\d+\])*"),
    re.compile(r"[\s，、；,;]"),
)
_WHOLE = frozenset({"text_link", "text_mention", "mention", "url", "code", "custom_emoji"})
_LOOKAHEAD = 2  # a break that begins right at the limit is one
_JOINER = "\u200d"
_MODIFIERS = range(0x1F3FB, 0x1F400)  # skin tones
_SELECTORS = range(0xFE00, 0xFE10)  # variation selectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one message holds: https://core.telegram.org/bots/api#sendmessage; the links' bytes are our own caution."""

    max_units: int = 4096
    max_entities: int = 100
    max_link_bytes: int = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """An entity by the characters that it covers."""

    start: int
    end: int
    entity: Entity


def cut(styled: StyledText, limits: Limits | None = None) -> tuple[StyledText, ...]:
    """``styled`` as one or more messages within ``limits``; none for a text of white space.

    Cuts between paragraphs, else lines, sentences, words, else anywhere that splits neither a link nor a character with
    its marks. Nothing but white space at the cuts is lost; a style that is cut goes on in the next message.
    """
    return _Cutter(styled, limits or Limits()).parts()


class _Cutter:
    def __init__(self, styled: StyledText, limits: Limits) -> None:
        self._text = styled.text.rstrip()
        self._limits = limits
        self._offsets = unit_offsets(self._text)
        self._stretches = [
            _Stretch(start=index_at(self._offsets, e.offset), end=index_at(self._offsets, e.end), entity=e)
            for e in sorted(styled.entities, key=lambda e: (e.offset, -e.length))
        ]

    def parts(self) -> tuple[StyledText, ...]:
        parts: list[StyledText] = []
        start = self._next_word(0)
        while start < len(self._text):
            end = self._cut_after(start)
            parts.append(self._part(start, start + len(self._text[start:end].rstrip())))
            start = self._next_word(end)
        return tuple(parts)

    def _next_word(self, start: int) -> int:
        rest = self._text[start:]
        return start + len(rest) - len(rest.lstrip())

    def _cut_after(self, start: int) -> int:
        limit = self._furthest(start)
        if limit == len(self._text):
            return limit
        for pattern in _BREAKS:
            breaks = pattern.finditer(self._text, start + 1, limit + _LOOKAHEAD)
            cuts = [found.start() if found[0].isspace() else found.end() for found in breaks]
            fit = next((cut for cut in reversed(cuts) if cut <= limit and self._is_between(cut)), None)
            if fit is not None:
                return fit
        return next((cut for cut in range(limit, start, -1) if self._is_between(cut)), limit)

    def _furthest(self, start: int) -> int:
        """The furthest end that keeps within the limits; at least one character on."""
        limit = bisect_right(self._offsets, self._offsets[start] + self._limits.max_units) - 1
        entities, link_bytes = 0, 0
        for stretch in self._stretches:
            if stretch.end <= start or stretch.start >= limit:
                continue
            entities += 1
            link_bytes += len(stretch.entity.url or "")
            too_many = entities > self._limits.max_entities or link_bytes > self._limits.max_link_bytes
            if too_many and stretch.start > start:
                return stretch.start
        return max(limit, start + 1)

    def _is_between(self, cut: int) -> bool:
        before, after = self._text[cut - 1], self._text[cut]
        if _JOINER in (before, after) or unicodedata.combining(after):
            return False
        if ord(after) in _MODIFIERS or ord(after) in _SELECTORS:
            return False
        return not any(s.start < cut < s.end for s in self._stretches if s.entity.kind in _WHOLE)

    def _part(self, start: int, end: int) -> StyledText:
        return StyledText(text=self._text[start:end], entities=tuple(self._within(start, end)))

    def _within(self, start: int, end: int) -> Sequence[Entity]:
        first, last = self._offsets[start], self._offsets[end]
        clipped: list[Entity] = []
        for stretch in self._stretches:
            low, high = max(stretch.entity.offset, first), min(stretch.entity.end, last)
            if low < high:
                clipped.append(replace(stretch.entity, offset=low - first, length=high - low))
        return clipped
