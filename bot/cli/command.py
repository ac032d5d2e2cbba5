"""What a command is, and the options that all of them share."""

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

Run = Callable[[argparse.Namespace, Settings], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its name, one line of help, its own arguments, and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Run


def add_folder_options(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    """``--data`` and ``--corpus``, which stand before or after any command."""
    parser.add_argument("--data", type=Path, metavar="DIR", default=default, help="data folder (DATA_DIR)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", default=default, help="folder of essays (CORPUS_DIR)")


def count(text: str) -> int:
    """The type of an argument that counts something: 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 up was expected")
    return int(text)


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """For a command that takes none of its own."""
    del parser
