"""Thresholds for a run: ``hit@2k=0.88`` over all questions, ``crosslingual/hit@2k=0.9`` over a group."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.figures import ALL, Estimate

ROUNDING = 1e-9  # a mean of 0.88 may be stored a hair below


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The least that a figure over a group must be, or the most that it may be."""

    group: str
    figure: str
    bound: float
    at_most: bool = False

    @property
    def name(self) -> str:
        """As it was written."""
        return f"{'' if self.group == ALL else self.group + '/'}{self.figure}={self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a bar was kept; ``value`` is None where nothing was judged by that figure, which fails."""

    bar: Bar
    value: float | None

    @property
    def passed(self) -> bool:
        """Whether the figure is on the right side of the bar."""
        if self.value is None:
            return False
        return self.value <= self.bar.bound + ROUNDING if self.bar.at_most else self.value >= self.bar.bound - ROUNDING

    @property
    def word(self) -> str:
        """What a report says of it."""
        return "reached" if self.passed else "ABOVE" if self.bar.at_most else "BELOW"


def parse_bar(text: str, *, at_most: bool = False) -> Bar:
    """Read ``[group/]figure=number``. Raises ValueError where it is none."""
    name, equals, number = text.rpartition("=")
    group, slash, figure = name.rpartition("/")
    if not equals or not figure or (slash and not group) or not math.isfinite(float(number)):
        raise ValueError("a figure and its bound were expected, as in hit@2k=0.88")
    return Bar(group=group or ALL, figure=figure, bound=float(number), at_most=at_most)


def verdicts(bars: Sequence[Bar], estimates: Sequence[Estimate]) -> tuple[Verdict, ...]:
    """Hold each bar against its figure."""
    values = {(estimate.group, estimate.figure): estimate.value for estimate in estimates}
    return tuple(Verdict(bar=bar, value=values.get((bar.group, bar.figure))) for bar in bars)
