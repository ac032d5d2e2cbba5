"""Durable steps in memory: what was recorded outlives a 'crash' of the code that ran them."""

import json
from collections.abc import Awaitable, Callable


class Crashed(BaseException):
    """The process died. No ``except Exception`` sees it."""


class MemorySteps:
    """``Steps`` over a dictionary. ``crash_after`` names a step that ends the process before it is recorded."""

    def __init__(self, recorded: dict[str, str] | None = None, *, crash_after: str = "") -> None:
        self.recorded = {} if recorded is None else recorded
        self.ran: list[str] = []
        self._crash_after = crash_after

    async def run(self, name: str, action: Callable[[], Awaitable[object]], *, brief: bool = True) -> object:
        if name not in self.recorded:
            self.ran.append(name)
            result = json.dumps(await action())
            if name == self._crash_after:
                raise Crashed
            self.recorded[name] = result
        return json.loads(self.recorded[name])
