"""Drafts at a pace: a text may grow a hundred times a second, and to clean it takes milliseconds."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bot.answering.model import DraftListener

DRAFT_EVERY_S = 0.25  # no channel shows more


class PacedDrafts:
    """Tells ``listener`` what ``clean`` makes of a growing text: at once, then every ``every_s`` seconds.

    A context manager: at its end the listener is told the last of it, after an error nothing more.
    """

    def __init__(self, listener: DraftListener | None, *, clean: Callable[[str], str], every_s: float) -> None:
        self._listener = listener
        self._clean = clean
        self._every_s = every_s
        self._loop = asyncio.get_running_loop()
        self._due: asyncio.TimerHandle | None = None
        self._next_at = self._loop.time()
        self._text = self._told = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        if kind is None:
            self._tell()

    def grew(self, text: str) -> None:
        """Take note of the whole text so far."""
        self._text = text
        if self._listener is None or self._due is not None:
            return
        if self._loop.time() >= self._next_at:
            self._tell()
        else:  # the model may fall silent, and what it said last is told all the same
            self._due = self._loop.call_at(self._next_at, self._tell)

    def _tell(self) -> None:
        self._stop()
        if self._listener is None:
            return
        draft = self._clean(self._text)
        self._next_at = self._loop.time() + self._every_s
        if draft and draft != self._told:
            self._told = draft
            self._listener(draft)

    def _stop(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
