"""Long polling that confirms an update only after it was handled."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram.aiohttp_request import FloodWait
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.parse import parse_update
from bot.errors import OperatorError

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query")
_LONGEST_WAIT_S = 30.0
_CONFIRM_TIMEOUT_S = 3.0
_CONFLICT = (
    "another program takes this bot's updates (getUpdates with the same TELEGRAM_BOT_TOKEN, or a webhook); "
    "stop it, for each update goes to one of the two only"
)


class Poller:
    """Fetches updates and has each handled, in order, until cancelled.

    Telegram learns that an update arrived from the next call, which is made when all of a batch were handled: a crash
    before that brings them again. An update that ``handle`` raises on is logged, without its content, and skipped.
    """

    def __init__(
        self,
        bot: BotApi,
        handle: Callable[[Update], Awaitable[None]],
        *,
        timeout_s: int = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._timeout_s = timeout_s
        self._clock = clock
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0
        self._last_success: float | None = None

    @property
    def last_success(self) -> float | None:
        """When, on the monotonic clock, Telegram last answered; None before the first time."""
        return self._last_success

    async def run(self) -> None:
        """Poll for ever. Raises OperatorError where Telegram refuses the token."""
        try:
            while True:
                await self._round()
        finally:
            await self._confirm()

    async def _round(self) -> None:
        try:
            updates = await self._bot.raw_updates(
                offset=self._offset, timeout_s=self._timeout_s, allowed=ALLOWED_UPDATES
            )
        except InvalidToken:
            raise OperatorError("Telegram no longer accepts TELEGRAM_BOT_TOKEN; @BotFather gives a new one") from None
        except FloodWait as exc:
            await self._sleep(exc.seconds)
            return
        except TelegramError as exc:
            await self._back_off(exc)
            return
        self._succeeded()
        for raw in updates:
            await self._take(raw)

    def _succeeded(self) -> None:
        if self._failures:
            _log.info("Telegram answers again, after %d failed calls", self._failures)
        self._failures = 0
        self._last_success = self._clock()

    async def _back_off(self, exc: TelegramError) -> None:
        self._failures += 1
        wait_s = min(2.0 ** (self._failures - 1), _LONGEST_WAIT_S)
        if isinstance(exc, Conflict):
            _log.error("%s; trying again in %g s", _CONFLICT, wait_s)
        else:
            _log.warning("no updates from Telegram (%s); trying again in %g s", type(exc).__name__, wait_s)
        await self._sleep(wait_s)

    async def _take(self, raw: Any) -> None:
        update_id = raw.get("update_id") if isinstance(raw, Mapping) else None
        if not isinstance(update_id, int):
            _log.error("Telegram sent something that is no update; skipped")
            await self._sleep(1.0)  # it cannot be confirmed, and comes again at once
            return
        try:
            await self._handle(parse_update(raw, self._bot))
        except Exception as exc:  # noqa: BLE001 (the entry point of updates: one must not stop the next)
            kind = next((key for key in raw if key != "update_id"), "empty")
            # no traceback, for what people wrote may stand in the exception
            _log.error("update %d (%s) was skipped: %s in %s", update_id, kind, type(exc).__name__, _where(exc))
        self._offset = update_id + 1

    async def _confirm(self) -> None:
        """Tell Telegram, when stopping, what was handled since the last call."""
        if self._offset is None:
            return
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_CONFIRM_TIMEOUT_S):
                await self._bot.raw_updates(offset=self._offset, timeout_s=0, allowed=ALLOWED_UPDATES, limit=1)


def _where(exc: BaseException) -> str:
    frames = traceback.extract_tb(exc.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
