"""Updates that other people's bots recorded, sent to the running bot."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.harness import ROOT, Stage, staged
from tests.fakes.bot_api import FakeBotApi, FakeChat

RECORDED = ROOT / ".." / "shared" / "bench" / "telegram_bot_api" / "recorded_updates.jsonl"
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.shared,
    pytest.mark.skipif(not RECORDED.is_file(), reason="the recorded updates are not beside this checkout"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(ingested, tmp_path_factory.mktemp("recorded")) as running:
        yield running


def _deliver(server: FakeBotApi, line: dict[str, Any], number: int) -> None:
    """Send an update under an id of our own, from a chat that the server then knows."""
    content = line["json"] if line["kind"] == "update" else {"message": line["json"]}
    chat = content.get("message", {}).get("chat")
    if chat is not None:
        server.world.chats.setdefault(chat["id"], FakeChat(id=chat["id"], type=chat["type"], title=chat.get("title")))
    server.updates.put_raw({**content, "update_id": number})


async def test_recorded_updates_do_not_disturb_the_bot(stage: Stage):
    """All are confirmed without an error, groups and channels stay silent, and the next question is answered."""
    server = stage.server
    lines = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    ann = server.user("Ann", lang="zh")
    first = 800_000_001
    for number, line in enumerate(lines, start=first):
        _deliver(server, line, number)
    said = server.say(server.private_chat(ann), ann, "谁的小猫叫伽罗瓦？")
    await stage.answer(said)
    await server.wait_for(lambda: not server.updates.waiting, what="all updates confirmed")
    assert set(range(first, first + len(lines))) <= server.updates.confirmed
    await asyncio.sleep(2)
    for chat in server.world.chats.values():
        if chat.type != "private":
            assert server.from_bot(chat) == [], chat.json()
            assert chat.actions == []
    errors = [line for line in stage.bot.log.splitlines() if " ERROR " in line or " CRITICAL " in line]
    assert errors == []
