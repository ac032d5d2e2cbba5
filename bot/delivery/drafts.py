"""From an answer that grows to drafts in a chat: only the newest is worth showing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class Drafts:
    """Shows the newest draft whenever the last showing is over; those in between are skipped."""

    def __init__(self, show: Callable[[str], Awaitable[None]]) -> None:
        self._show = show
        self._newest = ""
        self._changed = asyncio.Event()
        self._ended = False

    def listen(self, text: str) -> None:
        """Take note of the whole text so far; a ``DraftListener``."""
        self._newest = text
        self._changed.set()

    def end(self) -> None:
        """Show nothing more; a showing under way is not cut short, lest it land after the answer itself."""
        self._ended = True
        self._changed.set()

    async def run(self) -> None:
        """Show drafts until ``end``. A draft that cannot be shown is lost, and nothing else."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._ended:
                return
            try:
                await self._show(self._newest)
            except Exception:
                logger.warning("a draft was not shown", exc_info=True)
