"""``yinju ask``: one question, or a file of them, answered and forgotten."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from bot.cli.command import Command
from bot.settings import Settings


def _arguments(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", help="what to answer")
    asked.add_argument("--batch", type=Path, metavar="IN.jsonl", help="questions, a JSON object a line")
    parser.add_argument(
        "--deep", action="store_true", help="divide the question, look into each part, and write a report"
    )
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from bot.answering.serial import answer_record
    from bot.channels.terminal.live import live_draft
    from bot.channels.terminal.render import render
    from bot.cli.batch import BatchQuestion, json_line, read_batch, well_formed
    from bot.cli.opening import open_ready_app

    rows = list(read_batch(args.batch)) if args.batch else [BatchQuestion(id="1", question=well_formed(args.question))]
    steps = Console(stderr=True)
    async with open_ready_app(settings) as app:
        for row in rows:
            deep = args.deep or row.deep
            shown = live_draft(steps) if deep and sys.stderr.isatty() else nullcontext()
            with shown as on_draft:
                answer = await app.conversations.answer(row.question, row.history, deep=deep, on_draft=on_draft)
            if args.json or args.batch:
                print(json_line(answer_record(row.id, answer)), flush=True)
            else:
                print(render(answer))
    return 0


COMMAND = Command(name="ask", help="answer a question, with citations", add_arguments=_arguments, run=_run)
