"""The server of that model."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.openai_server import FakeOpenAI
from tests.integration.deep.stage import CAT_FOOD, HOW_MUCH, MEMORY_SAVED, player


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(default=player(HOW_MUCH, MEMORY_SAVED, CAT_FOOD)) as server:
        yield server
