"""``yinju ingest``: brings the index up to date with the corpus."""

import argparse
import json
import sys

from bot.cli.command import Command
from bot.settings import Settings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON object")


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import bring_up_to_date, open_embedder
    from bot.cli.progress import ingest_progress

    async with open_embedder(settings) as embedder:
        with ingest_progress() as progress:
            summary = await bring_up_to_date(settings, embedder, progress)
    for skipped in summary.skipped:
        sys.stderr.write(f"{skipped.line}\n")
    figures = {
        "essays": summary.essays,
        "passages": summary.passages,
        "added": summary.added,
        "changed": summary.changed,
        "removed": summary.removed,
        "unchanged": summary.unchanged,
        "seconds": round(summary.seconds, 3),
    }
    if args.json:
        print(json.dumps(figures))
    else:
        print(
            f"{summary.essays} essays, {summary.passages} passages: {summary.added} added, {summary.changed} changed, "
            f"{summary.removed} removed, {summary.unchanged} unchanged, in {summary.seconds:.1f} s"
        )
    return 0


COMMAND = Command(name="ingest", help="bring the index up to date with the corpus", add_arguments=_arguments, run=_run)
