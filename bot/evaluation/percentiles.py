"""Percentiles of times, by nearest rank: each is a time that was measured."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that ``share`` (0 to 1) of them do not exceed (nearest rank). At least one value."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """Half of ``values`` do not exceed it."""
    return percentile(values, 0.5)


def p95(values: Sequence[float]) -> float:
    """One in twenty is longer."""
    return percentile(values, 0.95)
