"""``yinju essays``: the essays in corpus order."""

import argparse
import json

from bot.cli.command import Command
from bot.corpus.model import Essay
from bot.settings import Settings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from bot.corpus.load import load_essays

    for essay in load_essays(settings.corpus_dir):
        print(json.dumps(_record(essay), ensure_ascii=False) if args.json else _line(essay))
    return 0


def _record(essay: Essay) -> dict[str, object]:
    return {
        "file": essay.span.file,
        "start": essay.span.start,
        "end": essay.span.end,
        "title": essay.title,
        "author": essay.author,
        "date": essay.date,
        "lang": essay.lang,
        "url": essay.url,
        "same_as": essay.same_as,
    }


def _line(essay: Essay) -> str:
    known = (essay.title, essay.author, essay.date, essay.url)
    return " · ".join(part for part in known if part)


COMMAND = Command(name="essays", help="list the essays", add_arguments=_arguments, run=_run)
