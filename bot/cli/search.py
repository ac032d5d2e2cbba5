"""``yinju search``: passages, best first."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.command import Command, count
from bot.cli.plan_option import add_plan_option, with_plan_option
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.links import Linker
    from bot.answering.model import Turn
    from bot.answering.planned_search import Found
    from bot.bootstrap import App
    from bot.retrieval.model import Hit

PREVIEW_CHARS = 160


def _arguments(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", help="what to look for")
    asked.add_argument("--batch", type=Path, metavar="IN.jsonl", help="questions, a JSON object a line")
    parser.add_argument("-k", type=count, default=10, metavar="N", help="passages a question (default 10)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a passage")
    add_plan_option(parser)


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.batch import json_line, read_batch, well_formed
    from bot.cli.opening import open_ready_app

    questions = list(read_batch(args.batch)) if args.batch else []
    async with open_ready_app(with_plan_option(args, settings)) as app:
        if not app.index.passages:
            sys.stderr.write("there are no essays to search in: CORPUS_DIR holds none\n")
        if args.batch:
            for row in questions:
                found = await _search(app, row.question, row.history, args.k)
                hits = [_record(app.linker, hit) for hit in found.hits]
                print(json_line({"id": row.id, "hits": hits} | _plan_record(found)), flush=True)
            return 0
        found = await _search(app, well_formed(args.question), (), args.k)
        for rank, hit in enumerate(found.hits, start=1):
            print(json_line(_record(app.linker, hit)) if args.json else _lines(rank, hit))
    return 0


async def _search(app: "App", question: str, history: "Sequence[Turn]", k: int) -> "Found":
    return await app.planned_search.find(await app.follow_ups.standalone(question, history), k=k)


def _plan_record(found: "Found") -> dict[str, object]:
    """What a model had searched for beside the question; nothing where there was no plan."""
    return {"plan": asdict(found.plan)} if found.plan else {}


def _record(linker: "Linker", hit: "Hit") -> dict[str, object]:
    passage = hit.passage
    return {
        "file": passage.span.file,
        "start": passage.span.start,
        "end": passage.span.end,
        "essay": passage.essay.key,
        "title": passage.essay.title,
        "section": passage.section,
        "lang": passage.essay.lang,
        "score": round(hit.score, 6),
        "link": linker.link(passage, passage.span),
        "text": passage.text,
    }


def _lines(rank: int, hit: "Hit") -> str:
    text = " ".join(hit.passage.text.split())
    preview = text if len(text) <= PREVIEW_CHARS else text[:PREVIEW_CHARS] + "…"
    return f"{rank:2d}. {hit.passage.header}  ({hit.score:.3f})\n    {preview}"


COMMAND = Command(name="search", help="passages that bear on a question", add_arguments=_arguments, run=_run)
