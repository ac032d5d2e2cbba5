"""What is recorded as under way while nothing works on it is resumed, with growing waits."""

import itertools
import threading

import pytest

from bot.delivery.resumer import Resumer


class Letters:
    """Which letters are recorded as under way and which really are, and which were resumed when."""

    def __init__(self):
        self.now, self.pending, self.running, self.resumed = 0.0, set(), set(), []
        self.error, self.looked = None, threading.Event()

    def list_pending(self):
        self.looked.set()
        if self.error:
            raise self.error
        return self.pending

    def resumer(self, wait_s=5.0):
        return Resumer(
            pending=self.list_pending,
            running=lambda: self.running,
            resume=lambda key: self.resumed.append((self.now, key)),
            wait_s=wait_s,
            clock=lambda: self.now,
        )


@pytest.fixture
def letters():
    return Letters()


def look_until(letters, resumer, end):
    """Look once a second."""
    while letters.now <= end:
        resumer.look()
        letters.now += 1.0


def test_what_nothing_works_on_is_resumed_after_a_while(letters):
    """Not at first sight, for it may just be taken up; and what runs is left alone."""
    letters.pending, letters.running = {"a", "b"}, {"b"}
    look_until(letters, letters.resumer(), 8)
    assert letters.resumed == [(5.0, "a")]


def test_what_is_taken_up_in_time_is_left_alone(letters):
    """Time counts from when it was last seen stranded."""
    resumer = letters.resumer()
    letters.pending = {"a"}
    look_until(letters, resumer, 3)
    letters.running = {"a"}
    look_until(letters, resumer, 6)
    letters.running = set()
    look_until(letters, resumer, 10)
    assert letters.resumed == []


def test_what_strands_again_waits_longer(letters):
    """Twice as long each time, but a minute at most, although it runs for a moment in between."""
    resumer = letters.resumer()
    letters.pending = {"a"}
    for _ in range(300):
        before = len(letters.resumed)
        resumer.look()
        letters.now += 1.0
        if len(letters.resumed) > before:
            letters.running = {"a"}
            resumer.look()
            letters.running = set()
    times = [at for at, _ in letters.resumed]
    assert [after - at for at, after in itertools.pairwise(times)] == [10, 20, 40, 60, 60, 60]


def test_a_failing_look_ends_nothing(letters, caplog):
    """The thread looks again, and stops when told."""
    letters.error = OSError("full")
    resumer = letters.resumer(wait_s=0.01)
    resumer.start()
    for _ in range(2):
        letters.looked.clear()
        assert letters.looked.wait(5)
    resumer.stop(5)
    assert "could not be resumed (OSError)" in caplog.text
    letters.looked.clear()
    assert not letters.looked.wait(0.05)
