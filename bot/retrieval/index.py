"""The index in memory: what search, links and the reader walk through."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Essay, Passage
from bot.errors import IndexDamaged, IndexMissing
from bot.retrieval.data_folder import UNWRITABLE
from bot.retrieval.ingest_state import IngestState, forget_state, index_identity
from bot.retrieval.model import DataUnwritable, Matrix, PassageStore, StoredPassage

MISSING = "there is no index yet: run `yinju ingest`"
FOREIGN = "the index was made by another embedder or another version: run `yinju ingest`"
INCOMPLETE = "the index has lost passages: run `yinju ingest`"
UNEVEN = "the index holds vectors of another length: run `yinju ingest`"


class Index:
    """Every passage of the corpus with its vectors, in corpus order (file, position). Never changes.

    ``vectors[i]`` belongs to ``passages[i]``, and the rows ``first_sentence[i]`` to ``first_sentence[i + 1]``
    of ``sentence_vectors`` to its sentences, one for one. Some 20,000 passages fit well: 10 sentences
    each make 300 MB, and comparing a question with all of them takes 20 ms.
    """

    def __init__(self, rows: Iterable[StoredPassage]) -> None:
        stored = list(rows)
        self.passages: tuple[Passage, ...] = tuple(row.passage for row in stored)
        self.essays: tuple[Essay, ...] = tuple({p.essay.key: p.essay for p in self.passages}.values())
        dimension = len(stored[0].vector) if stored else 0
        self.vectors: Matrix = _stacked([row.vector[np.newaxis] for row in stored], dimension)
        self.sentence_vectors: Matrix = _stacked(
            [row.sentence_vectors for row in stored if len(row.sentence_vectors)], dimension
        )
        counts = [len(row.sentence_vectors) for row in stored]
        self.first_sentence: NDArray[np.intp] = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self._positions = {passage.id: position for position, passage in enumerate(self.passages)}
        self._essays = {essay.key: essay for essay in self.essays}

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, None where there is none (any longer)."""
        position = self.position(passage_id)
        return None if position is None else self.passages[position]

    def position(self, passage_id: str) -> int | None:
        """Where the passage stands in ``passages``."""
        return self._positions.get(passage_id)

    def before(self, passage_id: str) -> Passage | None:
        """The passage before it in the same essay."""
        return self._neighbour(passage_id, -1)

    def after(self, passage_id: str) -> Passage | None:
        """The passage after it in the same essay."""
        return self._neighbour(passage_id, +1)

    def essay(self, key: str) -> Essay | None:
        """The essay of that key."""
        return self._essays.get(key)

    def passages_of(self, essay_key: str) -> tuple[Passage, ...]:
        """The passages of an essay in its order; empty where there is no such essay."""
        return tuple(passage for passage in self.passages if passage.essay.key == essay_key)

    def _neighbour(self, passage_id: str, step: int) -> Passage | None:
        position = self.position(passage_id)
        if position is None or not 0 <= position + step < len(self.passages):
            return None
        here, there = self.passages[position], self.passages[position + step]
        return there if there.essay.key == here.essay.key else None


def open_index(
    *, data_dir: Path, open_store: Callable[[], PassageStore], embedder_name: str | None = None, dimension: int = 0
) -> Index:
    """Read the index from the store. With ``embedder_name`` it must have been made by that embedder.

    ``dimension`` is the length that its vectors must have, 0 where that is not known. Raises
    IndexMissing where nothing was ingested, IndexDamaged where the store cannot be read, is of another
    embedder or format, or lost passages since the last ingest; then the next ingest looks at every
    passage, whatever it believed to have done. Raises StoreUnreachable where the store's server does
    not answer, DataUnwritable where the data folder cannot be written, which Chroma needs even to read.
    """
    state = IngestState.read(data_dir)
    store = open_store()
    try:
        _check(store.identity(), embedder_name)
        rows = list(store.load())
        check_rows(rows, dimension=dimension)
        _check_complete(rows, data_dir, before=state)
        return Index(rows)
    except (IndexMissing, IndexDamaged):
        _forget(data_dir)
        raise
    finally:
        store.close()


def check_rows(rows: Sequence[StoredPassage], *, dimension: int) -> None:
    """Raise IndexDamaged unless all vectors are of one length, that of ``dimension`` where it is not 0."""
    lengths = {matrix.shape[-1] for row in rows for matrix in (row.vector, row.sentence_vectors)}
    if len(lengths) > 1 or (dimension and lengths - {dimension}):
        raise IndexDamaged(UNEVEN)


def _check_complete(rows: Sequence[StoredPassage], data_dir: Path, *, before: IngestState | None) -> None:
    """An ingest that began while the rows were read has removed the state, or written another one."""
    if before is not None and before.passages != len(rows) and before == IngestState.read(data_dir):
        raise IndexDamaged(INCOMPLETE)


def _forget(data_dir: Path) -> None:
    try:
        forget_state(data_dir)
    except OSError as exc:
        raise DataUnwritable(UNWRITABLE.format(reason=exc.strerror)) from exc


def _check(identity: str | None, embedder_name: str | None) -> None:
    if identity is None:
        raise IndexMissing(MISSING)
    if embedder_name is not None and identity != index_identity(embedder_name):
        raise IndexDamaged(FOREIGN)


def _stacked(matrices: list[Matrix], dimension: int) -> Matrix:
    stacked: Matrix = np.concatenate([np.empty((0, dimension), dtype=np.float32), *matrices])
    return stacked
