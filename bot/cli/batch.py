"""Questions from a file, a JSON object a line: ``{"id", "question", "history"?}``."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answering.model import Turn
from bot.errors import OperatorError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuestion:
    """One line of a batch."""

    id: str
    question: str
    history: Sequence[Turn] = ()


class BatchUnreadable(OperatorError):
    """The file of questions cannot be read, or a line of it is none."""


def read_batch(path: Path) -> Iterator[BatchQuestion]:
    """The questions of ``path`` in order; blank lines are skipped.

    Raises BatchUnreadable, naming the line, where the file or a line cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise BatchUnreadable(f"{path}: the questions cannot be read ({type(exc).__name__})") from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _question(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                wanted = 'a JSON object with "id" and "question" was expected'
                raise BatchUnreadable(f"{path}, line {number}: {wanted} ({type(exc).__name__})") from exc


def _question(row: dict[str, Any]) -> BatchQuestion:
    turns = (Turn(role=turn["role"], content=str(turn["content"])) for turn in row.get("history") or ())
    return BatchQuestion(id=str(row["id"]), question=str(row["question"]), history=tuple(turns))
