"""Leaving alone what failed several times in a row, for a while."""

import time
from collections.abc import Callable

PATIENCE = 3  # failures in a row
REST_S = 600.0  # after them, for what is too slow or down


class Patience:
    """Counts failures in a row; after ``PATIENCE`` of them what failed rests for ``REST_S`` seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rests_until = -float("inf")
        self.failures = 0

    @property
    def is_resting(self) -> bool:
        """Whether it is to be left alone."""
        return self._clock() < self._rests_until

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failures = 0

    def failed(self) -> bool:
        """Take note of a failure; whether the rest begins with it."""
        self.failures += 1
        if self.failures < PATIENCE:
            return False
        self.failures, self._rests_until = 0, self._clock() + REST_S
        return True
