"""The queue of updates as Telegram keeps it: one is redelivered until a higher offset confirms it."""

import asyncio
import contextlib
from typing import Any

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_UPDATES = 100


class Conflict(Exception):
    """Another getUpdates took over."""


class UpdateQueue:
    """Updates that wait for the bot, what it confirmed, and what kinds it asked for."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self._next_id = first_id
        self._waiting: list[Json] = []
        self._again: list[Json] = []
        self._arrived = asyncio.Event()
        self._poll: object | None = None
        self.allowed: frozenset[str] | None = None
        self.delivered: dict[int, int] = {}
        self.confirmed: set[int] = set()

    def put(self, **content: Any) -> Json:
        """Queue an update of one kind (``message={…}``), unless the bot did not ask for that kind."""
        update = {"update_id": self._next_id, **content}
        self._next_id += 1
        (kind,) = content
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self._waiting.append(update)
            self._arrived.set()
        return update

    def put_raw(self, update: Json) -> None:
        """Queue an update as it is, whatever its kind; its id must be higher than those before."""
        self._next_id = max(self._next_id, update["update_id"] + 1)
        self._waiting.append(update)
        self._arrived.set()

    def redeliver(self, update: Json) -> None:
        """Deliver an update once more although it may have been confirmed."""
        self._again.append(update)
        self._arrived.set()

    @property
    def waiting(self) -> list[int]:
        """Ids that were not confirmed yet."""
        return [update["update_id"] for update in self._waiting]

    async def get(
        self, *, offset: int = 0, limit: int = MAX_UPDATES, timeout: float = 0, allowed: list[str] | None = None
    ) -> list[Json]:
        """One long poll. Raises Conflict when a later one takes over while this one waits."""
        if allowed is not None:
            self.allowed = frozenset(allowed) or None
        self._confirm(offset)
        me = await self._take_over()
        try:
            async with asyncio.timeout(timeout or 0.001):
                while not self._pending(offset) and self._poll is me:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            pass
        finally:
            taken_over, self._poll = self._poll is not me, None if self._poll is me else self._poll
        if taken_over:
            raise Conflict
        batch = self._pending(offset)[:limit]
        self._again = [update for update in self._again if update not in batch]
        for update in batch:
            self.delivered[update["update_id"]] = self.delivered.get(update["update_id"], 0) + 1
        return batch

    async def _take_over(self) -> object:
        if self._poll is not None:
            with contextlib.suppress(TimeoutError):  # the connection of a poll given up may take a moment to close
                async with asyncio.timeout(0.2):
                    while self._poll is not None:
                        await asyncio.sleep(0.01)
        self._poll = me = object()
        self._arrived.set()
        return me

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            gone, self._waiting = self._waiting[:offset], self._waiting[offset:]
        else:
            gone = [update for update in self._waiting if update["update_id"] < offset]
            self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        self.confirmed.update(update["update_id"] for update in gone)

    def _pending(self, offset: int) -> list[Json]:
        return self._again + [update for update in self._waiting if update["update_id"] >= offset]

    def drop_all(self) -> None:
        """Forget what waits, as deleteWebhook with ``drop_pending_updates`` does."""
        self._waiting.clear()
