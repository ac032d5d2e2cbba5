"""Where a benchmark's findings are written, each file whole."""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.errors import OperatorError
from bot.evaluation.bars import Verdict
from bot.evaluation.bench.model import Finding
from bot.evaluation.bench.page import page
from bot.evaluation.bench.record import record


class FindingUnwritable(OperatorError):
    """A file of findings cannot be written: no such folder, no permission, or no room."""


def write_json(finding: Finding, verdicts: Sequence[Verdict], path: Path) -> None:
    """Write everything as JSON. Raises FindingUnwritable."""
    _write(path, json.dumps(record(finding, verdicts), ensure_ascii=False, indent=1) + "\n")


def write_page(finding: Finding, verdicts: Sequence[Verdict], path: Path) -> None:
    """Write the page. Raises FindingUnwritable."""
    _write(path, page(finding, verdicts))


def _write(path: Path, content: str) -> None:
    written = path.with_name(f"{path.name}.new")
    try:
        written.write_text(content, encoding="utf-8")
        written.replace(path)
    except OSError as exc:
        raise FindingUnwritable(f"{path}: cannot be written ({exc.strerror or type(exc).__name__})") from exc
