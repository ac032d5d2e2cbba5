"""What every PassageStore keeps: the fake, Chroma in a folder, and Chroma behind its own server."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import chromadb
import numpy as np
import pytest

from bot.corpus.model import Essay, Span
from bot.errors import IndexDamaged, SettingsError
from bot.retrieval.chroma import ChromaStore
from bot.retrieval.model import PassageStore, StoredPassage, StoreUnreachable
from tests.fakes.passage_store import MemoryPassageStore, StoreContents
from tests.fakes.passages import make_passage, make_row

Opener = Callable[[], PassageStore]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Chroma's server on loopback, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma-server")
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as process:
        try:
            await_listening(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def await_listening(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the Chroma server did not start")


@pytest.fixture(params=["memory", "folder", "server"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the same store again and again, as processes one after another do."""
    if request.param == "memory":
        contents = StoreContents()
        return lambda: MemoryPassageStore(contents)
    if request.param == "server":
        url = request.getfixturevalue("server")
        forget_collection(url)
        return lambda: ChromaStore(url=url)
    return lambda: ChromaStore(path=tmp_path / "chroma")


def forget_collection(url: str) -> None:
    client = chromadb.HttpClient(host="127.0.0.1", port=int(url.rpartition(":")[2]))
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    for part in (client, client._admin_client):
        part._server._session.close()
    client.close()


@pytest.fixture
def store(opener: Opener) -> Iterator[PassageStore]:
    opened = opener()
    opened.reset("test 1")
    yield opened
    opened.close()


def ids(store: PassageStore) -> set[str]:
    return {row.passage.id for row in store.load()}


def assert_same(found: StoredPassage, expected: StoredPassage) -> None:
    assert found.passage == expected.passage
    np.testing.assert_allclose(found.vector, expected.vector, atol=1e-6)
    np.testing.assert_allclose(found.sentence_vectors, expected.sentence_vectors, atol=1e-6)


def test_a_store_that_was_never_written_has_no_identity(opener: Opener) -> None:
    """Before the first ingest there is nothing to open, and nobody is told a lie about it."""
    store = opener()
    assert store.identity() is None
    store.close()


def test_rows_come_back_whole_from_a_store_opened_anew(opener: Opener) -> None:
    """A passage with all that is known of its essay, and its vectors, survives the process."""
    essay = Essay(
        key="猫.md#1",
        title="论猫 “on cats”",
        span=Span(file="猫.md", start=3, end=900),
        lang="zh",
        author="作者",
        date="2025-01-28",
        url="https://example.org/a?b=c",
        same_as="On Cats",
        description="猫与人\n第二行",
        tags=("猫", "cats"),
    )
    row = make_row(
        make_passage(["猫叫伽罗瓦。", "😀 It’s a cat\x07 <|endoftext|>"], essay=essay, section="第一章", start=7)
    )
    first = opener()
    first.reset("test 1")
    first.upsert([row])
    first.close()

    second = opener()
    assert second.exists()
    assert second.identity() == "test 1"
    (found,) = second.load()
    assert_same(found, row)
    second.close()


def test_the_revision_is_that_of_the_rows(opener: Opener) -> None:
    """It outlives the process, and no change of a row goes unnoticed."""
    row = make_row(make_passage("one"))
    revisions = []
    for change in (
        lambda store: store.reset("test 1"),
        lambda store: store.upsert([row]),
        lambda store: store.update([replace(row.passage, section="moved")]),
        lambda store: store.delete([row.passage.id]),
    ):
        store = opener()
        change(store)
        revisions.append(store.seal())
        store.close()
        other = opener()
        assert other.revision() == revisions[-1]
        other.close()
    assert all(before != after for before, after in pairwise(revisions))


def test_storing_a_row_again_replaces_it(store: PassageStore) -> None:
    """An id has one row."""
    passage = make_passage("once")
    store.upsert([make_row(passage, seed=1)])
    store.upsert([make_row(passage, seed=2)])
    (found,) = store.load()
    assert_same(found, make_row(passage, seed=2))


