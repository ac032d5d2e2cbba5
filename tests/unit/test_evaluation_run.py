"""Golden questions put one after the other, and how long each took."""

import itertools

from bot.evaluation.model import Case, Judgement, Timing
from bot.evaluation.run import run

CASES = [Case(id=f"{number}", type="factoid", lang="en", question="?") for number in range(1, 21)]


async def judge(case: Case) -> Judgement:
    return Judgement(case=case, scores={}, outcome="none")


async def test_questions_are_judged_in_order_and_timed() -> None:
    """The n-th takes n seconds: half of twenty take no longer than ten, nineteen no longer than nineteen."""
    stops = itertools.chain.from_iterable((0.0, float(number)) for number in range(1, 21))
    done: list[None] = []
    finished = await run(CASES, judge, done=lambda: done.append(None), clock=lambda: next(stops))
    assert [judgement.case for judgement in finished.judgements] == CASES
    assert finished.timing == Timing(seconds=210.0, median_s=10.0, p95_s=19.0)
    assert len(done) == 20


async def test_no_questions_take_no_time() -> None:
    """Nothing is measured, and nothing raised."""
    finished = await run([], judge)
    assert (finished.judgements, finished.timing) == ((), Timing(seconds=0.0, median_s=0.0, p95_s=0.0))
