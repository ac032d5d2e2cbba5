"""Bring the index up to date with the corpus: the use case behind ``yinju ingest``."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import filelock

from bot import __version__
from bot.corpus.load import fingerprint, load_corpus
from bot.corpus.model import Corpus, Passage, SkippedFile
from bot.errors import IndexDamaged, IngestRunning
from bot.retrieval.ingest_state import IngestState, forget_state, index_identity
from bot.retrieval.model import DataUnwritable, Embedder, PassageStore
from bot.retrieval.progress import IngestProgress
from bot.retrieval.vector_cache import FILE_NAME as CACHE_FILE
from bot.retrieval.vector_cache import VectorCache, embed_passages

__all__ = ["IngestProgress", "IngestSummary", "ingest"]

LOCK_FILE = "ingest.lock"
PASSAGES_A_STEP = 16  # embedded and stored together: what a kill can cost


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What an ingest did.

    ``essays`` and ``passages`` are what the index holds now. The other counts are of essays, which
    are told apart by file and title: ``changed`` ones gained or lost a passage, ``unchanged`` ones
    did not (they may have moved within their file). ``skipped`` files could not be used.
    """

    essays: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    skipped: tuple[SkippedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _EssayName:
    """What tells essays apart from one ingest to the next: a key counts positions, which shift."""

    file: str
    title: str


async def ingest(
    *,
    corpus_dir: Path,
    data_dir: Path,
    embedder: Embedder,
    open_store: Callable[[], PassageStore],
    progress: IngestProgress,
) -> IngestSummary:
    """Bring the index in ``data_dir`` up to date with ``corpus_dir`` and say what changed.

    Embeds only passages that the store lacks, and of those only texts that the vector cache of the
    corpus lacks. Where nothing changed it returns at once and opens nothing. A store that is
    damaged, or was made by another embedder, is built anew. A killed ingest leaves whole rows, and
    the next one completes them. Raises IngestRunning where another process is at it, CorpusError
    where the corpus cannot be used, DataUnwritable, StoreUnreachable, and ModelUnavailable from an
    embedder behind a server.
    """
    started = time.monotonic()
    lock = _locked(data_dir)
    try:
        run = _Run(
            corpus_dir=corpus_dir, data_dir=data_dir, embedder=embedder, open_store=open_store, progress=progress
        )
        summary = await run.complete()
    finally:
        lock.release()
    return replace(summary, seconds=time.monotonic() - started)


def _locked(data_dir: Path) -> filelock.BaseFileLock:
    lock = filelock.FileLock(data_dir / LOCK_FILE)
    try:
        with _writing():
            data_dir.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
    except filelock.Timeout as exc:
        raise IngestRunning("another process is updating the index of this data folder; wait for it to end") from exc
    return lock


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except filelock.Timeout:  # an OSError too
        raise
    except OSError as exc:
        raise DataUnwritable(f"the data folder cannot be written ({exc.strerror}); see DATA_DIR") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One ingest that holds the lock."""

    corpus_dir: Path
    data_dir: Path
    embedder: Embedder
    open_store: Callable[[], PassageStore]
    progress: IngestProgress

    async def complete(self) -> IngestSummary:
        marks = await asyncio.to_thread(fingerprint, self.corpus_dir)
        store = self.open_store()
        try:
            state = IngestState.read(self.data_dir)
            if state is not None and self._is_current(state, marks) and store.exists():
                return _nothing_to_do(state)
            corpus = await asyncio.to_thread(load_corpus, self.corpus_dir, self.embedder.count_tokens)
            with _writing():
                forget_state(self.data_dir)
            summary = await self._update(store, corpus)
            with _writing():
                self._state(marks, summary).write(self.data_dir)
            return summary
        finally:
            await asyncio.to_thread(store.close)

    def _state(self, marks: str, summary: IngestSummary) -> IngestState:
        return IngestState(
            fingerprint=marks,
            identity=index_identity(self.embedder.name),
            version=__version__,
            essays=summary.essays,
            passages=summary.passages,
            skipped=summary.skipped,
        )

    def _is_current(self, state: IngestState, marks: str) -> bool:
        wanted = (marks, index_identity(self.embedder.name), __version__)
        return (state.fingerprint, state.identity, state.version) == wanted

    async def _update(self, store: PassageStore, corpus: Corpus) -> IngestSummary:
        stored = await asyncio.to_thread(self._stored, store)
        wanted = {passage.id: passage for passage in corpus.passages}
        new = [passage for passage in wanted.values() if passage.id not in stored]
        moved = [passage for passage in wanted.values() if stored.get(passage.id, passage) != passage]
        # New rows before old ones go: a reader in between finds an essay twice rather than not at all.
        await self._add(store, new)
        await asyncio.to_thread(store.update, moved)
        await asyncio.to_thread(store.delete, stored.keys() - wanted.keys())
        return _summary(corpus, wanted, stored)

    def _stored(self, store: PassageStore) -> dict[str, Passage]:
        """What the store holds by id; nothing, in a fresh store, where it cannot be used."""
        identity = index_identity(self.embedder.name)
        try:
            if store.identity() == identity:
                return {passage.id: passage for passage in store.passages()}
        except IndexDamaged:
            pass
        store.reset(identity)
        return {}

    async def _add(self, store: PassageStore, new: Sequence[Passage]) -> None:
        if not new:
            return
        cache = await asyncio.to_thread(VectorCache.load, self.corpus_dir / CACHE_FILE)
        self.progress.started(len(new))
        for essay, group in groupby(new, key=lambda passage: passage.essay):
            started = time.monotonic()
            passages = list(group)
            for start in range(0, len(passages), PASSAGES_A_STEP):
                step = passages[start : start + PASSAGES_A_STEP]
                rows = await embed_passages(step, embedder=self.embedder, cache=cache)
                await asyncio.to_thread(store.upsert, rows)
                self.progress.embedded(len(step))
            self.progress.essay(essay.title, len(passages), time.monotonic() - started)
        self.progress.finished()


def _nothing_to_do(state: IngestState) -> IngestSummary:
    return IngestSummary(
        essays=state.essays,
        passages=state.passages,
        added=0,
        changed=0,
        removed=0,
        unchanged=state.essays,
        seconds=0.0,
        skipped=state.skipped,
    )


def _summary(corpus: Corpus, wanted: Mapping[str, Passage], stored: Mapping[str, Passage]) -> IngestSummary:
    before, after = _ids_by_essay(stored), _ids_by_essay(wanted)
    common = before.keys() & after.keys()
    changed = sum(before[essay] != after[essay] for essay in common)
    return IngestSummary(
        essays=len(corpus.essays),
        passages=len(wanted),
        added=len(after.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - after.keys()),
        unchanged=len(common) - changed,
        seconds=0.0,
        skipped=corpus.skipped,
    )


def _ids_by_essay(passages: Mapping[str, Passage]) -> dict[_EssayName, set[str]]:
    ids: dict[_EssayName, set[str]] = {}
    for passage in passages.values():
        essay = _EssayName(file=passage.span.file, title=passage.essay.title)
        ids.setdefault(essay, set()).add(passage.id)
    return ids
