"""What a benchmark found, held against bars."""

from collections.abc import Iterator, Sequence

from bot.evaluation.bars import Bar, Verdict
from bot.evaluation.bench.model import Column, Finding
from bot.evaluation.figures import ALL


def verdicts(bars: Sequence[Bar], finding: Finding) -> tuple[Verdict, ...]:
    """Each bar beside its figure; a bar without a group is for the worst of all groups."""
    return tuple(Verdict(bar=bar, value=_worst(bar, finding)) for bar in bars)


def unknown_figures(bars: Sequence[Bar], columns: Sequence[Column]) -> Iterator[str]:
    """A complaint for each bar whose figure is none of ``columns``."""
    known = dict.fromkeys(column.figure for column in columns)
    for bar in bars:
        if bar.figure not in known:
            yield f"{bar.name}: the figures are {', '.join(known)}"


def _worst(bar: Bar, finding: Finding) -> float | None:
    values = finding.values(bar.figure, None if bar.group == ALL else bar.group)
    return (max(values) if bar.at_most else min(values)) if values else None
