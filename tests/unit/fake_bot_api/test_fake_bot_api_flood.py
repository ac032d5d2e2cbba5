"""Flood limits as the fake Bot API enforces them."""

import pytest

from tests.fakes.bot_api.flood import FloodGate, Limits


class _Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return _Clock()


def _sends(gate, clock, *, every_s, count, chat=1, group=False):
    refused = 0
    for _ in range(count):
        refused += gate.send(chat, group=group) is not None
        clock.now += every_s
    return refused


def test_one_message_a_second_passes_for_ever(clock):
    """The sustained rate that Telegram documents is never refused."""
    assert _sends(FloodGate(Limits(), clock), clock, every_s=1.0, count=200) == 0


def test_a_small_burst_passes_and_more_does_not(clock):
    """Three at once are tolerated, a fourth is told to wait."""
    gate = FloodGate(Limits(), clock)
    assert [gate.send(1, group=False) for _ in range(3)] == [None] * 3
    flooded = gate.send(1, group=False)
    assert flooded is not None
    assert flooded.retry_after_s >= 1
    assert flooded.early_s == 0
    assert gate.exceeded == 1


def test_a_little_too_fast_is_refused_in_the_end(clock):
    """A rate above the limit is not saved by the burst."""
    assert _sends(FloodGate(Limits(), clock), clock, every_s=0.8, count=60) > 0


def test_another_chat_is_not_affected(clock):
    """A penalty holds for its chat alone."""
    gate = FloodGate(Limits(), clock)
    _sends(gate, clock, every_s=0, count=4)
    assert gate.send(2, group=False) is None


def test_a_send_during_the_penalty_is_early(clock):
    """A send before retry_after is over is told how much too early it was; one under way is excused."""
    gate = FloodGate(Limits(), clock)
    gate.order_penalty(1, 5)
    assert gate.send(1, group=False).retry_after_s == 5
    clock.now += 0.1
    assert gate.send(1, group=False).early_s == 0
    clock.now += 2.9
    early = gate.send(1, group=False)
    assert early.early_s == pytest.approx(2.0)
    assert early.retry_after_s == 2
    clock.now += 2.0
    assert gate.send(1, group=False) is None


def test_a_penalty_holds_for_signs_and_signs_take_no_turn(clock):
    """A typing sign is refused while the chat must be left alone, may earn a penalty, and is else not counted."""
    gate = FloodGate(Limits(), clock)
    assert [gate.sign(1) for _ in range(50)] == [None] * 50
    gate.order_penalty(1, 5, sign=True)
    assert gate.send(1, group=False) is None
    assert gate.sign(1).retry_after_s == 5
    clock.now += 2.0
    assert gate.sign(1).early_s == pytest.approx(3.0)
    assert gate.send(1, group=False).early_s == pytest.approx(3.0)
    clock.now += 3.0
    assert gate.sign(1) is None


def test_a_group_takes_twenty_a_minute(clock):
    """In a group the twenty-first message of a minute is refused, and the wait is until the first is a minute old."""
    gate = FloodGate(Limits(), clock)
    assert _sends(gate, clock, every_s=2, count=20, group=True) == 0
    assert gate.send(1, group=True).retry_after_s == 20
    assert gate.send(2, group=False) is None


def test_all_chats_together_take_thirty_a_second(clock):
    """The thirty-first message of a second is refused wherever it goes."""
    gate = FloodGate(Limits(), clock)
    assert all(gate.send(chat, group=False) is None for chat in range(30))
    assert gate.send(99, group=False).retry_after_s == 1
    clock.now += 1.1
    assert gate.send(99, group=False) is None


def test_limits_can_be_lifted_but_ordered_penalties_hold(clock):
    """Without enforcement only the penalties that a test orders are given."""
    gate = FloodGate(Limits(enforced=False), clock)
    assert _sends(gate, clock, every_s=0, count=100) == 0
    gate.order_penalty(1, 2)
    assert gate.send(1, group=False).retry_after_s == 2
    assert gate.exceeded == 0
