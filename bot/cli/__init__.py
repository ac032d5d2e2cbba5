"""The command line: one file a command."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot import __version__
from bot.cli import ask, chat, doctor, essays, ingest, search, serve, vectors
from bot.cli.command import Command, add_folder_options
from bot.cli.logs import configure_logging
from bot.errors import YinjuError
from bot.settings import load_settings

COMMANDS: tuple[Command, ...] = (
    chat.COMMAND,
    ask.COMMAND,
    search.COMMAND,
    ingest.COMMAND,
    essays.COMMAND,
    serve.COMMAND,
    doctor.COMMAND,
    vectors.COMMAND,
)

INTERRUPTED = 130  # what shells give for a program that SIGINT ended


def run(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 the operator must act, 2 wrong usage."""
    args = _parser().parse_args(argv)
    try:
        settings = load_settings(data_dir=args.data, corpus_dir=args.corpus)
        configure_logging(settings)
        status: int = asyncio.run(args.run(args, settings))
    except YinjuError as exc:
        sys.stderr.write(f"yinju: {exc}\n")
        return 1
    except BrokenPipeError:
        # Whoever read our output has left (`yinju essays | head`); keep the interpreter from complaining at exit.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yinju", description="Answers from a body of essays, each claim linked to its sentence."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    add_folder_options(parser, default=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        # The same options after the command: SUPPRESS, or their absence there would undo what stood before it.
        add_folder_options(sub, default=argparse.SUPPRESS)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser
