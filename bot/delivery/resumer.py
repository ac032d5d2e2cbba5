"""Finds what is recorded as under way while nothing works on it, and has it resumed."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

logger = logging.getLogger(__name__)

LONGEST_WAIT_S = 60.0
LOOKS_A_WAIT = 2


@dataclass(slots=True)
class _Stranded:
    due: float
    wait_s: float


class Resumer:
    """Looks from time to time, in a thread of its own.

    A database that could not be written for a while (a full disk) leaves letters behind that are recorded
    as under way: each keeps its whole line waiting, and but for this would do so until the next start.
    What is seen ``pending`` and not ``running`` for ``wait_s`` is resumed; what strands again, after
    twice that and so on up to ``LONGEST_WAIT_S``. ``pending``, ``running`` and ``resume`` are called in
    the thread; what they raise is logged, and tried again.
    """

    def __init__(
        self,
        *,
        pending: Callable[[], Collection[str]],
        running: Callable[[], Collection[str]],
        resume: Callable[[str], None],
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pending = pending
        self._running = running
        self._resume = resume
        self._wait_s = wait_s
        self._clock = clock
        self._stranded: dict[str, _Stranded] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="resumer", daemon=True)

    def start(self) -> None:
        """Begin to look; once only."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Look no more, and wait for a look under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def look(self) -> None:
        """Resume what is due, and note what is stranded newly."""
        now = self._clock()
        # in this order: what is taken up or ended in between is then not mistaken for stranded
        stranded = set(self._pending()) - set(self._running())
        for key in stranded - self._stranded.keys():
            self._stranded[key] = _Stranded(due=now + self._wait_s, wait_s=self._wait_s)
        for key in [key for key in self._stranded if key not in stranded]:
            if now - self._stranded[key].due > LONGEST_WAIT_S or self._never_resumed(key):
                del self._stranded[key]
        for key in stranded:
            if self._stranded[key].due <= now and not self._stopped.is_set():
                self._take_up(key, self._stranded[key], now)

    def _never_resumed(self, key: str) -> bool:
        return self._stranded[key].wait_s == self._wait_s

    def _take_up(self, key: str, stranded: _Stranded, now: float) -> None:
        stranded.wait_s = min(2 * stranded.wait_s, LONGEST_WAIT_S)
        stranded.due = now + stranded.wait_s
        self._resume(key)
        logger.warning("letter %s was left behind and is resumed", key)

    def _run(self) -> None:
        while not self._stopped.wait(self._wait_s / LOOKS_A_WAIT):
            try:
                self.look()
            except Exception as exc:  # noqa: BLE001 (the entry point of the thread, which must outlive a full disk)
                logger.warning("what was left behind could not be resumed (%s); tried again", type(exc).__name__)
