"""A courier into chats that are a file: what was sent survives the process that sent it.

Each call appends a line of JSON with the state that a chat would show: ``open`` adds a message, ``write`` and
``draft`` change one. It can be told to fail, to wait, or to kill its process at a named point.
"""

import asyncio
import json
import os
import signal
from collections import Counter
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


Hook = Callable[[str, str, int], None]
"""Called with the name of a call, the letter's id, and how often the call was reached for that letter, from 1."""


def no_hook(call: str, letter_id: str, n: int) -> None:
    """Let every call pass."""


class FileCourier:
    """A ``Courier`` into a ``ChatLog``. An answer becomes a message a paragraph.

    ``hook`` is called at ``before open``, ``open``, ``before open_more``, ``open_more``, ``draft``, ``compose``,
    ``before write`` and ``write``; it may raise or kill. ``gone`` makes every chat one that no longer exists.
    """

    def __init__(self, path: Path, *, hook: Hook = no_hook, gone: bool = False, pause_s: float = 0.0) -> None:
        self.log = ChatLog(path)
        self._hook = hook
        self._gone = gone
        self._pause_s = pause_s
        self._reached: Counter[tuple[str, str]] = Counter()

    async def open(self, letter: Letter) -> int:
        return await self._open("open", letter)

    async def open_more(self, letter: Letter) -> int:
        return await self._open("open_more", letter)

    async def draft(self, letter: Letter, message_id: int, text: str) -> None:
        await self._reach("draft", letter)
        self.log.append(kind="draft", message_id=message_id, letter=letter.id, text=text)

    def compose(self, letter: Letter, answer: Answer) -> Sequence[str]:
        self.reach("compose", letter.id)
        return [json.dumps({"text": part}) for part in answer.text.split("\n\n")]

    async def write(self, letter: Letter, message_id: int, message: str) -> None:
        await self._reach("before write", letter)
        if not self._gone:
            self.log.append(kind="write", message_id=message_id, letter=letter.id, text=json.loads(message)["text"])
        await self._reach("write", letter)

    async def _open(self, call: str, letter: Letter) -> int:
        await self._reach(f"before {call}", letter)
        if self._gone:
            return 0
        message_id = 1 + sum(event["kind"] in {"open", "open_more"} for event in self.log.events())
        self.log.append(kind=call, message_id=message_id, letter=letter.id, text="…")
        await self._reach(call, letter)
        return message_id

    async def _reach(self, call: str, letter: Letter) -> None:
        await asyncio.sleep(self._pause_s)
        self.reach(call, letter.id)

    def reach(self, call: str, letter_id: str) -> None:
        """Reach a point; an answer function may name points of its own."""
        self._reached[call, letter_id] += 1
        self._hook(call, letter_id, self._reached[call, letter_id])


def kill_at(point: str, letter_id: str) -> Hook:
    """Kill this process, as ``kill -9`` does, at a point like ``write 2``: the second time it is reached."""

    def hook(call: str, of_letter: str, n: int) -> None:
        if of_letter == letter_id and f"{call} {n}" == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook
