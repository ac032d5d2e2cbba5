"""95 % intervals. The bootstrap draws from a fixed seed, so equal scores give equal intervals."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

SEED = 20250128
ROUNDS = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From ``low`` to ``high``, both included."""

    low: float
    high: float


def wilson(successes: float, n: int) -> Interval:
    """Wilson's score interval for a share, https://doi.org/10.1080/01621459.1927.10502953. ``n`` at least 1."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = successes / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(low=max(0.0, (centre - margin) / scale), high=min(1.0, (centre + margin) / scale))


def bootstrap(values: Sequence[float], *, seed: int = SEED, rounds: int = ROUNDS) -> Interval:
    """Percentile bootstrap for a mean: ``rounds`` samples with replacement. ``values`` not empty.

    For two runs over the same questions, hand in the differences question by question: that pairs them.
    """
    if min(values) == max(values):
        return Interval(low=values[0], high=values[0])
    chance = random.Random(seed)  # noqa: S311 (statistics, and it must repeat)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    tail = (1 - CONFIDENCE) / 2
    return Interval(low=means[math.floor(tail * rounds)], high=means[math.ceil((1 - tail) * rounds) - 1])
