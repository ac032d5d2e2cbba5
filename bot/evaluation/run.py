"""The golden questions put to what is judged, one after the other."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.evaluation.model import Case, Judgement, Timing
from bot.evaluation.percentiles import median, p95


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came out, in the order of the questions, and how long it took."""

    judgements: tuple[Judgement, ...]
    timing: Timing


async def run(
    cases: Iterable[Case],
    judge: Callable[[Case], Awaitable[Judgement]],
    *,
    done: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Run:
    """Judge every case; ``done()`` after each. Raises what ``judge`` raises.

    One at a time, so that the times are those of a single asker and the order of work never differs.
    """
    judgements: list[Judgement] = []
    laps: list[float] = []
    for case in cases:
        began = clock()
        judgements.append(await judge(case))
        laps.append(clock() - began)
        done()
    return Run(judgements=tuple(judgements), timing=_timing(laps))


def _timing(laps: Sequence[float]) -> Timing:
    if not laps:
        return Timing(seconds=0.0, median_s=0.0, p95_s=0.0)
    return Timing(seconds=sum(laps), median_s=median(laps), p95_s=p95(laps))
