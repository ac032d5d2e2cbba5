"""A courier into chats that are a file: what was sent survives the process that sent it.

Each call appends a line of JSON with the state that a chat would show: ``open`` adds a message, ``write`` and
``draft`` change one. It can be told to fail, to wait, or to kill its process at a named point.
"""

import asyncio
import itertools
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering.model import Answer
from bot.delivery.model import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as the chat shows it now. ``letter`` is the id of the letter that it replies to."""

    message_id: int
    letter: str
    text: str


class ChatLog:
    """The chats, as a file of events that any process may append to or read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, **event: object) -> None:
        """Add an event, durable when this returns."""
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(event) + "\n")
            log.flush()
            os.fsync(log.fileno())

    def events(self, kind: str = "") -> list[dict]:
        """The events so far, all or of one kind."""
        if not self._path.exists():
            return []
        events = [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]
        return [event for event in events if event["kind"] == kind or not kind]

    def shown(self) -> list[Shown]:
        """The messages in the chats, in the order they were opened."""
        messages: dict[int, Shown] = {}
        for event in self.events():
            if event["kind"] in {"open", "open_more", "draft", "write"}:
                messages[event["message_id"]] = Shown(
                    message_id=event["message_id"], letter=event["letter"], text=event["text"]
                )
        return list(messages.values())

    def answers(self, letter_id: str) -> list[str]:
        """The texts that were written in reply to a letter and stand in the chat."""
        written = {event["message_id"] for event in self.events("write")}
        return [shown.text for shown in self.shown() if shown.letter == letter_id and shown.message_id in written]


class FileCourier:
    """A ``Courier`` into a ``ChatLog``. An answer becomes a message a paragraph.

    ``fail`` is called with the name of each call (``open``, ``open_more``, ``draft``, ``compose``, ``write``) and
    its running number from 1; it may raise or kill. ``gone`` makes every chat one that no longer exists.
    """

    def __init__(
        self, path: Path, *, fail: Callable[[str, int], None] = lambda _call, _n: None, gone: bool = False, pause_s: float = 0.0
    ) -> None:
        self.log = ChatLog(path)
        self._fail = fail
        self._gone = gone
        self._pause_s = pause_s
        self._counts: dict[str, itertools.count[int]] = {}

    async def open(self, letter: Letter) -> int:
        return await self._open("open", letter)

    async def open_more(self, letter: Letter) -> int:
        return await self._open("open_more", letter)

    async def draft(self, letter: Letter, message_id: int, text: str) -> None:
        await self._called("draft")
        self.log.append(kind="draft", message_id=message_id, letter=letter.id, text=text)

    def compose(self, letter: Letter, answer: Answer) -> Sequence[str]:
        self._count("compose")
        return [json.dumps({"text": part}) for part in answer.text.split("\n\n")]

    async def write(self, letter: Letter, message_id: int, message: str) -> None:
        await self._called("before write")
        if not self._gone:
            self.log.append(kind="write", message_id=message_id, letter=letter.id, text=json.loads(message)["text"])
        await self._called("write")

    async def _open(self, call: str, letter: Letter) -> int:
        await self._called(f"before {call}")
        if self._gone:
            return 0
        message_id = 1 + sum(event["kind"] in {"open", "open_more"} for event in self.log.events())
        self.log.append(kind=call, message_id=message_id, letter=letter.id, text="…")
        await self._called(call)
        return message_id

    async def _called(self, call: str) -> None:
        await asyncio.sleep(self._pause_s)
        self._count(call)

    def _count(self, call: str) -> None:
        self._fail(call, next(self._counts.setdefault(call, itertools.count(1))))


def kill_at(point: str) -> Callable[[str, int], None]:
    """Kill this process, as ``kill -9`` does, at a point like ``write 2``: the second time that ``write`` is reached."""

    def fail(call: str, n: int) -> None:
        if f"{call} {n}" == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return fail
