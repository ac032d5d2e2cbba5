"""Work in a thread that is waited for, come what may."""

import asyncio
from collections.abc import Callable


async def to_the_end(write: Callable[[], object]) -> None:
    """Run ``write`` in a thread. Who is cancelled meanwhile waits for it: it writes into a folder that goes then."""
    writing = asyncio.ensure_future(asyncio.to_thread(write))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise
