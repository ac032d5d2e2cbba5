"""The flood budget, on a clock that tests turn: each chat its pace, none waits for another."""

import asyncio
import itertools
from dataclasses import dataclass, field

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.channels.telegram.flood import Pace, Pacer
from tests.fakes.telegram import HandClock

ANN, BOB, GROUP = 501, 502, -1001


@dataclass
class Log:
    """When each chat was sent something."""

    sent: list[tuple[int, float]] = field(default_factory=list)

    def of(self, chat):
        """The times of one chat."""
        return [at for to, at in self.sent if to == chat]


@pytest.fixture
def clock():
    """Give a clock that passes while everyone sleeps."""
    return HandClock()


@pytest.fixture
def pacer(clock):
    """Give a pacer at the documented pace."""
    return Pacer(clock=clock, sleep=clock.sleep)


async def send(pacer, clock, log, *chats, takes_s=0.0):
    """Send to each chat, all at once."""

    async def one(chat):
        async with pacer.turn(chat):
            log.sent.append((chat, clock.now))
            if takes_s:
                await clock.sleep(takes_s)

    async with asyncio.TaskGroup() as tasks:
        for chat in chats:
            tasks.create_task(one(chat))


async def test_a_private_chat_gets_one_message_a_second(pacer, clock):
    """The first goes at once, the others a second apart."""
    log = Log()
    await send(pacer, clock, log, ANN, ANN, ANN)
    assert log.of(ANN) == [1000.0, 1001.0, 1002.0]


async def test_a_second_counts_from_the_end_of_the_last_send(pacer, clock):
    """A slow send could otherwise reach Telegram right before the next."""
    log = Log()
    await send(pacer, clock, log, ANN, ANN, takes_s=5.0)
    assert log.of(ANN) == [1000.0, 1006.0]


async def test_a_group_gets_twenty_a_minute(pacer, clock):
    """The twenty-first waits until the first is a minute old."""
    log = Log()
    await send(pacer, clock, log, *[GROUP] * 22)
    times = log.of(GROUP)
    assert times[19] == 1019.0
    assert times[20:] == [1060.0, 1061.0]


async def test_everyone_together_gets_so_many_a_second(clock):
    """The overall limit holds over all chats, evenly: a heap at the end of each second could arrive as two in one."""
    pacer = Pacer(Pace(per_second=10), clock=clock, sleep=clock.sleep)
    log = Log()
    await send(pacer, clock, log, *range(1, 26))
    times = sorted(at for _, at in log.sent)
    assert times == pytest.approx([1000.0 + place / 10 for place in range(25)])


async def test_retry_after_holds_its_chat_to_the_second_and_no_other(pacer, clock):
    """One chat waits 17 s; another is served at once."""
    log = Log()
    pacer.hold(ANN, 17)
    await send(pacer, clock, log, ANN, BOB)
    assert [(chat, round(at)) for chat, at in log.sent] == [(BOB, 1000), (ANN, 1017)]


async def test_a_hold_while_waiting_is_obeyed(pacer, clock):
    """A 429 that comes while another message already waits holds that one too, asleep or not yet."""
    log = Log()
    async with asyncio.TaskGroup() as tasks:
        async with pacer.turn(ANN):
            tasks.create_task(send(pacer, clock, log, ANN))
            await asyncio.sleep(0)
            pacer.hold(ANN, 9)
        await clock.sleep(5.0)
        pacer.hold(ANN, 9)
    assert log.of(ANN) == [1014.0]


async def test_drafts_are_refused_rather_than_queued(pacer, clock):
    """No spare turn within the second, while others wait, during a hold, or past a group's share for drafts."""
    log = Log()
    assert pacer.spare_turn(ANN) is not None
    await send(pacer, clock, log, ANN)
    assert pacer.spare_turn(ANN) is None
    await clock.sleep(1.0)
    assert pacer.spare_turn(ANN) is not None
    pacer.hold(ANN, 5)
    assert pacer.spare_turn(ANN) is None
    await send(pacer, clock, log, *[GROUP] * 10)
    await clock.sleep(1.0)
    assert pacer.spare_turn(GROUP) is None
    await send(pacer, clock, log, GROUP)  # an answer still goes
    await clock.sleep(60.0)
    assert pacer.spare_turn(GROUP) is not None


async def test_drafts_leave_the_overall_budget_to_answers(clock):
    """When all chats together are at the limit, no draft is sent."""
    pacer = Pacer(Pace(per_second=2), clock=clock, sleep=clock.sleep)
    assert pacer.spare_turn(3) is not None
    await send(pacer, clock, Log(), 1, 2)
    assert pacer.spare_turn(3) is None


async def test_an_error_or_a_cancelled_wait_leaves_the_chat_usable(pacer, clock):
    """Whatever happens in a turn, the next one comes."""
    with pytest.raises(LookupError):
        async with pacer.turn(ANN):
            raise LookupError
    waiting = asyncio.ensure_future(send(pacer, clock, Log(), ANN))
    await asyncio.sleep(0)
    waiting.cancel()
    log = Log()
    await send(pacer, clock, log, ANN)
    assert len(log.of(ANN)) == 1


async def test_idle_chats_are_forgotten_and_busy_ones_are_not(clock):
    """Memory does not grow with everyone who ever asked."""
    pacer = Pacer(Pace(per_second=1e6), clock=clock, sleep=clock.sleep)
    pacer.hold(ANN, 3600)
    for chat in range(10_000, 11_500):
        async with pacer.turn(chat):
            pass
        clock.now += 0.1
    assert len(pacer._chats) < 1200
    assert pacer.spare_turn(ANN) is None


@given(st.lists(st.sampled_from([ANN, BOB, GROUP, -1002]), max_size=60), st.floats(0, 2))
def test_no_schedule_breaks_a_limit(chats, takes_s):
    """Whatever is asked for at once: a second apart in a chat, 20 a minute in a group, 25 a second overall."""
    clock, log = HandClock(), Log()
    asyncio.run(send(Pacer(clock=clock, sleep=clock.sleep), clock, log, *chats, takes_s=takes_s))
    assert len(log.sent) == len(chats)
    for chat in set(chats):
        times = log.of(chat)
        assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(times))
        if chat < 0:
            assert all(later - earlier >= 60 for earlier, later in zip(times, times[20:], strict=False))
    everything = sorted(at for _, at in log.sent)
    assert all(later - earlier >= 0.999 for earlier, later in zip(everything, everything[25:], strict=False))
