"""Long polling: nothing is confirmed before it was handled, and nothing stops it but a refused token."""

import asyncio
import logging

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.channels.telegram.aiohttp_request import FloodWait
from bot.channels.telegram.api import make_bot
from bot.channels.telegram.poller import Poller
from bot.errors import OperatorError
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.telegram import private


class Script:
    """A Bot API whose answers to getUpdates are written beforehand: batches and errors."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.offsets = []
        self.done = asyncio.Event()

    async def raw_updates(self, *, offset, timeout_s, allowed, limit=100):
        self.offsets.append(offset)
        if not self.steps:
            self.done.set()
            await asyncio.Event().wait() if timeout_s else None
            return []
        step = self.steps.pop(0)
        if isinstance(step, TelegramError):
            raise step
        return step


class Handled:
    """Remembers the updates in order; raises on those whose text says so."""

    def __init__(self):
        self.ids = []

    async def __call__(self, update):
        self.ids.append(update.update_id)
        if update.message is not None and update.message.text == "raise":
            raise LookupError(update.message.text)


class Naps:
    """Remembers how long was slept, without sleeping."""

    def __init__(self):
        self.seconds = []

    async def __call__(self, seconds):
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def raw(update_id, text="Why?"):
    """An update as JSON."""
    return {"update_id": update_id, "message": private(text=text)}


async def poll(script, handle=None, naps=None):
    """Poll until the script is at its end."""
    poller = Poller(script, handle or Handled(), sleep=naps or Naps())
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(poller.run())
        await asyncio.wait_for(script.done.wait(), 5)
        running.cancel()
    return poller


async def test_updates_are_confirmed_after_they_were_handled():
    """While one is being handled, nothing is confirmed; a crash then brings it again."""
    async with FakeBotApi() as server:
        ann = server.user("Ann")
        bot = make_bot(server.token, server.url)
        await bot.initialize()
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def handle(update):
            reached.set()
            await go_on.wait()

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(Poller(bot, handle, timeout_s=5).run())
            said = server.say(server.private_chat(ann), ann, "Why?")
            await asyncio.wait_for(reached.wait(), 5)
            await asyncio.sleep(0.05)
            assert said.update["update_id"] not in server.updates.confirmed
            go_on.set()
            await server.wait_for(lambda: said.update["update_id"] in server.updates.confirmed)
            running.cancel()
        await bot.shutdown()
        assert server.updates.allowed == {"message", "callback_query"}
        assert not server.violations


async def test_stopping_confirms_what_was_handled():
    """A clean stop right after handling does not bring the same commands again at the next start."""
    async with FakeBotApi() as server:
        ann = server.user("Ann")
        bot = make_bot(server.token, server.url)
        await bot.initialize()
        handled = asyncio.Event()

        async def handle(update):
            if update.message.text == "second":
                handled.set()
                await asyncio.Event().wait()

        async with asyncio.TaskGroup() as tasks:
            first = server.say(server.private_chat(ann), ann, "first")
            second = server.say(server.private_chat(ann), ann, "second")
            running = tasks.create_task(Poller(bot, handle, timeout_s=5).run())
            await asyncio.wait_for(handled.wait(), 5)
            running.cancel()
        await bot.shutdown()
        assert first.update["update_id"] in server.updates.confirmed
        assert second.update["update_id"] not in server.updates.confirmed


async def test_an_update_that_raises_is_skipped_and_its_text_is_not_logged(caplog):
    """The next one is handled; the log names kind and id."""
    caplog.set_level(logging.DEBUG)
    handled = Handled()
    script = Script(
        [raw(5, "raise"), {"update_id": 6, "message": {"message_id": 1}}, {"update_id": 7, "new_kind": {}}, raw(8)]
    )
    await poll(script, handled)
    assert handled.ids == [5, 7, 8]
    assert script.offsets[:2] == [None, 9]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors[0].startswith("update 5 (message) was skipped: LookupError")
    assert "update 6 (message)" in errors[1]
    assert "raise" not in caplog.text.replace("raised", "")


async def test_something_that_is_no_update_does_not_spin():
    """It cannot be confirmed; the next poll waits a moment."""
    naps = Naps()
    await poll(Script(["?"], [{"update_id": "7"}]), naps=naps)
    assert naps.seconds == [1.0, 1.0]


async def test_network_errors_are_waited_out_longer_each_time(caplog):
    """Up to half a minute; a success starts anew; flood control is obeyed to the second."""
    naps = Naps()
    failures = [NetworkError("down")] * 7
    await poll(Script(*failures, [raw(1)], NetworkError("down"), FloodWait(17)), naps=naps)
    assert naps.seconds == [1, 2, 4, 8, 16, 30, 30, 1, 17]


async def test_another_poller_is_named_clearly(caplog):
    """Two programs with one token: the operator reads what to do, and it goes on when the other stops."""
    handled = Handled()
    await poll(Script(Conflict("terminated by other getUpdates request"), [raw(1)]), handled)
    assert "another program takes this bot's updates" in caplog.text
    assert handled.ids == [1]


async def test_a_refused_token_ends_it():
    """The operator must act; the message holds no token."""
    with pytest.raises(OperatorError, match="TELEGRAM_BOT_TOKEN"):
        await Poller(Script(InvalidToken("42:secret")), Handled()).run()


async def test_the_heartbeat_moves_with_each_answer():
    """The health check sees when Telegram last answered."""
    script = Script()
    assert Poller(script, Handled()).last_success is None
    answering = await poll(Script([], [raw(1)]))
    assert answering.last_success is not None
    failing = await poll(Script(NetworkError("down"), NetworkError("down")))
    assert failing.last_success is None
