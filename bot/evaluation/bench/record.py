"""What a benchmark found, as plain JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.evaluation.bars import Verdict
from bot.evaluation.bench.model import Finding, Row

FORMAT = 1
DIGITS = 6


def record(finding: Finding, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Figures by table and group, bars, and the points of the charts."""
    return {
        "format": FORMAT,
        "kind": finding.kind,
        "about": dict(finding.about),
        "tables": [
            {
                "title": table.title,
                "of": table.of,
                "units": {column.figure: column.unit for column in table.columns},
                "figures": {row.group: _figures(row) for row in table.rows},
            }
            for table in finding.tables
        ],
        "thresholds": [_verdict(verdict) for verdict in verdicts],
        "charts": [asdict(chart) for chart in finding.charts],
        "seconds": round(finding.seconds, DIGITS),
    }


def _figures(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for figure, value in row.values.items():
        interval = row.intervals.get(figure)
        ends = {"low": round(interval.low, DIGITS), "high": round(interval.high, DIGITS)} if interval else {}
        found[figure] = {"value": round(value, DIGITS)} | ends
    return found


def _verdict(verdict: Verdict) -> dict[str, Any]:
    bar = verdict.bar
    side = "most" if bar.at_most else "least"
    value = None if verdict.value is None else round(verdict.value, DIGITS)
    return {"group": bar.group, "figure": bar.figure, side: bar.bound, "value": value, "passed": verdict.passed}
