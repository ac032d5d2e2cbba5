"""What a benchmark finds: tables of figures, and charts of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.evaluation.intervals import Interval

Kind = Literal["search", "ingest", "size"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A figure: its name as bars give it, its head in a table, what it means, its unit and how many digits it has."""

    figure: str
    head: str
    meaning: str
    unit: str = ""
    digits: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one group, by the name of the figure; what was not measured is absent.

    ``intervals``: 95 % intervals of those figures that have one.
    """

    group: str
    values: Mapping[str, float]
    intervals: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures by group; ``of`` says what the groups are, ``note`` how to read them."""

    title: str
    of: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in a chart, in the units of its axes."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points that belong together, from left to right."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis shows, with its unit; ``log`` where equal steps are equal ratios."""

    label: str
    log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over two axes; ``dots`` where the points were measured one by one and are few."""

    title: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    dots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finished benchmark: ``about`` tells what was measured and where."""

    kind: Kind
    about: Mapping[str, str | int]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    seconds: float = 0.0

    def values(self, figure: str, group: str | None = None) -> list[float]:
        """A figure in all its groups, or in one."""
        return [
            row.values[figure]
            for table in self.tables
            for row in table.rows
            if figure in row.values and group in (None, row.group)
        ]
