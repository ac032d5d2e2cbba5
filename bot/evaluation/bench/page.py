"""What a benchmark found, as one page that needs nothing beside itself."""

from collections.abc import Iterator, Sequence
from html import escape

from bot.evaluation.bars import Verdict
from bot.evaluation.bench.chart import chart_svg
from bot.evaluation.bench.model import Column, Finding, Row, Table
from bot.evaluation.html import document, facts
from bot.evaluation.html import thresholds as bars


def page(finding: Finding, verdicts: Sequence[Verdict]) -> str:
    """The HTML text of the page."""
    title = f"Yinju: benchmark, {finding.kind}"
    parts = [facts(finding.about), *bars(verdicts, unjudged="not measured")]
    for table in finding.tables:
        parts.extend(_table(table))
    parts.extend(
        f'<h2>{escape(chart.title)}</h2><div class="wide">{chart_svg(chart)}</div>' for chart in finding.charts
    )
    return document(title, parts)


def _table(table: Table) -> Iterator[str]:
    yield f"<h2>{escape(table.title)}</h2>"
    if table.note:
        yield f'<p class="dim">{escape(table.note)}</p>'
    heads = "".join(f"<th>{escape(column.head)}{_unit(column)}</th>" for column in table.columns)
    yield f'<div class="wide"><table><thead><tr><th>{escape(table.of)}</th>{heads}</tr></thead><tbody>'
    for row in table.rows:
        cells = "".join(_cell(column, row) for column in table.columns)
        yield f"<tr><td>{escape(row.group)}</td>{cells}</tr>"
    yield "</tbody></table></div>"
    yield facts({column.figure: column.meaning for column in table.columns})


def _unit(column: Column) -> str:
    return f"<small>{escape(column.unit)}</small>" if column.unit else ""


def _cell(column: Column, row: Row) -> str:
    value, interval = row.values.get(column.figure), row.intervals.get(column.figure)
    if value is None:
        return '<td class="dim">–</td>'
    ends = f"{interval.low:,.{column.digits}f} to {interval.high:,.{column.digits}f}" if interval else ""
    return f"<td>{value:,.{column.digits}f}{f'<small>{ends}</small>' if ends else ''}</td>"