def test_update_changes_what_is_known_and_leaves_the_vectors(store: PassageStore) -> None:
    """A passage that moved within its file isn't embedded again."""
    row = make_row(make_passage(["One.", "Two."]))
    store.upsert([row])
    moved = replace(
        row.passage,
        span=Span(file="cats.md", start=50, end=59),
        sentences=(Span(file="cats.md", start=50, end=54), Span(file="cats.md", start=55, end=59)),
        essay=replace(row.passage.essay, date="2026-01-01"),
    )
    store.update([moved])
    (found,) = store.load()
    assert_same(found, replace(row, passage=moved))


def test_deleting_forgets_rows_and_ignores_unknown_ids(store: PassageStore) -> None:
    """What is gone stays gone; what was never there is no error."""
    kept, gone = make_passage("kept"), make_passage("gone")
    store.upsert([make_row(kept), make_row(gone)])
    store.delete([gone.id, "0123456789abcdef"])
    assert ids(store) == {kept.id}


def test_nothing_to_do_is_no_error(store: PassageStore) -> None:
    """Empty batches pass through."""
    store.upsert([])
    store.update([])
    store.delete([])
    assert ids(store) == set()
    assert list(store.load()) == []


def test_many_rows_pass_in_one_call(store: PassageStore) -> None:
    """More rows than fit in one write or one read of the library."""
    rows = [make_row(make_passage(f"passage {n}", start=n * 100), seed=n) for n in range(300)]
    store.upsert(rows)
    assert sorted(row.passage.text for row in store.load()) == sorted(row.passage.text for row in rows)
    store.delete([row.passage.id for row in rows[:290]])
    assert len(ids(store)) == 10


def test_resetting_forgets_everything(store: PassageStore) -> None:
    """A store of another embedder starts afresh, with vectors of another length."""
    store.upsert([make_row(make_passage("old"), dimension=8)])
    store.reset("test 2")
    assert store.identity() == "test 2"
    assert ids(store) == set()
    store.upsert([make_row(make_passage("new"), dimension=12)])
    assert [row.vector.shape for row in store.load()] == [(12,)]


@pytest.mark.parametrize("harm", ["no database", "overwritten in the middle"])
def test_a_damaged_folder_is_reported_and_can_be_reset(tmp_path: Path, harm: str) -> None:
    """The files are a cache: unreadable ones are an IndexDamaged, and a reset makes a store of them again."""
    path = tmp_path / "chroma"
    store = ChromaStore(path=path)
    store.reset("test 1")
    store.upsert([make_row(make_passage("lost"))])
    store.close()
    database = path / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    content[: 4096 if harm == "no database" else -1 : 3] = b"x" * len(
        content[: 4096 if harm == "no database" else -1 : 3]
    )
    database.write_bytes(content)

    damaged = ChromaStore(path=path)
    with pytest.raises(IndexDamaged, match="yinju ingest"):
        _ = damaged.identity(), list(damaged.load())
    damaged.reset("test 1")
    damaged.upsert([make_row(make_passage("found"))])
    assert [row.passage.text for row in damaged.load()] == ["found"]
    damaged.close()


def test_a_folder_in_the_way_of_a_foreign_program_is_no_index(tmp_path: Path) -> None:
    """A Chroma database that holds other collections has no identity of ours."""
    client = chromadb.PersistentClient(
        path=str(tmp_path / "chroma"), settings=chromadb.Settings(anonymized_telemetry=False)
    )
    client.create_collection("recipes", embedding_function=None)
    client.close()
    store = ChromaStore(path=tmp_path / "chroma")
    assert store.exists()
    assert store.identity() is None
    store.close()


def test_a_folder_that_was_never_written_is_left_alone(tmp_path: Path) -> None:
    """Asking for an index makes no files."""
    store = ChromaStore(path=tmp_path / "chroma")
    assert not store.exists()
    assert store.identity() is None
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_told_from_a_damaged_index() -> None:
    """Nothing is rebuilt because a server is down."""
    store = ChromaStore(url="http://127.0.0.1:9")
    assert store.exists()
    with pytest.raises(StoreUnreachable, match="CHROMA_URL"):
        store.identity()
    with pytest.raises(StoreUnreachable):
        store.reset("test 1")


def test_a_store_needs_a_place() -> None:
    """Neither a folder nor an address is a mistake of the set-up."""
    with pytest.raises(SettingsError):
        ChromaStore()
