"""Bring the index up to date with the corpus: the use case behind ``yinju ingest``."""

import asyncio
import logging
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
from bot.retrieval.data_folder import UNWRITABLE
from bot.retrieval.index import check_rows
from bot.retrieval.ingest_state import IngestState, forget_state, index_identity
from bot.retrieval.model import DataUnwritable, Embedder, PassageStore
from bot.retrieval.progress import IngestProgress
from bot.retrieval.vector_cache import FILE_NAME as CACHE_FILE
from bot.retrieval.vector_cache import VectorCache, embed_passages

__all__ = ["IngestProgress", "IngestSummary", "ingest"]

LOCK_FILE = "ingest.lock"
REBUILT = "the index is damaged: it is built anew from the essays"
PASSAGES_A_STEP = 16  # embedded and stored together: what a kill can cost

log = logging.getLogger(__name__)


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
        raise DataUnwritable(UNWRITABLE.format(reason=exc.strerror)) from exc


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
            believed = state is not None and state.identity == index_identity(self.embedder.name)
            summary = await self._update(store, corpus, believed=believed)
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

    async def _update(self, store: PassageStore, corpus: Corpus, *, believed: bool) -> IngestSummary:
        """Where the index was ``believed`` to be whole, its loss is logged. Raises DataUnwritable where it can't be."""
        stored = await asyncio.to_thread(self._stored, store)
        if stored is None:
            if believed:
                log.warning(REBUILT)
            stored = {}
        try:
            return await self._complete(store, corpus, stored)
        except IndexDamaged:  # it could be read, but not be written
            log.warning(REBUILT)
            await asyncio.to_thread(store.reset, index_identity(self.embedder.name))
        try:
            return await self._complete(store, corpus, {})
        except IndexDamaged as exc:
            raise DataUnwritable("the index cannot be written, not even a new one; see DATA_DIR") from exc

    async def _complete(self, store: PassageStore, corpus: Corpus, stored: Mapping[str, Passage]) -> IngestSummary:
        """Make the store, which holds ``stored``, hold the corpus."""
        wanted = {passage.id: passage for passage in corpus.passages}
        kept = {key: passage for key, passage in wanted.items() if key in stored and stored[key].text == passage.text}
        new = [passage for key, passage in wanted.items() if key not in kept]
        moved = [passage for key, passage in kept.items() if stored[key] != passage]
        # New rows before old ones go: a reader in between finds an essay twice rather than not at all.
        await self._add(store, new)
        await asyncio.to_thread(store.update, moved)
        await asyncio.to_thread(store.delete, stored.keys() - wanted.keys())
        return _summary(corpus, wanted, stored)

    def _stored(self, store: PassageStore) -> dict[str, Passage] | None:
        """What the store holds by id; None where it could not be used, and is fresh now."""
        identity = index_identity(self.embedder.name)
        try:
            if store.identity() == identity:
                rows = list(store.load())  # the vectors too: what cannot be searched has to be found here
                check_rows(rows, dimension=self.embedder.dimension)
                return {row.passage.id: row.passage for row in rows}
        except IndexDamaged:
            pass
        store.reset(identity)
        return None

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
