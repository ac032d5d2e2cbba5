"""A conversation in the terminal: a prompt on a tty, else a question a line and an answer each."""

import asyncio
import contextlib
import sys

from rich.console import Console

from bot.answering.model import Answer, DraftListener, Turn
from bot.channels.terminal.live import live_draft
from bot.channels.terminal.phrases import GREETING, HELP, NEW
from bot.channels.terminal.render import render
from bot.conversation.conversations import RECALLED_TURNS, Conversations
from bot.retrieval.index import Index

DEEP = "/deep"
QUIT = frozenset({"/quit", "/exit", "/q"})


class TerminalSession:
    """One conversation, remembered until the session ends."""

    def __init__(self, *, conversations: Conversations, index: Index) -> None:
        self._conversations = conversations
        self._index = index
        self._turns: list[Turn] = []

    async def run(self) -> None:
        """Answer until the end of the input, ``/quit`` or Ctrl-C at the prompt."""
        interactive = sys.stdin.isatty() and sys.stdout.isatty()
        if interactive:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401, PLC0415 (its import gives input() editing and history)
            print(GREETING.format(essays=len(self._index.essays)))  # noqa: T201
        while (line := await asyncio.to_thread(_read_line, interactive=interactive)) is not None:
            question = line.strip()
            if question in QUIT:
                return
            if question:
                await self._turn(question, interactive=interactive)

    async def _turn(self, question: str, *, interactive: bool) -> None:
        command, *asked = question.split(maxsplit=1)  # at a space of any width
        deep = command == DEEP and bool(asked)
        if question.startswith("/") and not deep:
            print(self._command(question))  # noqa: T201
            return
        question = asked[0] if deep else question
        answer = await (self._ask_live(question, deep=deep) if interactive else self._ask(question, deep=deep))
        self._turns += [Turn(role="user", content=question), Turn(role="assistant", content=answer.text)]
        print(render(answer), end="\n\n", flush=True)  # noqa: T201

    async def _ask(self, question: str, *, deep: bool, on_draft: DraftListener | None = None) -> Answer:
        return await self._conversations.answer(question, self._turns[-RECALLED_TURNS:], deep=deep, on_draft=on_draft)

    async def _ask_live(self, question: str, *, deep: bool) -> Answer:
        """The same, with the draft shown while it grows."""
        with live_draft(Console()) as on_draft:
            return await self._ask(question, deep=deep, on_draft=on_draft)

    def _command(self, line: str) -> str:
        if line == "/new":
            self._turns.clear()
            return NEW
        if line == "/essays":
            return "\n".join(" · ".join(p for p in (e.title, e.author, e.date) if p) for e in self._index.essays)
        return HELP


def _read_line(*, interactive: bool) -> str | None:
    """The next line without its end, or None where there is none."""
    if interactive:
        try:
            return input("> ")
        except EOFError:
            return None
    # Bytes that are no UTF-8 cost one question, not the session.
    raw = sys.stdin.buffer.readline()
    return raw.decode("utf-8", errors="replace") if raw else None
