"""The sign that the bot is typing, kept up while answers are under way."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.telegram.model import Place

SHOWN_FOR_S = 4.5  # Telegram shows it for five seconds: https://core.telegram.org/bots/api#sendchataction
_LONGEST_S = 660.0  # an answer takes ten minutes at most; a sign that no one takes down ends by itself


@dataclass(slots=True)
class _Sign:
    place: Place
    begun: float
    due: float


class TypingSign:
    """Shows the sign in each place where something begun has not ended, from ``run``."""

    def __init__(
        self,
        show: Callable[[Place], Awaitable[None]],
        *,
        every_s: float = SHOWN_FOR_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._every_s = every_s
        self._clock = clock
        self._signs: dict[str, _Sign] = {}
        self._begun = asyncio.Event()

    def begin(self, key: str, place: Place) -> None:
        """Show the sign in ``place`` until ``end(key)``. Beginning again changes nothing."""
        now = self._clock()
        if key not in self._signs:
            self._signs[key] = _Sign(place=place, begun=now, due=now)
            self._begun.set()

    def end(self, key: str) -> None:
        """Let the sign go out; an unknown key is no error."""
        self._signs.pop(key, None)

    async def run(self) -> None:
        """Keep the signs up, for ever."""
        while True:
            self._begun.clear()
            now = self._clock()
            self._signs = {key: sign for key, sign in self._signs.items() if now - sign.begun < _LONGEST_S}
            due = [sign for sign in self._signs.values() if sign.due <= now]
            for sign in due:
                sign.due = now + self._every_s
            await asyncio.gather(*(self._show(place) for place in {sign.place for sign in due}))
            await self._next_due()

    async def _next_due(self) -> None:
        if not self._signs:
            await self._begun.wait()
            return
        wait_s = max(0.0, min(sign.due for sign in self._signs.values()) - self._clock())
        try:
            async with asyncio.timeout(wait_s):
                await self._begun.wait()
        except TimeoutError:
            return
