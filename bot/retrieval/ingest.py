"""Bring the index up to date with the corpus: the use case behind ``yinju ingest``."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import filelock

from bot import __version__
from bot.corpus.load import cut
from bot.corpus.model import Passage
from bot.corpus.survey import Known, Survey, survey
from bot.errors import IndexDamaged, IngestRunning
from bot.retrieval.data_folder import UNWRITABLE
from bot.retrieval.ingest_state import IngestState, forget_state, index_identity, read_known, write_known
from bot.retrieval.ingest_summary import IngestSummary, summary_of
from bot.retrieval.model import DataUnwritable, Embedder, PassageStore, StoredPassage
from bot.retrieval.open_index import checked_rows
from bot.retrieval.progress import IngestProgress
from bot.retrieval.snapshot import FOLDER, Manifest, Snapshot, extend_snapshot, make_snapshot, open_snapshot
from bot.retrieval.store_writer import StoreWriter
from bot.retrieval.vector_cache import FILE_NAME as CACHE_FILE
from bot.retrieval.vector_cache import VectorCache

__all__ = ["IngestProgress", "IngestSummary", "ingest"]

LOCK_FILE = "ingest.lock"
REBUILT = "the index is damaged: it is built anew from the essays"
PASSAGES_IN_MEMORY = 4_096  # where more change, their rows are read back from the store

log = logging.getLogger(__name__)


async def ingest(
    *,
    corpus_dir: Path,
    data_dir: Path,
    embedder: Embedder,
    open_store: Callable[[], PassageStore],
    progress: IngestProgress,
) -> IngestSummary:
    """Bring the index in ``data_dir`` up to date with ``corpus_dir`` and say what changed.

    Looks at the size and time of every file, and reads those that changed. Embeds only passages that the
    store lacks, and of those only texts that the vector cache of the corpus lacks. Where nothing changed
    it returns at once and opens nothing. A store that is damaged, or was made by another embedder, is
    built anew, and so is the snapshot where it is not of this store. A killed ingest leaves whole rows,
    and the next one compares all and completes them. Raises IngestRunning where another process is at it, CorpusError
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
class _Last:
    """The last complete ingest with this embedder and this version of the program."""

    state: IngestState
    known: Known
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What the index holds of the files at hand, by id: all passages of the store, or rows of a snapshot."""

    passages: Mapping[str, Passage] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def untouched(self) -> int:
        """How many passages it holds of other files."""
        return 0 if self.snapshot is None else len(self.snapshot.index.passages) - len(self.passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One ingest that holds the lock."""

    corpus_dir: Path
    data_dir: Path
    embedder: Embedder
    open_store: Callable[[], PassageStore]
    progress: IngestProgress

    async def complete(self) -> IngestSummary:
        state = IngestState.read(self.data_dir)
        store = self.open_store()
        try:
            last = await asyncio.to_thread(self._last, state, store)
            found = await asyncio.to_thread(survey, self.corpus_dir, last.known if last else None)
            if last and not found.changed and not found.gone and found.skipped == last.state.skipped:
                if found.has_read(last.known):
                    with _writing():
                        write_known(found.known, self.data_dir)
                return _nothing_to_do(last.state)
            with _writing():
                forget_state(self.data_dir)
            try:
                stored = await asyncio.to_thread(self._stored, store, found, last, state)
                return await self._update(store, found, stored)
            except IndexDamaged:  # it could not be read, or it could be read, but not be written
                self._tell_of_loss(state)
            await asyncio.to_thread(store.reset, self._identity)
            try:
                return await self._update(store, await asyncio.to_thread(survey, self.corpus_dir), _Stored())
            except IndexDamaged as exc:
                raise DataUnwritable("the index cannot be written, not even a new one; see DATA_DIR") from exc
        finally:
            await asyncio.to_thread(store.close)

    @property
    def _identity(self) -> str:
        return index_identity(self.embedder.name)

    @property
    def _snapshot_dir(self) -> Path:
        return self.data_dir / FOLDER

    def _last(self, state: IngestState | None, store: PassageStore) -> _Last | None:
        """What is known to be done; None where all has to be compared."""
        if state is None or (state.identity, state.version) != (self._identity, __version__) or not store.exists():
            return None
        known, manifest = read_known(self.data_dir), Manifest.read(self._snapshot_dir)
        if known is None or manifest is None:
            return None
        is_of_store = (manifest.identity, manifest.revision) == (self._identity, store.revision())
        return _Last(state=state, known=known, manifest=manifest) if is_of_store else None

    def _stored(self, store: PassageStore, found: Survey, last: _Last | None, state: IngestState | None) -> _Stored:
        """What the index holds of the files that ``found`` tells of. Raises IndexDamaged."""
        if last is not None:
            snapshot = open_snapshot(self._snapshot_dir, last.manifest)
            rows = snapshot.index.rows_of_files({*(file.file for file in found.changed), *found.gone})
            passages = {row: snapshot.index.passage_at(row) for row in rows}
            return _Stored(
                passages={passage.id: passage for passage in passages.values()},
                snapshot=snapshot,
                rows={passage.id: row for row, passage in passages.items()},
            )
        if store.identity() != self._identity:
            self._tell_of_loss(state)
            store.reset(self._identity)
            return _Stored()
        # The vectors too: what cannot be searched has to be found here.
        loaded = checked_rows(store.load(), dimension=self.embedder.dimension)
        passages_by_id = {row.passage.id: row.passage for row in loaded}
        if state is not None and state.passages > len(passages_by_id):
            self._tell_of_loss(state)
        return _Stored(passages=passages_by_id)

    def _tell_of_loss(self, state: IngestState | None) -> None:
        """Where the index was believed to be whole."""
        if state is not None and state.identity == self._identity:
            log.warning(REBUILT)

    async def _update(self, store: PassageStore, found: Survey, stored: _Stored) -> IngestSummary:
        """Make store and snapshot, which hold ``stored`` of some files, hold what was ``found`` of them."""
        wanted, before = await asyncio.to_thread(self._cut, found), stored.passages
        kept = {key: passage for key, passage in wanted.items() if key in before and before[key].text == passage.text}
        # New rows before old ones go: a reader in between finds an essay twice rather than not at all.
        new = await self._add(store, [passage for key, passage in wanted.items() if key not in kept])
        await asyncio.to_thread(store.update, [passage for key, passage in kept.items() if before[key] != passage])
        await asyncio.to_thread(store.delete, before.keys() - wanted.keys())
        manifest = await asyncio.to_thread(self._write_snapshot, store, found, stored, wanted, new)
        summary = summary_of(found, wanted, stored.passages, untouched=stored.untouched)
        await asyncio.to_thread(self._finish, store, found, manifest, summary)
        return summary

    def _cut(self, found: Survey) -> dict[str, Passage]:
        return {passage.id: passage for file in found.changed for passage in cut(file, self.embedder.count_tokens)}

    async def _add(self, store: PassageStore, new: Sequence[Passage]) -> Mapping[str, StoredPassage]:
        if not new:
            return {}
        cache = await asyncio.to_thread(VectorCache.load, self.corpus_dir / CACHE_FILE)
        writer = StoreWriter(store=store, embedder=self.embedder, cache=cache, progress=self.progress)
        return {row.passage.id: row for row in await writer.add(new, returned=PASSAGES_IN_MEMORY)}

    def _write_snapshot(
        self,
        store: PassageStore,
        found: Survey,
        stored: _Stored,
        wanted: Mapping[str, Passage],
        new: Mapping[str, StoredPassage],
    ) -> Manifest:
        """Write the files of the snapshot of what the store holds now."""
        means = self.embedder.language_means
        with _writing():
            if stored.snapshot is None or len(wanted) > PASSAGES_IN_MEMORY:
                rows = checked_rows(store.load(), dimension=self.embedder.dimension)
                return make_snapshot(self._snapshot_dir, rows, identity=self._identity, known_means=means)
            index = stored.snapshot.index
            changed = [
                new[key] if key in new else replace(index.stored_at(stored.rows[key]), passage=passage)
                for key, passage in wanted.items()
            ]
            files = {*(file.file for file in found.changed), *found.gone}
            return extend_snapshot(self._snapshot_dir, stored.snapshot, changed, files=files, known_means=means)

    def _finish(self, store: PassageStore, found: Survey, manifest: Manifest, summary: IngestSummary) -> None:
        """From now on all is complete, and known to be."""
        revision = store.seal()
        state = IngestState(
            identity=self._identity,
            version=__version__,
            essays=summary.essays,
            passages=summary.passages,
            skipped=summary.skipped,
        )
        with _writing():
            replace(manifest, revision=revision).write(self._snapshot_dir)
            write_known(found.known, self.data_dir)
            state.write(self.data_dir)


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
