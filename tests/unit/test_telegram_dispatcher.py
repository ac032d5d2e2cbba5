"""From an update to what is done: questions are stored before it returns, the rest never holds them up."""

import asyncio

import pytest

from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.gate import Gate
from bot.channels.telegram.model import HintKind
from bot.channels.telegram.sender import ChatGone
from bot.errors import TransientError
from tests.fakes.telegram import BOT_ID, entity, private, update


class Handlers:
    """Remembers what it was asked; commands wait until let go, and may fail."""

    def __init__(self):
        self.commands, self.hints, self.go_on, self.error = [], [], asyncio.Event(), None

    async def command(self, command):
        self.commands.append(command)
        await self.go_on.wait()
        if self.error:
            raise self.error

    async def hint(self, hint):
        self.hints.append(hint)


class Inbox:
    """Keeps letters, or fails for as long as told."""

    def __init__(self):
        self.letters, self.broken, self.tries = [], False, 0

    async def receive(self, letter):
        self.tries += 1
        if self.broken:
            raise TransientError("the disk is full")
        self.letters.append(letter)
        return True


@pytest.fixture
def handlers():
    """Give handlers that wait."""
    return Handlers()


@pytest.fixture
def inbox():
    """Give an inbox that works."""
    return Inbox()


@pytest.fixture
def naps():
    """Give a list of the seconds slept."""
    return []


@pytest.fixture
async def dispatcher(handlers, inbox, naps):
    """Give a dispatcher that doesn't really sleep."""

    async def nap(seconds):
        naps.append(seconds)

    gate = Gate(bot_id=BOT_ID, username="yinju_bot")
    async with asyncio.TaskGroup() as tasks:
        yield Dispatcher(gate=gate, receive=inbox.receive, handlers=handlers, tasks=tasks, sleep=nap)
        handlers.go_on.set()


def command(chat=501):
    """``/help`` from a person."""
    person = {"id": chat, "type": "private", "first_name": "P"}
    return update(private(text="/help", entities=[entity("/help", "/help", "bot_command")], chat=person))


async def test_a_question_is_durable_when_handling_returns(dispatcher, inbox, handlers):
    """Although commands of the same chat still wait."""
    await dispatcher.handle(command())
    await dispatcher.handle(update(private(text="Why?")))
    assert [letter.text for letter in inbox.letters] == ["Why?"]


async def test_a_question_that_cannot_be_stored_for_a_minute_is_not_lost_silently(dispatcher, inbox, handlers, naps):
    """Its asker is told, and the next one is taken."""
    inbox.broken = True
    await dispatcher.handle(update(private(text="Why?")))
    await asyncio.sleep(0)
    assert inbox.tries > 3
    assert 55 <= sum(naps) <= 65
    (hint,) = handlers.hints
    assert (hint.kind, hint.message_id, hint.place.chat) == (HintKind.NOT_STORED, 7, 501)


async def test_a_flood_of_commands_is_dropped(dispatcher, handlers):
    """Five of a chat may wait; another chat's are not touched, and later ones are taken again."""
    for _ in range(8):
        await dispatcher.handle(command())
    await dispatcher.handle(command(chat=502))
    await asyncio.sleep(0)
    assert [c.place.chat for c in handlers.commands] == [501] * 5 + [502]
    handlers.go_on.set()
    await asyncio.sleep(0.01)
    await dispatcher.handle(command())
    await asyncio.sleep(0)
    assert len(handlers.commands) == 7


@pytest.mark.parametrize("error", [ChatGone("blocked"), TransientError("down"), RuntimeError("a fault of ours")])
async def test_a_command_that_fails_ends_nothing(dispatcher, handlers, error, caplog):
    """The log says so, and the next one is taken."""
    handlers.error = error
    handlers.go_on.set()
    caplog.set_level("INFO")
    await dispatcher.handle(command())
    await asyncio.sleep(0.01)
    assert "501" in caplog.text
    await dispatcher.handle(command())
    await asyncio.sleep(0.01)
    assert len(handlers.commands) == 2
