"""The kinds of ``yinju bench``: what each takes, its figures, and what it does."""

import argparse
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.command import count
from bot.errors import OperatorError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.bench.model import Column, Finding

QUESTIONS = Path("golden/dev.jsonl")  # within the corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A kind of benchmark."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    columns: "Callable[[], Sequence[Column]]"
    run: "Callable[[argparse.Namespace, Settings], Awaitable[Finding]]"


class NothingToMeasure(OperatorError):
    """There is no question to put, or no essay to read."""


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    what = f"questions, a JSON object a line (default {QUESTIONS} in the corpus folder)"
    parser.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS.jsonl", help=what)
    parser.add_argument("--repeats", type=count, default=3, metavar="N", help="how often each is put (default 3)")


def _search_columns() -> "Sequence[Column]":
    from bot.evaluation.bench.search import COLUMNS

    return COLUMNS


async def _search(args: argparse.Namespace, settings: Settings) -> "Finding":
    from bot.bootstrap import open_embedder
    from bot.cli.batch import read_batch
    from bot.cli.opening import open_ready_app
    from bot.cli.progress import counting
    from bot.evaluation.bench.model import Finding
    from bot.evaluation.bench.search import measure_search, search_charts, search_tables, steps

    file = args.questions or settings.corpus_dir / QUESTIONS
    questions = [row.question for row in read_batch(file)]
    async with open_embedder(settings) as embedder, open_ready_app(settings, embedder=embedder) as app:
        if not app.index.passages:
            raise NothingToMeasure(f"{settings.corpus_dir}: there is no essay to search")
        with counting("Putting questions", steps(questions, repeats=args.repeats)) as done:
            times = await measure_search(app, embedder, questions, repeats=args.repeats, done=done)
        about = {"questions": len(questions), "repeats": args.repeats, "passages": len(app.index.passages)}
    return Finding(kind="search", about=about, tables=search_tables(times), charts=search_charts(times))


def _ingest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=count, default=1, metavar="N", help="how many times (default 1)")
    parser.add_argument("--workers", type=count, default=2, metavar="N", help="threads of the embedder (default 2)")


def _ingest_columns() -> "Sequence[Column]":
    from bot.evaluation.bench.ingest import COLUMNS

    return COLUMNS


async def _ingest(args: argparse.Namespace, settings: Settings) -> "Finding":
    from bot.bootstrap import open_embedder
    from bot.cli.progress import ingest_progress
    from bot.evaluation.bench.ingest import ingest_charts, ingest_tables, measure_ingest
    from bot.evaluation.bench.model import Finding

    times = []
    async with open_embedder(settings, workers=args.workers) as embedder:
        for _ in range(args.repeats):
            with ingest_progress() as progress:
                times.append(await measure_ingest(settings, embedder, workers=args.workers, progress=progress))
    if not times[0].tokens:
        raise NothingToMeasure(f"{settings.corpus_dir}: there is no essay to read")
    about = {"repeats": args.repeats, "threads": args.workers}
    return Finding(kind="ingest", about=about, tables=ingest_tables(times), charts=ingest_charts(times))


def _size_arguments(parser: argparse.ArgumentParser) -> None:
    what = "sizes of the made-up corpora in passages, with commas (default 1000,10000,100000)"
    parser.add_argument("--sizes", type=_counts, default=None, metavar="N,N", help=what)


def _counts(text: str) -> tuple[int, ...]:
    return tuple(count(part.strip()) for part in text.split(","))


def _size_columns() -> "Sequence[Column]":
    from bot.evaluation.bench.size import COLUMNS

    return COLUMNS


async def _size(args: argparse.Namespace, settings: Settings) -> "Finding":
    del settings  # a child reads its own
    from bot.cli.progress import counting
    from bot.evaluation.bench.model import Finding
    from bot.evaluation.bench.size import SIZES, STEPS_A_SIZE, measure_sizes, size_charts, size_tables

    sizes = args.sizes or SIZES
    with counting("Measuring made-up corpora", STEPS_A_SIZE * len(set(sizes))) as done:
        found = await measure_sizes(sizes, done=done)
    return Finding(kind="size", about={}, tables=size_tables(found), charts=size_charts(found))


async def run_child(args: argparse.Namespace, settings: Settings) -> int:
    """What a process does that ``bench size`` started: tells figures on stdout, a JSON object a line."""
    from bot.bootstrap import bring_up_to_date, open_embedder
    from bot.cli.opening import open_ready_app
    from bot.cli.progress import ingest_progress
    from bot.evaluation.bench.size_child import restart
    from bot.evaluation.synthetic import MadeUpEmbedder

    apart = settings.model_copy(update={"llm_model": None, "chroma_url": None})
    if args.what == "ingest":
        with ingest_progress() as progress:
            summary = await bring_up_to_date(apart, MadeUpEmbedder(), progress)
        print(json.dumps({"seconds": summary.seconds}), flush=True)
        return 0
    await restart(
        lambda embedder: open_ready_app(apart, embedder=embedder),
        open_embedder(apart),
        told=lambda figures: print(json.dumps(figures), flush=True),
    )
    return 0


BENCHMARKS = (
    Benchmark(
        name="search",
        help="a search against the embedding of its question alone, and how long the event loop stands",
        add_arguments=_search_arguments,
        columns=_search_columns,
        run=_search,
    ),
    Benchmark(
        name="ingest",
        help="an ingest of all essays against the embedder alone",
        add_arguments=_ingest_arguments,
        columns=_ingest_columns,
        run=_ingest,
    ),
    Benchmark(
        name="size",
        help="time and memory over made-up corpora of several sizes",
        add_arguments=_size_arguments,
        columns=_size_columns,
        run=_size,
    ),
)
