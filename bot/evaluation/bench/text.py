"""What a benchmark found, for the terminal."""

from collections.abc import Iterator, Sequence

from bot.evaluation.bars import Verdict
from bot.evaluation.bench.model import Column, Finding, Row, Table

GAP = "   "


def text(finding: Finding, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A table each, then the bars."""
    for table in finding.tables:
        yield f"{table.title}"
        yield from _table(table)
        yield ""
    for verdict in verdicts:
        value = "not measured" if verdict.value is None else f"{verdict.value:.3f}"
        yield f"{verdict.word:7}  {verdict.bar.name}  ({value})"


def cell(column: Column, row: Row) -> str:
    """A figure as a reader sees it."""
    value = row.values.get(column.figure)
    if value is None:
        return "–"
    shown = f"{value:,.{column.digits}f}"
    interval = row.intervals.get(column.figure)
    if interval is None:
        return shown
    return f"{shown} [{interval.low:,.{column.digits}f}, {interval.high:,.{column.digits}f}]"


def head(column: Column) -> str:
    """What stands over a column."""
    return f"{column.head}, {column.unit}" if column.unit else column.head


def _table(table: Table) -> Iterator[str]:
    lines = [[head(column) for column in table.columns]]
    lines += [[cell(column, row) for column in table.columns] for row in table.rows]
    groups = [table.of, *(row.group for row in table.rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    first = max(map(len, groups))
    for group, cells in zip(groups, lines, strict=True):
        yield GAP.join([f"{group:{first}}", *(f"{one:>{width}}" for one, width in zip(cells, widths, strict=True))])
