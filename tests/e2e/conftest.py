"""What the end-to-end tests share: an index made once, and the manners that every bot is held to."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.harness import ROOT, Stage, ingest
from tests.fakes.bot_api import FakeChat, FakeMessage, FakeUser


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the index of the essays once; every bot gets a copy."""
    data_dir = tmp_path_factory.mktemp("ingested") / "data"
    ingest(data_dir, tmp_path_factory.mktemp("empty"))
    return data_dir


@pytest.fixture
def ann(stage: Stage) -> FakeUser:
    """Who asks in most tests."""
    return stage.server.user("Ann", lang="zh", username="ann")


@pytest.fixture
def chat(stage: Stage, ann: FakeUser) -> FakeChat:
    """Ann's chat with the bot."""
    return stage.server.private_chat(ann)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _manners(stage: Stage) -> AsyncIterator[None]:
    """After each test: no violation of the Bot API, no limit passed, no secret in a chat or log."""
    stage.server.faults.clear()
    yield
    violations, stage.server.violations = stage.server.violations, []
    assert violations == []
    assert stage.server.flood.exceeded == 0  # the bot keeps within the limits by itself
    for chat in stage.server.world.chats.values():
        for message in stage.server.from_bot(chat):
            _keeps_secrets(message, stage)
    assert stage.server.token.split(":")[1] not in stage.bot.log
    assert "Traceback" not in stage.bot.log, stage.bot.log[-5000:]


def _keeps_secrets(message: FakeMessage, stage: Stage) -> None:
    paths = (str(ROOT), str(stage.bot.folder.parent), "site-packages", '.py"')
    unwanted = ("Traceback", stage.server.token.split(":")[1], "sk-test", *paths)
    for version in message.versions:
        assert not any(word in version.text for word in unwanted), version.text
        assert not re.search(r"\b\w+(Error|Exception)\b", version.text), version.text
        assert version.preview_off, f"a link preview is on: {version.text}"
