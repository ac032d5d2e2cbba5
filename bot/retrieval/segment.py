"""A part of the index that never changes: passages with their vectors and terms, as arrays.

A small index is one segment in memory; that of a large corpus lies in files (see ``snapshot``).
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Essay, Language, Passage
from bot.errors import IndexDamaged
from bot.retrieval.array_file import Arrays
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.model import Matrix, StoredPassage
from bot.retrieval.stored_row import essay_from, passage_from

LANGUAGES: tuple[Language, ...] = ("zh", "en")
KEY_BYTES = 8
UNREADABLE = "the passages cannot be read: run `yinju ingest`"

Rows = NDArray[np.intp]
Keys = NDArray[np.uint64]


def key_of(text: str) -> int:
    """A name or a term as a number."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
    return int.from_bytes(digest, "little")


def term_key(language: Language, term: str) -> int:
    """A term of one language as a number: what the passages of the other say does not make it less rare."""
    return key_of(f"{language}\0{term}")


class Segment:
    """Passages by row, those of an essay together. ``arrays``: see ``segment_build``."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.languages: NDArray[np.uint8] = arrays["languages"]
        self.essay_of: NDArray[np.int32] = arrays["essay_of"]
        self.file_of: NDArray[np.int32] = arrays["file_of"]
        self.term_counts: NDArray[np.int32] = arrays["term_counts"]
        self.vectors: Matrix = arrays["vectors"]
        self.sentences: NDArray[np.float16] = arrays["sentences"]
        self.first_sentence: NDArray[np.int64] = arrays["first_sentence"]
        self._essays: dict[int, Essay] = {}

    def __len__(self) -> int:
        return len(self.essay_of)

    @property
    def dimension(self) -> int:
        """Length of a vector; 0 where there is none."""
        return int(self.vectors.shape[1])

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Names of the files that its passages come from, sorted."""
        return tuple(json.loads(self.arrays["files"].tobytes()))

    @property
    def essay_count(self) -> int:
        """Number of its essays."""
        return len(self.arrays["essays_at"]) - 1

    def essay(self, number: int) -> Essay:
        """The essay that ``essay_of`` calls by that number."""
        if number not in self._essays:
            try:
                self._essays[number] = essay_from(self._record("essays", number))
            except (ValueError, KeyError, TypeError) as exc:
                raise IndexDamaged(UNREADABLE) from exc
        return self._essays[number]

    def passage(self, row: int) -> Passage:
        """The passage of a row. Raises IndexDamaged where it cannot be read."""
        try:
            return passage_from(self._record("passages", row), essay=self.essay(int(self.essay_of[row])))
        except (ValueError, KeyError, TypeError) as exc:
            raise IndexDamaged(UNREADABLE) from exc

    def stored(self, row: int) -> StoredPassage:
        """The passage of a row with its vectors."""
        return StoredPassage(
            passage=self.passage(row), vector=self.vectors[row], sentence_vectors=self.sentence_vectors(row)
        )

    def sentence_vectors(self, row: int) -> Matrix:
        """One a sentence."""
        start, end = self.first_sentence[row : row + 2]
        return at_half_precision(self.sentences[start:end])

    def row_of(self, passage_id: str) -> int | None:
        """The row of a passage."""
        for row in self._found("ids", passage_id):
            if self.passage(row).id == passage_id:
                return row
        return None

    def essay_of_key(self, key: str) -> int | None:
        """The number of an essay."""
        return next((number for number in self._found("essay_keys", key) if self.essay(number).key == key), None)

    def postings(self, key: int) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """The rows that hold a term, ascending, and how often each does."""
        found = int(np.searchsorted(self.arrays["terms"], np.uint64(key)))
        if found == len(self.arrays["terms"]) or self.arrays["terms"][found] != key:
            start = end = 0
        else:
            start, end = self.arrays["postings_at"][found : found + 2]
        return self.arrays["posting_rows"][start:end], self.arrays["posting_counts"][start:end]

    def _found(self, name: str, text: str) -> list[int]:
        """Numbers that may be meant by a name."""
        keys: Keys = self.arrays[name]
        key = np.uint64(key_of(text))
        start, end = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        return [int(number) for number in self.arrays[f"{name}_rows"][start:end]]

    def _record(self, name: str, number: int) -> Any:
        start, end = self.arrays[f"{name}_at"][number : number + 2]
        return json.loads(self.arrays[name][start:end].tobytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment, and the ``rows`` of it that still count: a file that was changed or removed has left rows behind."""

    segment: Segment
    rows: Rows

    def mask(self) -> NDArray[np.bool_]:
        """Whether each row counts."""
        live = np.zeros(len(self.segment), dtype=bool)
        live[self.rows] = True
        return live


def whole(segment: Segment) -> Part:
    """All rows of a segment."""
    return Part(segment=segment, rows=np.arange(len(segment)))
