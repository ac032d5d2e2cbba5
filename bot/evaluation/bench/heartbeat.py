"""How long the event loop was kept from running: a beat that notices when it comes late."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.evaluation.percentiles import percentile

INTERVAL_S = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """``late_s``: how much later it came than it should have.

    ``own_s``: the processor time that the loop's thread used since the last beat. It counts what our own code did
    between two turns of the loop and leaves out other processes and other threads, so it knows no noise;
    what waits without computing shows in ``late_s`` alone.
    """

    late_s: float
    own_s: float


@dataclass(slots=True, kw_only=True)
class Heartbeat:
    """The beats so far. A loop that is blocked for t seconds makes a beat late by t, less ``INTERVAL_S`` at most."""

    beats: list[Beat] = field(default_factory=list)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Beat while the block runs, and once more after it, so that what it did last is heard too."""
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat(ended))
            try:
                yield
            finally:
                ended.set()

    async def _beat(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(INTERVAL_S)
            late = time.perf_counter() - began - INTERVAL_S
            self.beats.append(Beat(late_s=max(late, 0.0), own_s=time.thread_time() - used))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How late beats were, and how long our own code held the loop at a stretch, in seconds."""

    beats: int
    p99_s: float
    longest_s: float
    longest_own_s: float


def lag(beats: Iterable[Beat]) -> Lag:
    """What is said of beats, of which there must be one."""
    heard = list(beats)
    late = [beat.late_s for beat in heard]
    return Lag(
        beats=len(heard),
        p99_s=percentile(late, 0.99),
        longest_s=max(late),
        longest_own_s=max(beat.own_s for beat in heard),
    )
