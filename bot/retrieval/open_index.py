"""The index as it stands in the data folder."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bot.corpus.model import Language
from bot.errors import IndexDamaged, IndexMissing
from bot.retrieval.data_folder import UNWRITABLE
from bot.retrieval.index import Index
from bot.retrieval.ingest_state import IngestState, forget_state, index_identity
from bot.retrieval.model import DataUnwritable, PassageStore, StoredPassage, Vector
from bot.retrieval.snapshot import FOLDER, Manifest, forget_snapshot, make_snapshot, open_snapshot

MISSING = "there is no index yet: run `yinju ingest`"
FOREIGN = "the index was made by another embedder or another version: run `yinju ingest`"
INCOMPLETE = "the index has lost passages: run `yinju ingest`"
UNEVEN = "the index holds vectors of another length: run `yinju ingest`"


def open_index(
    *,
    data_dir: Path,
    open_store: Callable[[], PassageStore],
    embedder_name: str | None = None,
    dimension: int = 0,
    language_means: Mapping[Language, Vector] | None = None,
) -> Index:
    """Open the index. With ``embedder_name`` it must have been made by that embedder.

    It is opened from the snapshot where that is of the store as it is now, or where an ingest is under
    way (or was killed): then it is the index of before. Else the whole store is read. ``dimension`` is the length
    that its vectors must have, 0 where that is not known; ``language_means`` are the embedder's.
    Raises IndexMissing where nothing was ingested, IndexDamaged where the store cannot be read, is of
    another embedder or format, or lost passages since the last ingest; then the next ingest looks at every
    passage, whatever it believed to have done. Raises StoreUnreachable where the store's server does
    not answer, DataUnwritable where the data folder cannot be written, which Chroma needs even to read.
    """
    state = IngestState.read(data_dir)
    identity = None if embedder_name is None else index_identity(embedder_name)
    store = open_store()
    try:
        found = _of_snapshot(data_dir / FOLDER, store, identity, is_complete=state is not None)
        if found is not None:
            return found
        _check(store.identity(), identity)
        rows = checked_rows(store.load(), dimension=dimension)
        index = _of_rows(data_dir, rows, language_means or {})
        _check_complete(index, data_dir, before=state)
    except (IndexMissing, IndexDamaged):
        _forget(data_dir)
        raise
    finally:
        store.close()
    return index


def checked_rows(rows: Iterable[StoredPassage], *, dimension: int) -> Iterator[StoredPassage]:
    """The rows; raises IndexDamaged unless all vectors are of one length, that of ``dimension`` where it is not 0."""
    for row in rows:
        lengths = {row.vector.shape[-1], row.sentence_vectors.shape[-1], dimension or row.vector.shape[-1]}
        dimension = row.vector.shape[-1]
        if len(lengths) > 1:
            raise IndexDamaged(UNEVEN)
        yield row


def _of_snapshot(folder: Path, store: PassageStore, identity: str | None, *, is_complete: bool) -> Index | None:
    manifest = Manifest.read(folder)
    if manifest is None or (identity is not None and manifest.identity != identity):
        return None
    if is_complete and manifest.revision != store.revision():
        return None
    try:
        return open_snapshot(folder, manifest).index
    except IndexDamaged:
        return None


def _of_rows(data_dir: Path, rows: Iterable[StoredPassage], known_means: Mapping[Language, Vector]) -> Index:
    """The index of what a store holds. Its files are gone by name when they are mapped, and wholly at the end."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data_dir, prefix="snapshot-") as made:
            folder = Path(made, FOLDER)
            return open_snapshot(folder, make_snapshot(folder, rows, identity="", known_means=known_means)).index
    except OSError as exc:
        raise DataUnwritable(UNWRITABLE.format(reason=exc.strerror)) from exc


def _check(found: str | None, wanted: str | None) -> None:
    if found is None:
        raise IndexMissing(MISSING)
    if wanted is not None and found != wanted:
        raise IndexDamaged(FOREIGN)


def _check_complete(index: Index, data_dir: Path, *, before: IngestState | None) -> None:
    """An ingest that began while the rows were read has removed the state, or written another one."""
    if before is not None and before.passages != len(index.passages) and before == IngestState.read(data_dir):
        raise IndexDamaged(INCOMPLETE)


def _forget(data_dir: Path) -> None:
    try:
        forget_state(data_dir)
        forget_snapshot(data_dir / FOLDER)
    except OSError as exc:
        raise DataUnwritable(UNWRITABLE.format(reason=exc.strerror)) from exc
