"""What an app does once it is open."""

import subprocess
import sys

LINES = """
import gc, sys
from bot.cli.opening import SWITCH_INTERVAL_S, settle
settle()
assert gc.get_freeze_count() > 10_000
assert abs(sys.getswitchinterval() - SWITCH_INTERVAL_S) < 1e-6
"""


def test_what_is_in_memory_is_left_alone_and_threads_take_short_turns() -> None:
    """In a process of its own, for both hold for the rest of it."""
    subprocess.run([sys.executable, "-c", LINES], check=True)
