"""kill -9 at every step boundary: each question still gets its answer, once."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fakes.courier import ChatLog
from tests.fakes.inbox_process import expected

ROOT = Path(__file__).resolve().parents[2]

# Where the process dies, and how often each thing is done over the crash and the restart.
POINTS = {
    "received 1": {"answer": 1, "open": 1},
    "before open 1": {"answer": 1, "open": 1},
    "open 1": {"answer": 1, "open": 2},  # sent, but the crash was sooner than its record: an orphan stays
    "draft 1": {"answer": 2, "open": 1},
    "answering 1": {"answer": 2, "open": 1},
    "answered 1": {"answer": 2, "open": 1},
    "compose 1": {"answer": 1, "open": 1},
    "before write 1": {"answer": 1, "open": 1},
    "write 1": {"answer": 1, "open": 1},
    "before open_more 1": {"answer": 1, "open": 1, "open_more": 2},
    "open_more 1": {"answer": 1, "open": 1, "open_more": 3},
    "before write 2": {"answer": 1, "open": 1, "open_more": 2},
    "write 2": {"answer": 1, "open": 1, "open_more": 2},
    "write 3": {"answer": 1, "open": 1, "open_more": 2},
}


def name_of(point: str) -> str:
    """The id of the letter whose process dies at a point."""
    return point.replace(" ", "-")


@pytest.fixture(scope="module")
def exits_and_log(tmp_path_factory) -> tuple[Mapping[str, int], ChatLog]:
    """One folder, a process a point: each finishes what the last one left, and dies; the last one ends by itself."""
    folder = tmp_path_factory.mktemp("killed")
    exits = {}
    for point in [*POINTS, "never"]:
        command = [sys.executable, "-W", "error", "-m", "tests.fakes.inbox_process", str(folder), name_of(point), point]
        exits[point] = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=90, check=False
        ).returncode
    return exits, ChatLog(folder / "chat.jsonl")


@pytest.mark.parametrize("point", POINTS)
def test_one_answer_stands_after_a_kill(exits_and_log, point):
    """A process killed at this point leaves a question that its successor answers, once and whole."""
    exits, log = exits_and_log
    letter_id = name_of(point)
    assert exits[point] == -signal.SIGKILL
    assert log.answers(letter_id) == expected(letter_id)
    done = {kind: sum(event["letter"] == letter_id for event in log.events(kind)) for kind in POINTS[point]}
    assert done == POINTS[point]


def test_the_last_process_ends_by_itself(exits_and_log):
    """After all the kills an undisturbed process answers its own question and stops in order."""
    exits, log = exits_and_log
    assert exits["never"] == 0
    assert log.answers("never") == expected("never")


def test_only_cut_short_sends_leave_an_orphan(exits_and_log):
    """A placeholder stays behind only where the process died between sending it and recording that."""
    _, log = exits_and_log
    written = {event["message_id"] for event in log.events("write")}
    orphans = [shown.letter for shown in log.shown() if shown.message_id not in written]
    assert orphans == [name_of("open 1"), name_of("open_more 1")]
