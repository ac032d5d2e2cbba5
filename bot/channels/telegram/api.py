"""PTB's Bot as this channel uses it."""

from collections.abc import Sequence
from typing import Any

from telegram import Bot

from bot.channels.telegram.aiohttp_request import AiohttpRequest

_POLL_MARGIN_S = 15.0


class BotApi(Bot):
    """PTB's Bot, with updates as they came.

    ``Bot.get_updates`` parses a whole batch: one update that it cannot read spoils all, and it then logs them, texts
    included. Here each is parsed on its own, by the caller.
    """

    async def raw_updates(
        self, *, offset: int | None, timeout_s: int, allowed: Sequence[str], limit: int = 100
    ) -> list[Any]:
        """Fetch at most ``limit`` updates from ``offset`` on within ``timeout_s``; this confirms all earlier ones."""
        data: dict[str, Any] = {
            "offset": offset,
            "limit": limit,
            "timeout": timeout_s,
            "allowed_updates": list(allowed),
        }
        result = await self._post("getUpdates", data, read_timeout=timeout_s + _POLL_MARGIN_S)
        return result if isinstance(result, list) else []


def make_bot(token: str, api_url: str) -> BotApi:
    """Make a bot on the Bot API server at ``api_url``, not yet connected.

    Raises telegram.error.InvalidToken for an empty token.
    """
    root = api_url.rstrip("/")
    return BotApi(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )
