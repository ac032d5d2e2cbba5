"""The command line: one file a command."""

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Sequence

from bot import __version__
from bot.cli import ask, bench, chat, doctor, essays, ingest, search, serve, vectors
from bot.cli import eval as evaluate
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
    evaluate.COMMAND,
    bench.COMMAND,
    vectors.COMMAND,
)

log = logging.getLogger(__name__)

INTERRUPTED = 130  # what shells give for a program that SIGINT ended


def run(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 the operator must act, 2 wrong usage."""
    args = _parser().parse_args(argv)
    try:
        settings = load_settings(data_dir=args.data, corpus_dir=args.corpus)
        configure_logging(settings)
        status: int = asyncio.run(args.run(args, settings))
        sys.stdout.flush()  # what cannot be written is told here, not by the interpreter as it exits
    except YinjuError as exc:
        sys.stderr.write(f"yinju: {exc}\n")
        return 1
    except BrokenPipeError:
        _drop_output()  # whoever read it has left (`yinju essays | head`)
        return 1
    except OSError as exc:
        log.debug("ended by an error of the system", exc_info=True)
        what = f"{exc.filename}: " if exc.filename else ""
        sys.stderr.write(f"yinju: stopped by the system: {what}{exc.strerror or type(exc).__name__}\n")
        _drop_output()
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _drop_output() -> None:
    """Send what stdout still holds nowhere, or the interpreter would fail on it again as it exits."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, sys.stdout.fileno())
        finally:
            os.close(nowhere)


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
