"""How segments come to be: from rows, or from other segments.

What a segment holds, n passages with s sentences and e essays:

| array | shape | what |
| --- | --- | --- |
| ``passages``, ``passages_at`` | bytes, n + 1 | each passage as JSON, without its essay |
| ``essays``, ``essays_at`` | bytes, e + 1 | each essay as JSON |
| ``files`` | bytes | the names of the files, sorted, as JSON |
| ``essay_of``, ``file_of``, ``starts``, ``languages`` | n | number of the essay and the file; where in it; language |
| ``ids``, ``ids_rows``, ``essay_keys``, ``essay_keys_rows`` | n, e | hashes of names, sorted, and whose they are |
| ``terms``, ``postings_at`` | t, t + 1 | hashes of terms, sorted, and where the holders of each begin |
| ``posting_rows``, ``posting_counts`` | p | who holds a term, and how often |
| ``term_counts`` | n | terms of each passage |
| ``vectors`` | n, d | float32, of unit length |
| ``sentences``, ``first_sentence`` | (s, d), n + 1 | float16, all sentences one after another |
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Passage
from bot.retrieval.array_file import Array, Column
from bot.retrieval.model import StoredPassage
from bot.retrieval.segment import LANGUAGES, Part, Rows, Segment, key_of, term_key
from bot.retrieval.stored_row import passage_record
from bot.retrieval.terms import terms

ROWS_A_CHUNK = 2_048
MOST_COUNTED = np.iinfo(np.uint16).max

Contents = dict[str, Array | Column]


def segment_of(rows: Sequence[StoredPassage]) -> Segment:
    """A segment of these rows, in their order, in memory."""
    passages = [row.passage for row in rows]
    dimension = len(rows[0].vector) if rows else 0
    essays = {passage.essay.key: passage.essay for passage in passages}
    numbers = {key: number for number, key in enumerate(essays)}
    files = sorted({passage.span.file for passage in passages})
    file_numbers = {file: number for number, file in enumerate(files)}
    arrays: dict[str, Array] = {
        **_blobs("passages", [passage_record(passage) for passage in passages]),
        **_blobs("essays", [asdict(essay) for essay in essays.values()]),
        "files": np.frombuffer(json.dumps(files).encode(), dtype=np.uint8),
        "essay_of": np.array([numbers[passage.essay.key] for passage in passages], dtype=np.int32),
        "file_of": np.array([file_numbers[passage.span.file] for passage in passages], dtype=np.int32),
        "starts": np.array([passage.span.start for passage in passages], dtype=np.int64),
        "languages": np.array([LANGUAGES.index(passage.essay.lang) for passage in passages], dtype=np.uint8),
        **_named("ids", _hashes(passage.id for passage in passages)),
        **_named("essay_keys", _hashes(essays)),
        **_postings_of(passages),
        "vectors": _stacked([row.vector[np.newaxis] for row in rows], dimension, np.dtype(np.float32)),
        "sentences": _stacked([row.sentence_vectors for row in rows], dimension, np.dtype(np.float16)),
        "first_sentence": _cumulated(np.array([len(row.sentence_vectors) for row in rows], dtype=np.int64)),
    }
    return Segment(arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """For each row of a merged segment, the part and the row that it comes from."""

    part: Rows
    row: Rows


def merged(parts: Sequence[Part]) -> Contents:
    """The wanted rows of all parts in corpus order (file, start), as the contents of one segment."""
    parts = [part for part in parts if len(part.rows)] or parts[:1]
    segments = [part.segment for part in parts]
    files = sorted({file for part in parts for file in _files_of(part)})
    order = _corpus_order(parts, files)
    essays, essay_of = _merged_essays(segments, order)
    return {
        **_moved_blobs(segments, "passages", order),
        **_moved_blobs(segments, "essays", essays),
        "files": np.frombuffer(json.dumps(files).encode(), dtype=np.uint8),
        "essay_of": essay_of,
        "file_of": _merged_files(segments, order, files),
        **{name: _rows_of(segments, name, order) for name in ("starts", "languages", "term_counts")},
        **_named("ids", _rows_of_named(segments, "ids", order)),
        **_named("essay_keys", _rows_of_named(segments, "essay_keys", essays)),
        **_merged_postings(segments, order),
        "vectors": _moved(segments, "vectors", order),
        **_moved_lists(segments, "sentences", "first_sentence", order),
    }


def _corpus_order(parts: Sequence[Part], files: Sequence[str]) -> _Order:
    rank = {file: number for number, file in enumerate(files)}
    part_of = np.concatenate([np.full(len(part.rows), number) for number, part in enumerate(parts)]).astype(np.intp)
    row = np.concatenate([part.rows for part in parts]).astype(np.intp)
    ranks = [np.array([rank.get(file, -1) for file in part.segment.files], dtype=np.int64) for part in parts]
    file = np.concatenate([ranks[n][part.segment.file_of[part.rows]] for n, part in enumerate(parts)])
    start = np.concatenate([part.segment.arrays["starts"][part.rows] for part in parts])
    order = np.lexsort((start, file))
    return _Order(part=part_of[order], row=row[order])


def _files_of(part: Part) -> list[str]:
    return [part.segment.files[number] for number in np.unique(part.segment.file_of[part.rows])]


def _merged_files(segments: Sequence[Segment], order: _Order, files: Sequence[str]) -> NDArray[np.int32]:
    rank = {file: number for number, file in enumerate(files)}
    ranks = [np.array([rank.get(file, -1) for file in segment.files], dtype=np.int32) for segment in segments]
    found = np.empty(len(order.row), dtype=np.int32)
    for number, segment in enumerate(segments):
        own = order.part == number
        found[own] = ranks[number][segment.file_of[order.row[own]]]
    return found


def _merged_essays(segments: Sequence[Segment], order: _Order) -> tuple[_Order, NDArray[np.int32]]:
    """The essays by their first row, and the new number of each row's."""
    offsets = np.cumsum([0, *(segment.essay_count for segment in segments)])
    known = offsets[order.part] + _rows_of(segments, "essay_of", order)
    _, first, inverse = np.unique(known, return_index=True, return_inverse=True)
    place = np.argsort(first, kind="stable")
    number = np.empty_like(place)
    number[place] = np.arange(len(place))
    old = known[first[place]]
    part = np.searchsorted(offsets, old, side="right") - 1
    return _Order(part=part, row=old - offsets[part]), number[inverse].astype(np.int32)


