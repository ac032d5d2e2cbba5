"""``yinju bench``: how fast and how large the search and the ingest are, held against the embedder alone."""

import argparse
import asyncio
import os
import platform
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.cli.benchmarks import BENCHMARKS, run_child
from bot.cli.command import Command, add_folder_options
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.bars import Bar

WRONG_USAGE = 2
TERMINATED = 128 + signal.SIGTERM  # as a shell says it


def _arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for benchmark in BENCHMARKS:
        sub = kinds.add_parser(benchmark.name, help=benchmark.help, description=benchmark.help)
        add_folder_options(sub, default=argparse.SUPPRESS)
        benchmark.add_arguments(sub)
        sub.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as JSON")
        sub.add_argument("--html", type=Path, metavar="FILE", help="write a page with tables and charts there")
        for name, what in (("--max", "above"), ("--min", "below")):
            sub.add_argument(
                name,
                type=_most if name == "--max" else _least,
                action="append",
                dest="bars",
                metavar="[GROUP/]FIGURE=X",
                help=f"exit with 1 where a figure is {what} X, in its group or in any; repeatable",
            )
        sub.set_defaults(benchmark=benchmark, bars=[])
    child = kinds.add_parser("child")  # what `size` starts; without a line of help
    child.add_argument("what", choices=("ingest", "restart"))


def _most(text: str) -> "Bar":
    return _bar(text, at_most=True)


def _least(text: str) -> "Bar":
    return _bar(text, at_most=False)


def _bar(text: str, *, at_most: bool) -> "Bar":
    from bot.evaluation.bars import parse_bar

    try:
        return parse_bar(text, at_most=at_most)
    except ValueError as exc:
        raise argparse.ArgumentTypeError("something like search_ratio_p95=1.5 was expected") from exc


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.kind == "child":
        return await run_child(args, settings)
    # Temporary folders go, and so does a child that is at work; also where Ctrl-C is ignored, as in the background.
    measuring = asyncio.ensure_future(_measured(args, settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measuring.cancel)
    await asyncio.wait([measuring])
    return TERMINATED if measuring.cancelled() else measuring.result()


async def _measured(args: argparse.Namespace, settings: Settings) -> int:
    from bot.evaluation.bench.files import write_json, write_page
    from bot.evaluation.bench.text import text
    from bot.evaluation.bench.verdicts import unknown_figures, verdicts

    for fault in unknown_figures(args.bars, args.benchmark.columns()):
        sys.stderr.write(f"yinju bench {args.kind}: {fault}\n")
        return WRONG_USAGE
    began, load = time.monotonic(), os.getloadavg()[0]
    # No language model is asked: its time is not ours, and it would cost the operator money.
    finding = await args.benchmark.run(args, settings.model_copy(update={"llm_model": None}))
    finding = replace(finding, about=finding.about | _machine(settings, load), seconds=time.monotonic() - began)
    held = verdicts(args.bars, finding)
    print("\n".join(text(finding, held)))
    print(f"{finding.seconds:.1f} s")
    if args.json:
        write_json(finding, held, args.json)
    if args.html:
        write_page(finding, held, args.html)
    return 0 if all(verdict.passed for verdict in held) else 1


def _machine(settings: Settings, load: float) -> dict[str, str | int]:
    return {
        "yinju": __version__,
        "embedder": settings.embedding_model or settings.embedder,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "load before": f"{load:.2f}",
    }


COMMAND = Command(name="bench", help="measure speed and size", add_arguments=_arguments, run=_run)
