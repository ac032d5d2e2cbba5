"""Arrays in a file, mapped into memory."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import IndexDamaged
from bot.retrieval.array_file import Column, let_go, read_arrays, write_arrays
from bot.retrieval.half_precision import widened


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    """Of any type and shape, empty ones and those written in chunks among them; nobody writes to them."""
    arrays = {
        "numbers": np.arange(10, dtype=np.int32),
        "none": np.empty((0, 4), dtype=np.float32),
        "matrix": np.linspace(0, 1, 3000, dtype=np.float16).reshape(100, 30),
    }
    chunked = Column(
        dtype=np.dtype(np.float32), shape=(4, 2), chunks=iter([np.ones((1, 2), "f4"), np.zeros((3, 2), "f4")])
    )
    path = tmp_path / "arrays"
    write_arrays(path, {**arrays, "chunked": chunked})
    found = read_arrays(path)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        let_go(found[name])
        np.testing.assert_array_equal(found[name], array)
    assert found["chunked"].sum() == 2
    with pytest.raises(ValueError, match="read-only"):
        found["numbers"][0] = 1


@pytest.mark.parametrize("kept_bytes", [0, 5, 40, -1])
def test_a_file_that_was_cut_short_is_damaged(tmp_path: Path, kept_bytes: int) -> None:
    """Wherever it ends."""
    path = tmp_path / "arrays"
    write_arrays(path, {"numbers": np.arange(1000)})
    path.write_bytes(path.read_bytes()[:kept_bytes])
    with pytest.raises(IndexDamaged):
        read_arrays(path)


def test_changed_numbers_are_noticed(tmp_path: Path) -> None:
    """A position that points elsewhere would be believed."""
    path = tmp_path / "arrays"
    write_arrays(path, {"numbers": np.arange(1000)})
    content = bytearray(path.read_bytes())
    content[-4] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexDamaged):
        read_arrays(path)


def test_changed_texts_are_noticed_however_they_were_written(tmp_path: Path) -> None:
    """A word that is not in the essays would be quoted; of vectors written in chunks the content is not looked at."""
    path = tmp_path / "arrays"
    texts = np.frombuffer("我家小猫的名字叫伽罗瓦。".encode() * 100, dtype=np.uint8)
    vectors = Column(dtype=np.dtype(np.float16), shape=(2, 50), chunks=iter([np.ones((2, 50), "f2")]))
    blob = Column(dtype=texts.dtype, shape=texts.shape, chunks=iter([texts[:900], texts[900:]]))
    write_arrays(path, {"vectors": vectors, "texts": blob})
    whole = path.read_bytes()
    assert read_arrays(path)["texts"].tobytes() == texts.tobytes()
    path.write_bytes(whole.replace("伽罗瓦".encode(), "孙悟空".encode(), 1))
    with pytest.raises(IndexDamaged):
        read_arrays(path)


@given(st.lists(st.floats(width=16, allow_nan=False, allow_infinity=False), max_size=20))
def test_half_precision_is_widened_exactly(values: list[float]) -> None:
    """Tiny ones and zeros of either sign too."""
    halves = np.array(values, dtype=np.float16)
    np.testing.assert_array_equal(widened(halves), halves.astype(np.float32))
