"""How many tokens a second an ingest embeds, beside the embedder alone on the same texts with the same threads."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.bootstrap import bring_up_to_date
from bot.corpus.model import Language
from bot.evaluation.bench.model import Axis, Chart, Column, Line, Point, Row, Table
from bot.evaluation.bench.threads import to_the_end
from bot.evaluation.percentiles import median
from bot.retrieval.model import Embedder, Matrix, Vector
from bot.retrieval.progress import IngestProgress
from bot.retrieval.vector_cache import FILE_NAME as CACHE_FILE
from bot.settings import Settings

MEDIAN = "median"
COLUMNS = (
    Column(figure="tokens", head="tokens", meaning="tokens embedded, special ones included", digits=0),
    Column(figure="ingest_s", head="ingest", meaning="the whole ingest", unit="s"),
    Column(figure="embedder_s", head="embedder alone", meaning="the same texts, no thread ever waiting", unit="s"),
    Column(figure="ingest_tokens_per_s", head="ingest", meaning="tokens / ingest_s", unit="tokens/s", digits=0),
    Column(figure="embedder_tokens_per_s", head="embedder", meaning="tokens / embedder_s", unit="tokens/s", digits=0),
    Column(figure="ingest_ratio", head="ratio", meaning="tokens a second, ingest / embedder alone", digits=3),
    Column(
        figure="ingest_cpu_ratio",
        head="by processor time",
        meaning="the same by processor time, which knows no noise, but neither does it know idle threads",
        digits=3,
    ),
)
NOTE = (
    "A real ingest of all essays into an empty data folder, without the vectors that lie beside them. Each step of it "
    "stops for the same texts to be embedded alone, in as many threads, so that the machine's noise hits both alike."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far both had come after a step: seconds of each, and tokens."""

    tokens: int
    ingest_s: float
    alone_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestTimes:
    """One ingest beside the embedder alone, in seconds and in seconds of processor time."""

    tokens: int
    ingest_s: float
    alone_s: float
    ingest_cpu_s: float
    alone_cpu_s: float
    steps: tuple[Progress, ...]


@dataclass(slots=True, kw_only=True)
class ShadowedEmbedder(Embedder):
    """An embedder that embeds all that an ingest gives it a second time, apart, and takes the time of that.

    ``workers``: threads of the embedder. ``alone_s`` is what they would need if none ever waited for another:
    the strictest measure that an ingest can be held against. ``paused_s`` is how long the ingest was kept waiting.
    """

    embedder: Embedder
    workers: int
    tokens: int = 0
    alone_s: float = 0.0
    alone_cpu_s: float = 0.0
    paused_s: float = 0.0
    began: float = field(default_factory=time.perf_counter)
    steps: list[Progress] = field(default_factory=list)

    @property
    def name(self) -> str:
        """That of the embedder."""
        return self.embedder.name

    @property
    def dimension(self) -> int:
        """That of the embedder."""
        return self.embedder.dimension

    @property
    def language_means(self) -> Mapping[Language, Vector]:
        """Those of the embedder."""
        return self.embedder.language_means

    def count_tokens(self, text: str) -> int:
        """As the embedder counts."""
        return self.embedder.count_tokens(text)

    async def embed_question(self, text: str) -> Vector:
        """As the embedder does."""
        return await self.embedder.embed_question(text)

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        """The vectors, and the same texts alone: before them or after them, in turns."""
        alone_first = len(self.steps) % 2 == 0
        if alone_first:
            await self._alone(texts)
        vectors = await self.embedder.embed_passages(texts, done=done)
        if not alone_first:
            await self._alone(texts)
        ingest_s = time.perf_counter() - self.began - self.paused_s
        self.steps.append(Progress(tokens=self.tokens, ingest_s=ingest_s, alone_s=self.alone_s))
        return vectors

    async def _alone(self, texts: Sequence[str]) -> None:
        began = time.perf_counter()
        self.tokens += sum(map(self.embedder.count_tokens, texts))
        used, busy_s = time.process_time(), 0.0
        waiting = iter(texts)

        async def work() -> None:
            nonlocal busy_s
            for text in waiting:
                started = time.perf_counter()
                await self.embedder.embed_passages([text])
                busy_s += time.perf_counter() - started

        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(work())
        self.alone_cpu_s += time.process_time() - used
        self.alone_s += busy_s / self.workers
        self.paused_s += time.perf_counter() - began


async def measure_ingest(
    settings: Settings, embedder: Embedder, *, workers: int, progress: IngestProgress
) -> IngestTimes:
    """Ingest the corpus of ``settings`` once, into a folder that is removed again.

    Neither the index of ``settings`` nor a Chroma server is touched. Raises what an ingest raises.
    """
    embedder.count_tokens("")  # both need the model; it is loaded before either is timed
    with tempfile.TemporaryDirectory(prefix="yinju-bench-") as folder:
        corpus = Path(folder) / "corpus"
        skipped = shutil.ignore_patterns(CACHE_FILE)
        await to_the_end(partial(shutil.copytree, settings.corpus_dir, corpus, ignore=skipped, symlinks=True))
        apart = settings.model_copy(
            update={"corpus_dir": corpus, "data_dir": Path(folder) / "data", "chroma_url": None}
        )
        used = time.process_time()
        shadowed = ShadowedEmbedder(embedder=embedder, workers=workers)
        await bring_up_to_date(apart, shadowed, progress)
        ingest_s = time.perf_counter() - shadowed.began - shadowed.paused_s
        ingest_cpu_s = time.process_time() - used - shadowed.alone_cpu_s
    return IngestTimes(
        tokens=shadowed.tokens,
        ingest_s=ingest_s,
        alone_s=shadowed.alone_s,
        ingest_cpu_s=ingest_cpu_s,
        alone_cpu_s=shadowed.alone_cpu_s,
        steps=tuple(shadowed.steps),
    )


def ingest_tables(times: Sequence[IngestTimes]) -> tuple[Table, ...]:
    """A row a repeat, and the medians of each figure where there were several."""
    rows = [Row(group=str(number), values=_values(one)) for number, one in enumerate(times, start=1)]
    if len(rows) > 1:
        medians = {column.figure: median([row.values[column.figure] for row in rows]) for column in COLUMNS}
        rows.append(Row(group=MEDIAN, values=medians))
    title = "An ingest beside the embedder alone"
    return (Table(title=title, of="repeat", columns=COLUMNS, rows=tuple(rows), note=NOTE),)


def ingest_charts(times: Sequence[IngestTimes]) -> tuple[Chart, ...]:
    """How far the ingest and the embedder alone came with time, in the first repeat."""
    steps = times[0].steps
    begin = (Point(x=0, y=0),)
    return (
        Chart(
            title="Tokens embedded",
            x=Axis(label="time (s)"),
            y=Axis(label="tokens (thousands)"),
            lines=(
                Line(label="ingest", points=begin + tuple(Point(x=s.ingest_s, y=s.tokens / 1000) for s in steps)),
                Line(
                    label="embedder alone", points=begin + tuple(Point(x=s.alone_s, y=s.tokens / 1000) for s in steps)
                ),
            ),
            dots=False,
        ),
    )


def _values(times: IngestTimes) -> dict[str, float]:
    return {
        "tokens": times.tokens,
        "ingest_s": times.ingest_s,
        "embedder_s": times.alone_s,
        "ingest_tokens_per_s": times.tokens / times.ingest_s,
        "embedder_tokens_per_s": times.tokens / times.alone_s,
        "ingest_ratio": times.alone_s / times.ingest_s,
        "ingest_cpu_ratio": times.alone_cpu_s / times.ingest_cpu_s,
    }
