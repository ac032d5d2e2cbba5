"""What a test can do to requests: lose the connection, wait, fail, or stop at an exact moment."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

When = Literal["before", "after"]
Matches = Callable[[dict[str, Any]], bool]


class Mishap(StrEnum):
    DROP = "drop"  # the connection closes without an answer
    FAIL = "fail"  # 502, as a gateway gives it
    DELAY = "delay"


def _any(params: dict[str, Any]) -> bool:
    del params
    return True


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """A mishap for the next ``times`` calls of ``method`` that match, before or after the method is applied."""

    mishap: Mishap
    method: str
    when: When = "before"
    times: int = 1
    delay_s: float = 0.0
    matches: Matches = _any
    happened: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Hold:
    """Stops the next matching call, before it is applied or before its answer is sent, until released."""

    method: str
    when: When
    matches: Matches = _any
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_reached(self, timeout: float = 30.0) -> None:
        async with asyncio.timeout(timeout):
            await self.reached.wait()

    def release(self) -> None:
        self.released.set()


class Faults:
    """The faults and holds that are planted."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []

    def plant(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def hold(self, hold: Hold) -> Hold:
        self._holds.append(hold)
        return hold

    def clear(self) -> None:
        """Take everything back and let go whoever is held."""
        for hold in self._holds:
            hold.release()
        self._faults.clear()
        self._holds.clear()

    async def pause(self, method: str, params: dict[str, Any], when: When) -> None:
        """Stop here as long as a hold asks for it."""
        for hold in self._holds:
            if (hold.method, hold.when) == (method, when) and not hold.reached.is_set() and hold.matches(params):
                hold.reached.set()
                await hold.released.wait()

    def due(self, method: str, params: dict[str, Any], when: When) -> Fault | None:
        """Find the fault that befalls this call now, if any."""
        for fault in self._faults:
            if (fault.method, fault.when) == (method, when) and fault.happened < fault.times and fault.matches(params):
                fault.happened += 1
                return fault
        return None
