"""Two ways to spend time on the same questions, taken in turns so that the machine's noise hits both alike."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.evaluation.bench.heartbeat import Heartbeat
from bot.evaluation.bench.laps import Pair

LAPS = 5  # questions a caller in one turn: enough that starting and ending count for little

Work = Callable[[str], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Side:
    """One of the two: what it does, the seconds of each question and of all turns together, and the loop's beats."""

    work: Work
    laps: list[float] = field(default_factory=list)
    seconds: float = 0.0
    heart: Heartbeat = field(default_factory=Heartbeat)

    @property
    def per_second(self) -> float:
        """Questions a second."""
        return len(self.laps) / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The search against the embedder alone, with so many callers. ``laps[i]`` of both belong to the same question."""

    callers: int
    search: Side
    embed: Side

    @property
    def pairs(self) -> list[Pair]:
        """The times question by question."""
        laps = zip(self.search.laps, self.embed.laps, strict=True)
        return [Pair(search_s=search_s, embed_s=embed_s) for search_s, embed_s in laps]


async def contest(
    questions: Sequence[str],
    *,
    search: Work,
    embed: Work,
    callers: int,
    repeats: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> Contest:
    """Put every question to both sides, ``repeats`` times; ``done(n)`` after every n further ones.

    Each caller asks the next question as soon as it has an answer. One caller alternates question by question; more
    callers cannot, or the two would stand in each other's way, so they alternate by turns of ``LAPS`` questions
    a caller. Who goes first alternates as well, for the second finds the question's words in the processor's caches.
    """
    sides = Contest(callers=callers, search=Side(work=search), embed=Side(work=embed))
    size = 1 if callers == 1 else LAPS * callers
    for repeat in range(repeats):
        for number, turn in enumerate(_turns(questions, size)):
            order = (sides.search, sides.embed) if (number + repeat) % 2 == 0 else (sides.embed, sides.search)
            for side in order:
                await take_turn(side, turn, callers)
            done(len(turn))
    return sides


async def take_turn(side: Side, questions: Sequence[str], callers: int) -> None:
    """Put the questions to one side, ``callers`` at a time, and note what it took."""
    laps = [0.0] * len(questions)
    waiting = iter(enumerate(questions))

    async def call() -> None:
        for number, question in waiting:
            began = time.perf_counter()
            await side.work(question)
            laps[number] = time.perf_counter() - began

    async with side.heart.listening():
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(call())
        side.seconds += time.perf_counter() - began
    side.laps.extend(laps)


def _turns(questions: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(questions), size):
        yield questions[start : start + size]
