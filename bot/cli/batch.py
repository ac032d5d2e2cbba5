"""Questions from a file, a JSON object a line: ``{"id", "question", "history"?, "deep"?}``."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answering.model import Turn
from bot.errors import OperatorError, in_words

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuestion:
    """One line of a batch. ``id`` is what the line has: a text, or any number. ``deep``: a report is wanted."""

    id: str | float
    question: str
    history: Sequence[Turn] = ()
    deep: bool = False


class BatchUnreadable(OperatorError):
    """The file of questions cannot be read, or a line of it is none."""


def read_batch(path: Path) -> Iterator[BatchQuestion]:
    """The questions of ``path`` in order; blank lines are skipped.

    Raises BatchUnreadable, naming the line, where the file or a line cannot be used, or there is no question.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")  # other line breaks may stand within JSON
    except (OSError, UnicodeDecodeError) as exc:
        raise BatchUnreadable(f"{path}: the questions cannot be read ({in_words(exc)})") from exc
    if not any(line.strip() for line in lines):
        raise BatchUnreadable(f"{path}: there is no question in it")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _question(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
                wanted = f'a JSON object with "id" and "question" was expected{_why(exc)}'
                raise BatchUnreadable(f"{path}, line {number}: {wanted}") from exc


def json_line(record: dict[str, Any]) -> str:
    """A record as one line of JSON: Chinese as it is, half a character (a lone surrogate) escaped as it came."""
    return SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", json.dumps(record, ensure_ascii=False))


def well_formed(text: str) -> str:
    """The text with its lone surrogates, which no encoding has, made U+FFFD."""
    return SURROGATE.sub("\ufffd", text)


class _OfTheWrongKind(ValueError):
    """A field of a line; the message says which."""


def _why(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"; this is no JSON ({exc.msg} at column {exc.colno})"
    if isinstance(exc, RecursionError):
        return "; this is JSON within JSON, too deep to read"
    if isinstance(exc, KeyError):
        return f'; "{exc.args[0]}" is missing'
    return f"; {exc}" if isinstance(exc, _OfTheWrongKind) else ""


def _question(row: dict[str, Any]) -> BatchQuestion:
    deep = row.get("deep", False)
    if not isinstance(deep, bool):
        raise _OfTheWrongKind('"deep" is neither true nor false')
    if not isinstance(row["question"], str):
        raise _OfTheWrongKind('"question" is no text')
    turns = (Turn(role=turn["role"], content=well_formed(str(turn["content"]))) for turn in row.get("history") or ())
    known_as = row["id"] if isinstance(row["id"], str | int | float) else str(row["id"])
    return BatchQuestion(id=known_as, question=well_formed(row["question"]), history=tuple(turns), deep=deep)
