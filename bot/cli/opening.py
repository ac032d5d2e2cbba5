"""What every command that answers does first: bring the index up to date, then open the use cases."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bootstrap import App, bring_up_to_date, open_app, open_embedder
from bot.cli.progress import ingest_progress
from bot.conversation.model import History
from bot.errors import IngestRunning
from bot.settings import Settings

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_ready_app(
    settings: Settings, *, history: History | None = None, bot_username: str | None = None
) -> AsyncIterator[App]:
    """The use cases over an index that is up to date; ``history`` and ``bot_username`` as for ``open_app``.

    Where another process is bringing it up to date, the index is taken as it stands. Raises
    OperatorError where there is nothing that can be served.
    """
    async with open_embedder(settings) as embedder:
        try:
            with ingest_progress() as progress:
                summary = await bring_up_to_date(settings, embedder, progress)
            for skipped in summary.skipped:
                log.warning("left out: %s: %s", skipped.file, skipped.reason)
        except IngestRunning:
            log.warning("another process is updating the index: answering from the index as it stands")
        async with open_app(settings, embedder, history=history, bot_username=bot_username) as app:
            yield app
