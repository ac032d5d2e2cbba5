"""How long the steps of an answer took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Stopwatch:
    """Adds up milliseconds by step. Steps may overlap, for some run beside each other."""

    clock: Callable[[], float] = time.perf_counter
    timings_ms: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what happens within it for ``name``, on top of what was counted before."""
        began = self.clock()
        try:
            yield
        finally:
            self.timings_ms[name] = self.timings_ms.get(name, 0) + round((self.clock() - began) * 1000)
