"""The index in memory: what search, links and the reader walk through."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from bot.corpus.model import Essay, Language, Passage
from bot.retrieval.model import StoredPassage, Vector
from bot.retrieval.placed_vectors import PlacedVectors, Placement, placed
from bot.retrieval.segment import Part, Rows, Segment, whole
from bot.retrieval.segment_build import segment_of


class Index:
    """Every passage of the corpus with its vectors. Never changes.

    Its rows are those of its segments, counted through; ``live`` ones belong to the corpus. In one
    segment they stand in corpus order (file, position).
    """

    def __init__(
        self,
        rows: Iterable[StoredPassage] = (),
        *,
        parts: Sequence[Part] | None = None,
        placement: Placement | None = None,
    ) -> None:
        """The index of ``rows``, or of segments with their vectors placed."""
        self.parts = [whole(segment_of(list(rows)))] if parts is None else list(parts)
        self._placement = placement
        segments = [part.segment for part in self.parts]
        self._first_rows = _counted_through([len(segment) for segment in segments])
        self._first_essays = _counted_through([segment.essay_count for segment in segments])
        first_files = _counted_through([len(segment.files) for segment in segments])
        self.live = np.concatenate([part.mask() for part in self.parts])
        self.languages = np.concatenate([segment.languages for segment in segments])
        self.essay_of = np.concatenate([s.essay_of + n for s, n in zip(segments, self._first_essays, strict=False)])
        self.file_of = np.concatenate([s.file_of + n for s, n in zip(segments, first_files, strict=False)])
        self.passages: Sequence[Passage] = _Passages(self, np.flatnonzero(self.live))

    @cached_property
    def essay_numbers(self) -> Rows:
        """The numbers that ``essay_of`` has for ``essays``, one for one."""
        return np.array(list(dict.fromkeys(self.essay_of[self.live].tolist())), dtype=np.intp)

    @cached_property
    def essays(self) -> tuple[Essay, ...]:
        """All essays, in the order of their passages."""
        return tuple(self._essay(int(number)) for number in self.essay_numbers)

    def stored(self) -> Iterator[StoredPassage]:
        """The passages in order, with their vectors."""
        return (self.stored_at(row) for row in np.flatnonzero(self.live).tolist())

    def stored_at(self, row: int) -> StoredPassage:
        """The passage of a row with its vectors. Raises IndexDamaged where it cannot be read."""
        return self._segment(row).stored(self._own(row))

    def rows_of_files(self, files: Collection[str]) -> list[int]:
        """The rows of the passages of some files."""
        names = [name for part in self.parts for name in part.segment.files]
        wanted = np.array([name in files for name in names], dtype=bool)
        of_files = wanted[self.file_of] if names else np.zeros(0, dtype=bool)
        return [int(row) for row in np.flatnonzero(of_files & self.live)]

    def placed_vectors(self, known_means: Mapping[Language, Vector], *, sample: Rows) -> PlacedVectors:
        """The vectors as they are compared with a question; in a space of their own, where none was stored."""
        placement = self._placement or placed(self.parts, known_means)
        return PlacedVectors([part.segment for part in self.parts], placement, sample=sample)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, None where there is none (any longer)."""
        row = self.row(passage_id)
        return None if row is None else self.passage_at(row)

    def row(self, passage_id: str) -> int | None:
        """Where the passage stands."""
        for part, first_row in zip(self.parts, self._first_rows, strict=False):
            row = part.segment.row_of(passage_id)
            if row is not None and self.live[first_row + row]:
                return int(first_row) + row
        return None

    def passage_at(self, row: int) -> Passage:
        """The passage of a row. Raises IndexDamaged where it cannot be read."""
        return self._segment(row).passage(self._own(row))

    def vector_at(self, row: int) -> Vector:
        """The vector of a row's passage."""
        vector: Vector = self._segment(row).vectors[self._own(row)]
        return vector

    def before(self, passage_id: str) -> Passage | None:
        """The passage before it in the same essay."""
        return self._neighbour(passage_id, -1)

    def after(self, passage_id: str) -> Passage | None:
        """The passage after it in the same essay."""
        return self._neighbour(passage_id, +1)

    def essay(self, key: str) -> Essay | None:
        """The essay of that key."""
        number = self._essay_number(key)
        return None if number is None else self._essay(number)

    def passages_of(self, essay_key: str) -> tuple[Passage, ...]:
        """The passages of an essay in its order; empty where there is no such essay."""
        number = self._essay_number(essay_key)
        return tuple(self.passage_at(int(row)) for row in np.flatnonzero((self.essay_of == number) & self.live))

    def _neighbour(self, passage_id: str, step: int) -> Passage | None:
        row = self.row(passage_id)
        if row is None or not 0 <= row + step < len(self.live) or self.essay_of[row + step] != self.essay_of[row]:
            return None
        return self.passage_at(row + step)

    def _essay(self, number: int) -> Essay:
        part = int(np.searchsorted(self._first_essays, number, side="right")) - 1
        return self.parts[part].segment.essay(number - int(self._first_essays[part]))

    def _essay_number(self, key: str) -> int | None:
        for part, first_essay in zip(self.parts, self._first_essays, strict=False):
            number = part.segment.essay_of_key(key)
            if number is not None and self.live[self.essay_of == first_essay + number].any():
                return int(first_essay) + number
        return None

    def _segment(self, row: int) -> Segment:
        return self.parts[int(np.searchsorted(self._first_rows, row, side="right")) - 1].segment

    def _own(self, row: int) -> int:
        return row - int(self._first_rows[np.searchsorted(self._first_rows, row, side="right") - 1])


class _Passages(Sequence[Passage]):
    """The passages at some rows, each read when it is asked for."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index = index
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, at: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(at, slice):
            return tuple(self._index.passage_at(int(row)) for row in self._rows[at])
        return self._index.passage_at(int(self._rows[at]))


def _counted_through(sizes: Sequence[int]) -> Rows:
    """Where each begins, and at last where all end."""
    return np.cumsum([0, *sizes]).astype(np.intp)
