"""Keeps every chat within Telegram's limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

_WINDOW_S = 60.0
_IDLE_CHATS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a bot may write; edits count as sends.

    ``drafts_per_minute`` is what drafts may use of a group's ``per_group_minute``; the rest is for answers.
    """

    chat_interval_s: float = 1.0
    per_group_minute: int = 20
    drafts_per_minute: int = 10
    per_second: float = 25.0  # documented: about 30; what is sent evenly may arrive in heaps


@dataclass(slots=True)
class _Chat:
    """What is known of one chat. ``sent`` holds when its sends of the last minute ended."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    sent: deque[float] = field(default_factory=deque)
    free_at: float = 0.0
    waiting: int = 0


class Pacer:
    """Gives each chat its turns, in the order asked for. A chat that must wait makes no other wait."""

    def __init__(
        self,
        pace: Pace | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace = pace or Pace()
        self._clock = clock
        self._sleep = sleep
        self._chats: dict[int, _Chat] = {}
        self._next_start = 0.0

    @asynccontextmanager
    async def turn(self, chat_id: int) -> AsyncIterator[None]:
        """A turn to send one message to ``chat_id``; waits until the limits and ``hold`` allow it.

        A turn counts from its end: the next send then cannot reach Telegram too early, however long this one takes.
        """
        chat = self._chat(chat_id)
        chat.waiting += 1
        try:
            async with chat.turn:
                while (wait_s := self._free_at(chat_id, chat) - self._clock()) > 0:
                    await self._sleep(wait_s)
                await self._overall_turn()
                try:
                    yield
                finally:
                    self._took(chat)
        finally:
            chat.waiting -= 1

    def spare_turn(self, chat_id: int) -> AbstractAsyncContextManager[None] | None:
        """Give a turn to what may as well be dropped; None where it had to wait, or answers need what is left."""
        chat = self._chat(chat_id)
        now = self._clock()
        if chat.waiting or self._free_at(chat_id, chat, self._pace.drafts_per_minute) > now:
            return None
        if self._next_start > now:
            return None
        return self.turn(chat_id)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Send nothing to ``chat_id`` for ``seconds``, as Telegram asked with ``retry_after``."""
        chat = self._chat(chat_id)
        chat.free_at = max(chat.free_at, self._clock() + seconds)

    def is_held(self, chat_id: int) -> bool:
        """Whether the time that Telegram asked for is not over."""
        chat = self._chats.get(chat_id)
        return chat is not None and chat.free_at > self._clock()

    def _free_at(self, chat_id: int, chat: _Chat, per_minute: int | None = None) -> float:
        last = chat.sent[-1] + self._pace.chat_interval_s if chat.sent else 0.0
        free_at = max(chat.free_at, last)
        allowed = self._pace.per_group_minute if per_minute is None else per_minute
        if chat_id < 0 and len(chat.sent) >= allowed:
            free_at = max(free_at, chat.sent[-allowed] + _WINDOW_S)
        return free_at

    async def _overall_turn(self) -> None:
        # the place is taken before the wait, so that those who come later queue up behind
        start = max(self._clock(), self._next_start)
        self._next_start = start + 1.0 / self._pace.per_second
        while (wait_s := start - self._clock()) > 0:
            await self._sleep(wait_s)

    def _took(self, chat: _Chat) -> None:
        now = self._clock()
        chat.sent.append(now)
        while chat.sent[0] <= now - _WINDOW_S:
            chat.sent.popleft()

    def _chat(self, chat_id: int) -> _Chat:
        if chat_id not in self._chats and len(self._chats) >= _IDLE_CHATS:
            self._forget_idle()
        return self._chats.setdefault(chat_id, _Chat())

    def _forget_idle(self) -> None:
        now = self._clock()
        self._chats = {
            chat_id: chat
            for chat_id, chat in self._chats.items()
            if chat.waiting or chat.free_at > now or (chat.sent and chat.sent[-1] > now - _WINDOW_S)
        }
