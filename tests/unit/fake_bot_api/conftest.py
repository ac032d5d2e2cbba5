"""A fake Bot API without flood limits, a client of it, and somebody to talk with."""

import aiohttp
import pytest

from tests.fakes.bot_api import FakeBotApi, Limits
from tests.fakes.bot_api.client import Caller


@pytest.fixture
async def server():
    async with FakeBotApi(limits=Limits(enforced=False)) as running:
        yield running


@pytest.fixture
async def bot(server):
    async with aiohttp.ClientSession() as session:
        yield Caller(server, session)


@pytest.fixture
def ann(server):
    return server.user("Ann", lang="zh", username="ann")


@pytest.fixture
def chat(server, ann):
    return server.private_chat(ann)
