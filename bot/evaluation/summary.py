"""A report in a few lines for the terminal."""

from collections.abc import Iterator

from bot.evaluation.figures import Difference, Estimate
from bot.evaluation.report import Report


def summary(report: Report) -> Iterator[str]:
    """Figures by group, then differences over all questions, then thresholds."""
    groups = dict.fromkeys(estimate.group for estimate in report.estimates)
    width = max(map(len, groups), default=0)
    for group in groups:
        found = [estimate for estimate in report.estimates if estimate.group == group]
        cells = "  ".join(_cell(estimate) for estimate in found)
        yield f"{group:{width}}  n={max(estimate.n for estimate in found):3d}  {cells}"
    for difference in report.differences:
        yield _moved(difference)
    for verdict in report.verdicts:
        value = "no question to judge" if verdict.value is None else f"{verdict.value:.3f}"
        yield f"{'reached' if verdict.passed else 'BELOW  '}  {verdict.bar.name}  ({value})"


def _cell(estimate: Estimate) -> str:
    return f"{estimate.figure} {estimate.value:.3f} [{estimate.interval.low:.3f}, {estimate.interval.high:.3f}]"


def _moved(difference: Difference) -> str:
    moved = difference.after - difference.before
    return (
        f"against the baseline  {difference.group}/{difference.figure}  n={difference.n}  "
        f"{difference.before:.3f} -> {difference.after:.3f}  "
        f"{moved:+.3f} [{difference.interval.low:+.3f}, {difference.interval.high:+.3f}]"
    )
