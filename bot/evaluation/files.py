"""The files of a report, each written whole: ``report.json``, ``report.xml`` (JUnit) and ``report.html``."""

import json
from pathlib import Path

from bot.errors import OperatorError
from bot.evaluation.junit import junit
from bot.evaluation.page import page
from bot.evaluation.report import Report, report_to_json


class ReportUnwritable(OperatorError):
    """The folder of the report cannot be written: no permission, or no room."""


def write_report(report: Report, folder: Path, *, essays: Path) -> None:
    """Write the three files into ``folder``, which is made where it is absent. Raises ReportUnwritable.

    ``essays`` is the corpus folder, which the page links to.
    """
    contents = {
        "report.json": json.dumps(report_to_json(report), ensure_ascii=False, indent=1) + "\n",
        "report.xml": junit(report),
        "report.html": page(report, folder=folder, essays=essays),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            written = folder / f"{name}.new"
            # A question may hold half of a surrogate pair, which UTF-8 cannot write.
            written.write_bytes(content.encode("utf-8", "replace"))
            written.replace(folder / name)
    except OSError as exc:
        raise ReportUnwritable(
            f"{folder}: the report cannot be written ({exc.strerror or type(exc).__name__})"
        ) from exc
