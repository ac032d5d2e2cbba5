"""The kinds of ``yinju bench``: what each takes, its figures, and what it does."""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 up was expected")
    return int(text)


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    what = f"questions, a JSON object a line (default {QUESTIONS} in the corpus folder)"
    parser.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS.jsonl", help=what)
    parser.add_argument("--repeats", type=_count, default=3, metavar="N", help="how often each is put (default 3)")


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
    if not questions:
        raise NothingToMeasure(f"{file}: there is no question to put")
    async with open_embedder(settings) as embedder, open_ready_app(settings, embedder=embedder) as app:
        if not app.index.passages:
            raise NothingToMeasure(f"{settings.corpus_dir}: there is no essay to search")
        with counting("Putting questions", steps(questions, repeats=args.repeats)) as done:
            times = await measure_search(app, embedder, questions, repeats=args.repeats, done=done)
        about = {"questions": len(questions), "repeats": args.repeats, "passages": len(app.index.passages)}
    return Finding(kind="search", about=about, tables=search_tables(times), charts=search_charts(times))


BENCHMARKS = (
    Benchmark(
        name="search",
        help="a search against the embedding of its question alone, and how long the event loop stands",
        add_arguments=_search_arguments,
        columns=_search_columns,
        run=_search,
    ),
)
