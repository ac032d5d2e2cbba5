"""An ingest in a process of its own, to be killed: prints a line whenever it did a step, then goes on.

``python -m tests.fakes.ingest_process CORPUS DATA``
"""

import asyncio
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from bot.corpus.model import Passage
from bot.retrieval import store_writer
from bot.retrieval.chroma import ChromaStore
from bot.retrieval.ingest import ingest
from bot.retrieval.model import Matrix, StoredPassage
from tests.fakes.embedder import HashEmbedder
from tests.fakes.ingest_progress import RecordedProgress


class TellingEmbedder(HashEmbedder):
    """Takes a moment a call, as a model does."""

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        print("embedding", flush=True)
        await asyncio.sleep(0.05)
        return await super().embed_passages(texts, done=done)


class TellingStore(ChromaStore):
    """Says what it is about to write, and what it wrote."""

    def upsert(self, rows: Sequence[StoredPassage]) -> None:
        print("writing", flush=True)
        super().upsert(rows)
        print("written", flush=True)

    def update(self, passages: Sequence[Passage]) -> None:
        print("updating", flush=True)
        super().update(passages)

    def delete(self, ids: Collection[str]) -> None:
        print("deleting", flush=True)
        super().delete(ids)


async def main() -> None:
    store_writer.WRITE_AFTER_S = 0  # a step at a time
    corpus, data = Path(sys.argv[1]), Path(sys.argv[2])
    await ingest(
        corpus_dir=corpus,
        data_dir=data,
        embedder=TellingEmbedder(),
        open_store=lambda: TellingStore(path=data / "chroma"),
        progress=RecordedProgress(),
    )
    print("complete", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
