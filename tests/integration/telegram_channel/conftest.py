"""A Telegram, the channel running on it, and one person who writes to it."""

import pytest

from tests.fakes.bot_api import FakeBotApi, Limits
from tests.integration.telegram_channel.stage import running


@pytest.fixture
async def server():
    """Give a Telegram without flood limits."""
    async with FakeBotApi(limits=Limits(enforced=False)) as server:
        yield server
    assert not server.violations


@pytest.fixture
async def bot(server):
    """Give the running channel."""
    async with running(server) as bot:
        yield bot


@pytest.fixture
def ann(server):
    """Give a person whose app is in English."""
    return server.user("Ann", lang="en")


@pytest.fixture
def chat(server, ann):
    """Give her private chat."""
    return server.private_chat(ann)
