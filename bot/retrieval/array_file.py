"""Named arrays in one file, mapped into memory when it is opened.

The file: a magic number, the length of the head, the head (JSON: where each array lies), then the arrays, and at
last a check sum of each (CRC-32). Opening looks through all but the large arrays of vectors, which only
move scores a little where a bit is wrong: some 0.1 s for the texts of 100,000 passages.
"""

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import IndexDamaged

MAGIC = b"YinjuArr"
HEAD_SIZE_BYTES = 8
ALIGNMENT_BYTES = 64
CHECK_SUM = np.dtype("<u4")
DAMAGED = "{name} is damaged"

Array = NDArray[Any]
Arrays = Mapping[str, Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An array too large to be held whole: it is written as its ``chunks`` come."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    chunks: Iterable[Array]


def write_arrays(path: Path, arrays: Mapping[str, Array | Column]) -> None:
    """Write the file whole or not at all. Raises OSError."""
    columns = {name: _column(array) for name, array in arrays.items()}
    places: dict[str, dict[str, Any]] = {}
    end = 0
    for name, column in columns.items():
        start = -(-end // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
        end = start + column.dtype.itemsize * int(np.prod(column.shape))
        places[name] = {"dtype": column.dtype.str, "shape": column.shape, "start": start}
    # A column of vectors would have to be read whole, each time, to be checked.
    checked = [name for name, array in arrays.items() if not (isinstance(array, Column) and array.dtype.kind == "f")]
    head = json.dumps({"arrays": places, "checked": checked, "end": end}).encode()
    check_sums = dict.fromkeys(columns, 0)
    written = path.with_name(f"{path.name}.new")
    with written.open("wb") as file:
        file.write(MAGIC + len(head).to_bytes(HEAD_SIZE_BYTES, "little") + head)
        first = _first_byte(len(head))
        for name, column in columns.items():
            file.seek(first + places[name]["start"])
            for chunk in column.chunks:
                content = _bytes_of(chunk)
                check_sums[name] = zlib.crc32(content, check_sums[name])
                file.write(content)
        file.truncate(first + end)
        file.seek(first + end)
        file.write(np.array([check_sums[name] for name in checked], dtype=CHECK_SUM).tobytes())
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays of a file, not to be written to. Raises IndexDamaged where it is none, or not whole."""
    try:
        with path.open("rb") as file:
            content = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), dtype=np.uint8)
        size = int.from_bytes(content[len(MAGIC) :][:HEAD_SIZE_BYTES].tobytes(), "little")
        head = json.loads(content[len(MAGIC) + HEAD_SIZE_BYTES :][:size].tobytes())
        body = content[_first_byte(size) :]
        end, checked = head["end"], head["checked"]
        if content[: len(MAGIC)].tobytes() != MAGIC or len(body) != end + CHECK_SUM.itemsize * len(checked):
            raise IndexDamaged(DAMAGED.format(name=path.name))
        arrays = {name: _placed(body, **place) for name, place in head["arrays"].items()}
        for name, check_sum in zip(checked, np.frombuffer(body[end:].tobytes(), dtype=CHECK_SUM), strict=True):
            if zlib.crc32(_bytes_of(arrays[name])) != check_sum:
                raise IndexDamaged(DAMAGED.format(name=path.name))
            let_go(arrays[name])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as exc:
        raise IndexDamaged(DAMAGED.format(name=path.name)) from exc
    return arrays


def let_go(array: Array) -> None:
    """Give back the memory of an array that lies in a file; where it is looked at again it is read again."""
    root = array
    while isinstance(root.base, np.ndarray):
        root = root.base
    mapped = root.base.obj if isinstance(root.base, memoryview) else None
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        start = array.ctypes.data - root.ctypes.data
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (start + array.nbytes) // mmap.PAGESIZE * mmap.PAGESIZE - first
        if length > 0:
            mapped.madvise(mmap.MADV_DONTNEED, first, length)


def _column(array: Array | Column) -> Column:
    return array if isinstance(array, Column) else Column(dtype=array.dtype, shape=array.shape, chunks=[array])


def _first_byte(head_bytes: int) -> int:
    return -(-(len(MAGIC) + HEAD_SIZE_BYTES + head_bytes) // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def _placed(body: NDArray[np.uint8], *, dtype: str, shape: list[int], start: int) -> Array:
    kind = np.dtype(dtype)
    array: Array = body[start : start + kind.itemsize * int(np.prod(shape))].view(kind).reshape(shape)
    return array


def _bytes_of(array: Array) -> memoryview | bytes:
    return np.ascontiguousarray(array).data.cast("B") if array.size else b""
