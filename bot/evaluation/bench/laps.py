"""How two kinds of times compare."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.evaluation.intervals import CONFIDENCE, SEED, Interval

ROUNDS = 500

Statistic = Callable[[Sequence[float]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The times, in seconds, that one question took the search and the embedder alone."""

    search_s: float
    embed_s: float


def ratio(pairs: Sequence[Pair], statistic: Statistic) -> float:
    """How many times as long as the embedding a search is, by ``statistic`` of each. At least one pair."""
    return statistic([pair.search_s for pair in pairs]) / statistic([pair.embed_s for pair in pairs])


def ratio_interval(pairs: Sequence[Pair], statistic: Statistic, *, seed: int = SEED, rounds: int = ROUNDS) -> Interval:
    """The 95 % interval of ``ratio``: percentile bootstrap that draws pairs, so each question keeps both its times."""
    chance = random.Random(seed)  # noqa: S311 (statistics, and it must repeat)
    ratios = sorted(ratio(chance.choices(pairs, k=len(pairs)), statistic) for _ in range(rounds))
    tail = (1 - CONFIDENCE) / 2
    return Interval(low=ratios[math.floor(tail * rounds)], high=ratios[math.ceil((1 - tail) * rounds) - 1])
