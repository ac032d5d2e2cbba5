"""Passages embedded, and stored as they come."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.corpus.model import Passage
from bot.retrieval.model import Embedder, PassageStore, StoredPassage
from bot.retrieval.progress import IngestProgress
from bot.retrieval.vector_cache import VectorCache, embed_passages

PASSAGES_A_STEP = 16  # embedded together
PASSAGES_A_WRITE = 128  # a write takes some 40 ms, and 2 ms more for each of them
WRITE_AFTER_S = 1.0  # whatever there is by then is stored: what a kill can cost


@dataclass(slots=True, kw_only=True)
class StoreWriter:
    """Embeds passages, or finds their vectors in the ``cache``, and puts them into the store."""

    store: PassageStore
    embedder: Embedder
    cache: VectorCache
    progress: IngestProgress
    _waiting: list[StoredPassage] = field(default_factory=list)
    _written_at: float = field(default_factory=time.monotonic)

    async def add(self, passages: Sequence[Passage], *, returned: int) -> list[StoredPassage]:
        """Store all; what was embedded before a failure is stored too. The rows, if there are at most ``returned``."""
        rows: list[StoredPassage] = []
        self.progress.started(len(passages))
        try:
            for essay, group in groupby(passages, key=lambda passage: passage.essay):
                started, own = time.monotonic(), list(group)
                for start in range(0, len(own), PASSAGES_A_STEP):
                    step = await embed_passages(
                        own[start : start + PASSAGES_A_STEP], embedder=self.embedder, cache=self.cache
                    )
                    rows.extend(step if len(passages) <= returned else ())
                    await self._put(step)
                self.progress.essay(essay.title, len(own), time.monotonic() - started)
        finally:
            await self._write()
        self.progress.finished()
        return rows

    async def _put(self, rows: Sequence[StoredPassage]) -> None:
        self._waiting.extend(rows)
        if len(self._waiting) >= PASSAGES_A_WRITE or time.monotonic() - self._written_at >= WRITE_AFTER_S:
            await self._write()

    async def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        await asyncio.to_thread(self.store.upsert, rows)
        self.progress.embedded(len(rows))
        self._written_at = time.monotonic()
