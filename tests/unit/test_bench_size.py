"""Figures by size: growth, memory, charts, and processes that fail."""

from pathlib import Path

import pytest

from bot.evaluation.bench import size
from bot.evaluation.bench.resident import resident
from bot.evaluation.bench.size import COLUMNS, MeasuringFailed, measure_sizes, size_charts, size_tables


def test_resident_memory_is_read_from_the_system(tmp_path: Path) -> None:
    """All of it, and without what stands in files; where the system does not tell, the most it ever was."""
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmRSS:\t  2048 kB\nRssAnon:\t  1024 kB\nRssFile:\t 1024 kB\n", encoding="ascii")
    assert (resident(status).total_mib, resident(status).own_mib) == (2, 1)
    assert resident(tmp_path / "gone").total_mib > 1
    assert resident().total_mib > 1


def test_sizes_stand_in_rows_and_lines() -> None:
    """Each size a row, each figure a line over the sizes."""
    found = {n: {column.figure: float(n) for column in COLUMNS} for n in (1_000, 10_000)}
    for table in size_tables(found):
        assert [row.group for row in table.rows] == ["1000", "10000"]
        assert all(set(row.values) == {column.figure for column in table.columns} for row in table.rows)
    for chart in size_charts(found):
        for line in chart.lines:
            assert [point.x for point in line.points] == [1_000, 10_000]


async def test_no_room_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus larger than the disk is refused with a line, and its folder removed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(MeasuringFailed, match="are free"):
        await measure_sizes([10**12])
    assert list(tmp_path.iterdir()) == []


async def test_a_process_that_fails_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote last to stderr is the reason."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho first >&2\necho 'yinju: no luck' >&2\nexit 1\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(size.sys, "executable", str(program))
    with pytest.raises(MeasuringFailed, match="ended with 1: yinju: no luck"):
        await measure_sizes([1])
