"""How time and memory grow with the corpus: made-up corpora of several sizes, each measured in fresh processes."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.errors import OperatorError
from bot.evaluation.bench.model import Axis, Chart, Column, Line, Point, Row, Table
from bot.evaluation.bench.threads import to_the_end
from bot.evaluation.percentiles import median
from bot.evaluation.synthetic import PASSAGES_AN_ESSAY, write_corpus

SIZES = (1_000, 10_000, 100_000)
ADDED = 3  # essays, one after the other, each by an ingest of its own
STEPS_A_SIZE = 3 + ADDED
BYTES_A_PASSAGE = 60_000  # of free room that a corpus, its index and its making may take
MIB = 2**20

SEARCHING = (
    Column(figure="search_median_ms", head="search median", meaning="of a whole search, question embedded", unit="ms"),
    Column(figure="search_p95_ms", head="search p95", meaning="one search in twenty takes longer", unit="ms"),
    Column(figure="search_p95_growth", head="growth", meaning="search_p95_ms / that of the smallest corpus", digits=2),
    Column(figure="retrieval_median_ms", head="retrieval median", meaning="of what follows the embedding", unit="ms"),
    Column(figure="retrieval_p95_ms", head="retrieval p95", meaning="one in twenty takes longer", unit="ms"),
    Column(figure="retrieval_p95_growth", head="growth", meaning="the same of retrieval_p95_ms", digits=2),
    Column(figure="loop_blocked_ms", head="loop stood", meaning="at most, while 8 callers were answered", unit="ms"),
    Column(figure="loop_held_ms", head="loop held", meaning="at most, by the loop's own code", unit="ms"),
)
KEEPING = (
    Column(figure="ready_s", head="ready", meaning="from the start of a process to its first hits", unit="s", digits=2),
    Column(figure="memory_mib", head="memory", meaning="resident after all these searches", unit="MiB", digits=0),
    Column(figure="own_memory_mib", head="own memory", meaning="without what stands in files", unit="MiB", digits=0),
    Column(figure="index_mib", head="on disk", meaning="the data folder", unit="MiB", digits=0),
    Column(figure="first_ingest_s", head="first ingest", meaning="of the whole corpus, vectors made up", unit="s"),
    Column(figure="add_essay_s", head="one essay more", meaning="its ingest, median of three", unit="s", digits=2),
    Column(figure="add_growth", head="growth", meaning="add_essay_s / that of the smallest corpus", digits=2),
)
COLUMNS = (*SEARCHING, *KEEPING)
NOTE = (
    "Made-up essays with made-up vectors; a search waits for the real embedder nevertheless. Each figure comes from "
    "fresh processes over an index on disk, whose files the system may still have in memory."
)


class MeasuringFailed(OperatorError):
    """A process that was to measure ended without a result, or there is no room for what it would measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line that a measuring process said, and how many seconds after its start."""

    line: bytes
    after_s: float

    @property
    def figures(self) -> dict[str, float]:
        """What the line says."""
        figures: dict[str, float] = json.loads(self.line)
        return figures


async def measure_sizes(
    sizes: Sequence[int], *, done: Callable[[int], None] = lambda _: None
) -> dict[int, dict[str, float]]:
    """The figures of each size, smallest first; ``done(n)`` after every further n of ``STEPS_A_SIZE`` steps a size.

    All is made in a temporary folder, a size at a time, and removed. Raises MeasuringFailed.
    """
    found: dict[int, dict[str, float]] = {}
    for size in sorted(set(sizes)):
        with tempfile.TemporaryDirectory(prefix="yinju-bench-") as folder:
            _check_room(Path(folder), size)
            found[size] = await _measure(Path(folder), size, done)
    least = found[min(found)]
    for figures in found.values():
        figures["search_p95_growth"] = figures["search_p95_ms"] / least["search_p95_ms"]
        figures["retrieval_p95_growth"] = figures["retrieval_p95_ms"] / least["retrieval_p95_ms"]
        figures["add_growth"] = figures["add_essay_s"] / least["add_essay_s"]
    return found


def size_tables(found: Mapping[int, Mapping[str, float]]) -> tuple[Table, ...]:
    """A row a size: of searching, and of keeping the index."""
    return (
        Table(title="Searching, by size", of="passages", columns=SEARCHING, rows=_rows(found, SEARCHING), note=NOTE),
        Table(title="Time and room of the index, by size", of="passages", columns=KEEPING, rows=_rows(found, KEEPING)),
    )


def size_charts(found: Mapping[int, Mapping[str, float]]) -> tuple[Chart, ...]:
    """Times of a search, times of a restart and of one essay more, and memory, against the size."""

    def line(label: str, figure: str) -> Line:
        return Line(label=label, points=tuple(Point(x=size, y=figures[figure]) for size, figures in found.items()))

    x = Axis(label="passages", log=True)
    searching = (
        line("search, p95", "search_p95_ms"),
        line("search, median", "search_median_ms"),
        line("retrieval, p95", "retrieval_p95_ms"),
        line("retrieval, median", "retrieval_median_ms"),
    )
    keeping = (line("ready after a restart", "ready_s"), line("one essay more", "add_essay_s"))
    memory = (line("resident", "memory_mib"), line("own", "own_memory_mib"), line("on disk", "index_mib"))
    return (
        Chart(title="Time of a search", x=x, y=Axis(label="time (ms)", log=True), lines=searching),
        Chart(title="Time of a restart, and of one essay more", x=x, y=Axis(label="time (s)", log=True), lines=keeping),
        Chart(title="Memory", x=x, y=Axis(label="size (MiB)", log=True), lines=memory),
    )


def _rows(found: Mapping[int, Mapping[str, float]], columns: Sequence[Column]) -> tuple[Row, ...]:
    return tuple(
        Row(group=str(size), values={column.figure: figures[column.figure] for column in columns})
        for size, figures in found.items()
    )


async def _measure(folder: Path, size: int, done: Callable[[int], None]) -> dict[str, float]:
    essays, data = folder / "essays", folder / "data"
    await to_the_end(partial(write_corpus, essays, passages=size))
    done(1)
    figures = {"first_ingest_s": await _ingest(essays, data)}
    done(1)
    lines = await _child("restart", essays, data)
    figures |= {"ready_s": lines[0].after_s, **lines[-1].figures}
    done(1)
    figures["index_mib"] = sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) / MIB
    added = []
    for number in range(1, ADDED + 1):
        await to_the_end(partial(write_corpus, folder / "new", passages=PASSAGES_AN_ESSAY, seed=number))
        for file in (folder / "new").glob("*.md"):
            file.replace(essays / f"new{number}_{file.name}")
        added.append(await _ingest(essays, data))
        done(1)
    return figures | {"add_essay_s": median(added)}


async def _ingest(essays: Path, data: Path) -> float:
    lines = await _child("ingest", essays, data)
    return lines[-1].figures["seconds"]


async def _child(what: str, essays: Path, data: Path) -> list[Told]:
    """What a process says that measures; each line is a JSON object of figures. Raises MeasuringFailed."""
    began = time.perf_counter()
    argv = [sys.executable, "-m", "bot", "--corpus", str(essays), "--data", str(data), "bench", "child", what]
    child = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    if child.stdout is None or child.stderr is None:
        raise MeasuringFailed("the measuring process has no output")
    async with asyncio.TaskGroup() as group:
        complaints = group.create_task(child.stderr.read())  # read all the while, or a full pipe would stop it
        said = [Told(line=line, after_s=time.perf_counter() - began) async for line in child.stdout]
    if await child.wait() != 0 or not said:
        last = complaints.result().decode("utf-8", "replace").strip().splitlines()[-1:]
        raise MeasuringFailed(f"a measuring process ended with {child.returncode}: {''.join(last)}")
    return said


def _check_room(folder: Path, size: int) -> None:
    free, wanted = shutil.disk_usage(folder).free, size * BYTES_A_PASSAGE
    if free < wanted:
        raise MeasuringFailed(f"{folder}: {size:,} passages may take {wanted // MIB:,} MiB, {free // MIB:,} are free")