def _merged_postings(segments: Sequence[Segment], order: _Order) -> dict[str, Array]:
    keys, rows, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int32)], [np.empty(0, np.uint16)]
    for number, segment in enumerate(segments):
        moved_to = np.full(len(segment), -1, dtype=np.int32)
        own = order.part == number
        moved_to[order.row[own]] = np.flatnonzero(own)
        row = moved_to[segment.arrays["posting_rows"]]
        wanted = row >= 0
        keys.append(np.repeat(segment.arrays["terms"], np.diff(segment.arrays["postings_at"]))[wanted])
        rows.append(row[wanted])
        counts.append(segment.arrays["posting_counts"][wanted])
    return _postings(np.concatenate(keys), np.concatenate(rows), np.concatenate(counts))


def _postings_of(passages: Sequence[Passage]) -> dict[str, Array]:
    known: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    keys: list[int] = []
    counts: list[int] = []
    held: list[int] = []
    totals: list[int] = []
    for passage in passages:
        count = Counter(terms(_indexed_text(passage)))
        lang, cache = passage.essay.lang, known[passage.essay.lang]
        for term, times in count.items():
            if term not in cache:
                cache[term] = term_key(lang, term)
            keys.append(cache[term])
            counts.append(min(times, MOST_COUNTED))
        held.append(len(count))
        totals.append(sum(count.values()))
    rows = np.repeat(np.arange(len(passages), dtype=np.int32), held) if held else np.empty(0, np.int32)
    postings = _postings(np.array(keys, dtype=np.uint64), rows, np.array(counts, dtype=np.uint16))
    return {**postings, "term_counts": np.array(totals, dtype=np.int32)}


def _indexed_text(passage: Passage) -> str:
    return "\n".join(part for part in (passage.header, passage.essay.author, passage.text) if part)


