"""A report in a few lines for the terminal."""

from collections.abc import Iterator

from bot.evaluation.figures import ALL, Difference, outcome_counts
from bot.evaluation.report import Report

_NARROWEST = 7


def summary(report: Report) -> Iterator[str]:
    """How questions came out, figures over all with their intervals, figures by group, differences, thresholds."""
    evaluation = report.evaluation
    counts = outcome_counts(evaluation.judgements, evaluation.outcomes)[ALL]
    said = ", ".join(f"{outcome}: {count}" for outcome, count in counts.items())
    yield f"{evaluation.kind}, outcome by outcome: {said}"
    yield ""
    for estimate in report.estimates:
        if estimate.group == ALL:
            interval = f"[{estimate.interval.low:.3f}, {estimate.interval.high:.3f}]"
            yield f"{estimate.figure:18}  {estimate.value:.3f}  {interval}  n={estimate.n}"
    yield ""
    yield from _table(report)
    if report.differences:
        yield ""
        moved = (d for d in report.differences if d.group == ALL or d.after != d.before)  # the others: in the files
        yield from map(_moved, moved)
    if report.verdicts:
        yield ""
    for verdict in report.verdicts:
        value = "no question to judge" if verdict.value is None else f"{verdict.value:.3f}"
        yield f"{verdict.word:7}  {verdict.bar.name}  ({value})"


def _table(report: Report) -> Iterator[str]:
    names = [figure.name for figure in report.evaluation.figures]
    values = {(estimate.group, estimate.figure): f"{estimate.value:.3f}" for estimate in report.estimates}
    groups = list(dict.fromkeys(estimate.group for estimate in report.estimates))
    first = max(map(len, groups), default=0)
    widths = [max(len(name), _NARROWEST) for name in names]
    yield _row("", first, names, widths)
    for group in groups:
        yield _row(group, first, [values.get((group, name), "–") for name in names], widths)


def _row(label: str, first: int, cells: list[str], widths: list[int]) -> str:
    return "  ".join([f"{label:{first}}", *(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))])


def _moved(difference: Difference) -> str:
    moved = difference.after - difference.before
    interval = f"[{difference.interval.low:+.3f}, {difference.interval.high:+.3f}]"
    return (
        f"against the baseline  {difference.group}/{difference.figure}  n={difference.n}  "
        f"{difference.before:.3f} -> {difference.after:.3f}  {moved:+.3f}  {interval}"
    )
