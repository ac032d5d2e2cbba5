"""The benchmark's arithmetic, and that it sees what it is there to see."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.bench.contest import Contest, Side, contest
from bot.evaluation.bench.heartbeat import INTERVAL_S, Beat, Heartbeat, lag
from bot.evaluation.bench.laps import Pair, ratio, ratio_interval
from bot.evaluation.percentiles import median, p95, percentile

BLOCK_S = 0.05
QUICK_S = 0.004


def test_percentiles_are_values_by_nearest_rank() -> None:
    """Of one to twenty: the tenth, the nineteenth, the first and the last, in any order."""
    values = [float(value) for value in range(20, 0, -1)]
    assert median(values) == 10
    assert p95(values) == 19
    assert (percentile(values, 0), percentile(values, 1)) == (1, 20)
    assert percentile([7.0], 0.95) == 7


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_has_its_share_below(values: list[float], share: float) -> None:
    """It is one of the values, and at least that share of them does not exceed it."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_a_ratio_compares_the_statistics_not_the_questions() -> None:
    """The median of one against the median of the other."""
    pairs = [Pair(search_s=search, embed_s=embed) for search, embed in ((3, 1), (4, 2), (9, 9))]
    assert ratio(pairs, median) == 2
    assert ratio(pairs, p95) == 1


def test_an_interval_is_drawn_from_pairs() -> None:
    """Where every search takes twice its embedding there is no doubt, however the questions differ; it repeats."""
    twice = [Pair(search_s=2.0 * n, embed_s=n) for n in range(1, 30)]
    sure = ratio_interval(twice, median)
    assert (sure.low, sure.high) == (2, 2)
    mixed = [Pair(search_s=1.0 + n % 3, embed_s=1.0) for n in range(30)]
    assert ratio_interval(mixed, p95) == ratio_interval(mixed, p95)
    assert ratio_interval(mixed, median).low <= 2 <= ratio_interval(mixed, median).high


async def test_a_block_of_the_loop_is_seen() -> None:
    """50 ms of waiting on the loop make a beat late by as much; our own thread was not at work in them."""
    heart = Heartbeat()
    async with heart.listening():
        await asyncio.sleep(3 * INTERVAL_S)
        time.sleep(BLOCK_S)
    heard = lag(heart.beats)
    assert heard.longest_s >= BLOCK_S - INTERVAL_S
    assert heard.longest_own_s < BLOCK_S


async def test_a_block_at_the_very_end_is_seen() -> None:
    """The heart beats once more after the work, so what the work did last counts."""
    heart = Heartbeat()
    async with heart.listening():
        await asyncio.sleep(0)  # the first beat has begun
        time.sleep(BLOCK_S)
    assert lag(heart.beats).longest_s >= BLOCK_S - INTERVAL_S


async def test_work_on_the_loop_is_told_apart_from_noise() -> None:
    """50 ms of computing on the loop show in the processor time of its thread; the same in a thread does not."""

    def compute() -> None:
        began = time.thread_time()
        while time.thread_time() - began < BLOCK_S:
            pass

    ours, elsewhere = Heartbeat(), Heartbeat()
    async with ours.listening():
        await asyncio.sleep(0)
        compute()
    async with elsewhere.listening():
        await asyncio.to_thread(compute)
    assert lag(ours.beats).longest_own_s >= BLOCK_S
    assert lag(elsewhere.beats).longest_own_s < BLOCK_S


def test_a_lag_says_the_worst() -> None:
    """The latest beat, the latest but for one in a hundred, and the longest of our own doing."""
    beats = [Beat(late_s=late / 1000, own_s=0.001) for late in range(1, 101)] + [Beat(late_s=0.0, own_s=0.5)]
    heard = lag(beats)
    assert (heard.beats, heard.longest_s, heard.p99_s, heard.longest_own_s) == (101, 0.1, 0.099, 0.5)


@pytest.mark.parametrize("callers", [1, 3])
async def test_a_slow_search_raises_the_ratio(callers: int) -> None:
    """Each question goes to both sides; one that takes five times as long is told to do so, give or take the noise."""
    asked: dict[str, list[str]] = {"search": [], "embed": []}
    done: list[int] = []

    async def slow(question: str) -> None:
        asked["search"].append(question)
        await asyncio.sleep(5 * QUICK_S)

    async def quick(question: str) -> None:
        asked["embed"].append(question)
        await asyncio.sleep(QUICK_S)

    questions = [str(number) for number in range(20)]
    found = await contest(questions, search=slow, embed=quick, callers=callers, repeats=2, done=done.append)
    assert ratio(found.pairs, median) > 1.5
    assert found.search.per_second < found.embed.per_second
    assert sorted(asked["search"]) == sorted(asked["embed"]) == sorted(questions * 2)
    assert sum(done) == 40


async def test_each_side_is_first_as_often() -> None:
    """Whoever goes second finds the question's words in the caches, so the order alternates."""
    order: list[str] = []

    async def search(question: str) -> None:
        order.append(f"search {question}")

    async def embed(question: str) -> None:
        order.append(f"embed {question}")

    await contest(["a", "b"], search=search, embed=embed, callers=1)
    assert order == ["search a", "embed a", "embed b", "search b"]


def test_pairs_keep_to_their_question() -> None:
    """The n-th time of one side stands beside the n-th of the other."""

    async def nothing(question: str) -> None:
        del question

    sides = [Side(work=nothing, laps=laps, seconds=2.0) for laps in ([1.0, 2.0], [3.0, 4.0])]
    both = Contest(callers=1, search=sides[0], embed=sides[1])
    assert both.pairs == [Pair(search_s=1.0, embed_s=3.0), Pair(search_s=2.0, embed_s=4.0)]
    assert both.search.per_second == 1.0
