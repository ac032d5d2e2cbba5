"""What every command that answers does first: bring the index up to date, then open the use cases."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.bootstrap import App, bring_up_to_date, load_index, open_app, open_embedder
from bot.cli.progress import ingest_progress
from bot.conversation.model import History
from bot.errors import IndexDamaged, IndexMissing, IngestRunning
from bot.retrieval.index import Index
from bot.retrieval.ingest import IngestSummary
from bot.retrieval.model import Embedder
from bot.settings import Settings

# How long a thread may keep the interpreter from others that wait. With Python's own 5 ms, six busy threads made the
# event loop wait 26 ms while eight were answered; with 1 ms, 17 at most, and answers are as fast.
SWITCH_INTERVAL_S = 0.001

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_ready_app(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    history: History | None = None,
    bot_username: str | None = None,
) -> AsyncIterator[App]:
    """The use cases over an index that is up to date; ``history`` and ``bot_username`` as for ``open_app``.

    Without ``embedder``, which the caller would close, the one that the settings name is opened. Where another
    process is bringing the index up to date, it is taken as it stands. A damaged one is built anew. Raises
    OperatorError where there is nothing that can be served.
    """
    async with AsyncExitStack() as stack:
        if embedder is None:
            embedder = await stack.enter_async_context(open_embedder(settings))
        index = await _ready_index(settings, embedder)
        app = await stack.enter_async_context(
            open_app(settings, embedder, index=index, history=history, bot_username=bot_username)
        )
        settle()
        yield app


def settle() -> None:
    """Have the interpreter see to it that nobody waits long for the event loop, now that all is in memory.

    The garbage collector leaves alone what is there now and will be to the end. Else it looks through all of it time
    and again, and each time nobody is served: for 120 ms with the seed essays on a busy machine, for the
    libraries alone hold 200,000 objects. And threads take shorter turns.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_INTERVAL_S)


async def _ready_index(settings: Settings, embedder: Embedder) -> Index:
    try:
        summary = await _bring_up_to_date(settings, embedder)
        for skipped in summary.skipped:
            log.warning("%s", skipped.line)
    except IngestRunning:
        log.warning("another process is updating the index: answering from the index as it stands")
    try:
        return await asyncio.to_thread(load_index, settings, embedder)
    except (IndexDamaged, IndexMissing):
        # An ingest opens no index of an unchanged corpus. Now it does, and mends what it finds, or says that
        # another process is about to.
        log.warning("the index is damaged: it is built anew from the essays")
        await _bring_up_to_date(settings, embedder)
        return await asyncio.to_thread(load_index, settings, embedder)


async def _bring_up_to_date(settings: Settings, embedder: Embedder) -> IngestSummary:
    with ingest_progress() as progress:
        return await bring_up_to_date(settings, embedder, progress)