def _postings(keys: NDArray[np.uint64], rows: NDArray[np.int32], counts: NDArray[np.uint16]) -> dict[str, Array]:
    order = np.lexsort((rows, keys))
    found, first = np.unique(keys[order], return_index=True)
    return {
        "terms": found,
        "postings_at": np.append(first, len(keys)).astype(np.int64),
        "posting_rows": rows[order],
        "posting_counts": counts[order],
    }


def _hashes(names: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([key_of(name) for name in names], dtype=np.uint64)


def _named(name: str, hashes: NDArray[np.uint64]) -> dict[str, Array]:
    order = np.argsort(hashes, kind="stable")
    return {name: hashes[order], f"{name}_rows": order.astype(np.int32)}


def _blobs(name: str, records: Sequence[dict[str, Any]]) -> dict[str, Array]:
    encoded = [json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") for record in records]
    return {
        name: np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{name}_at": _cumulated(np.array([len(blob) for blob in encoded], dtype=np.int64)),
    }


def _cumulated(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _stacked(matrices: Sequence[Array], dimension: int, dtype: np.dtype[Any]) -> Array:
    filled = [matrix for matrix in matrices if len(matrix)]
    return np.concatenate([np.empty((0, dimension), dtype=dtype), *filled]).astype(dtype)


def _rows_of(segments: Sequence[Segment], name: str, order: _Order) -> Array:
    """A row of an array of one of the segments, for each of ``order``."""
    sources = [segment.arrays[name] for segment in segments]
    found = np.empty((len(order.row), *sources[0].shape[1:]), dtype=sources[0].dtype)
    for number, source in enumerate(sources):
        own = order.part == number
        found[own] = source[order.row[own]]
    return found


def _rows_of_named(segments: Sequence[Segment], name: str, order: _Order) -> Array:
    """The hash of each of ``order``, which the segments keep sorted."""
    found = np.empty(len(order.row), dtype=np.uint64)
    for number, segment in enumerate(segments):
        own = order.part == number
        hashes = np.empty(len(segment.arrays[name]), dtype=np.uint64)
        hashes[segment.arrays[f"{name}_rows"]] = segment.arrays[name]
        found[own] = hashes[order.row[own]]
    return found


def _moved(segments: Sequence[Segment], name: str, order: _Order) -> Column:
    source = segments[0].arrays[name]
    return Column(
        dtype=source.dtype,
        shape=(len(order.row), *source.shape[1:]),
        chunks=(_rows_of(segments, name, part) for part in _chunks(order)),
    )


def _moved_blobs(segments: Sequence[Segment], name: str, order: _Order) -> Contents:
    return _moved_lists(segments, name, f"{name}_at", order)


def _moved_lists(segments: Sequence[Segment], name: str, places: str, order: _Order) -> Contents:
    """Rows of different lengths, which stand one after another in the array ``name``, from ``places`` on."""
    lengths = _rows_of_lengths(segments, places, order)
    source = segments[0].arrays[name]
    return {
        name: Column(
            dtype=source.dtype,
            shape=(int(lengths.sum()), *source.shape[1:]),
            chunks=(_lists_of(segments, name, places, part) for part in _chunks(order)),
        ),
        places: _cumulated(lengths),
    }


def _rows_of_lengths(segments: Sequence[Segment], places: str, order: _Order) -> NDArray[np.int64]:
    found = np.empty(len(order.row), dtype=np.int64)
    for number, segment in enumerate(segments):
        own = order.part == number
        found[own] = np.diff(segment.arrays[places])[order.row[own]]
    return found


def _lists_of(segments: Sequence[Segment], name: str, places: str, order: _Order) -> Array:
    pieces = [
        segments[part].arrays[name][segments[part].arrays[places][row] : segments[part].arrays[places][row + 1]]
        for part, row in zip(order.part, order.row, strict=True)
    ]
    return np.concatenate(pieces)


def _chunks(order: _Order) -> Iterator[_Order]:
    for start in itertools.count(0, ROWS_A_CHUNK):
        if start >= len(order.row):
            return
        end = start + ROWS_A_CHUNK
        yield _Order(part=order.part[start:end], row=order.row[start:end])
