"""Updates that other people's bots recorded, read by the Telegram channel."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, cast

import pytest
from telegram import Update

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.gate import Gate
from bot.channels.telegram.model import Hint, Ignored, Question
from bot.channels.telegram.poller import Poller

RECORDED = (
    Path(__file__).resolve().parents[2] / ".." / "shared" / "bench" / "telegram_bot_api" / "recorded_updates.jsonl"
)
GATE = Gate(bot_id=1234567890, username="yinju_bot")


def _recorded() -> list[Any]:
    if not RECORDED.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the recorded updates are not beside this checkout"))]
    lines = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    return [pytest.param(line, id=f"{number}-{line['source']}") for number, line in enumerate(lines, start=1)]


class _Recorded:
    """A Bot API that has one update to give, and then none."""

    def __init__(self, update: dict[str, Any]) -> None:
        self.waiting = [update]
        self.confirmed = asyncio.Event()

    async def raw_updates(self, *, offset: int | None, timeout_s: int, **_: Any) -> list[Any]:
        if self.waiting and (offset is None or offset <= self.waiting[0]["update_id"]):
            return self.waiting
        self.confirmed.set()
        await asyncio.sleep(timeout_s)
        return []


async def _polled(raw: dict[str, Any]) -> list[Update]:
    """What the channel makes of an update that it fetches."""
    handled: list[Update] = []

    async def handle(update: Update) -> None:
        handled.append(update)

    api = _Recorded(raw)
    async with asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(Poller(cast("BotApi", api), handle).run())
        await asyncio.wait_for(api.confirmed.wait(), 5)
        polling.cancel()
    return handled


@pytest.mark.shared
@pytest.mark.parametrize("line", _recorded())
async def test_a_recorded_update_has_a_meaning(line: dict[str, Any], caplog: pytest.LogCaptureFixture):
    """Whatever Telegram sent to others is understood or passed over, with no error and no answer in a group."""
    raw = line["json"] if line["kind"] == "update" else {"update_id": 1, "message": line["json"]}
    handled = await _polled(raw)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    (update,) = handled
    meaning = GATE.read(update)
    chat = raw.get("message", {}).get("chat", {})
    if chat.get("type") != "private":
        assert isinstance(meaning, Ignored)
    elif raw["message"].get("text") and "from" in raw["message"]:
        assert isinstance(meaning, Question)
        assert meaning.letter.text == raw["message"]["text"].strip()
    else:
        assert isinstance(meaning, Ignored | Hint | Question)


@pytest.mark.shared
def test_all_recorded_updates_are_there():
    """The recorded file holds what the other test counts on."""
    if not RECORDED.is_file():
        pytest.skip("the recorded updates are not beside this checkout")
    assert len(_recorded()) == 49
