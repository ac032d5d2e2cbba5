"""An index that broke, and a disk that is full: on the real embedder and the real Chroma, over a small corpus."""

import asyncio
import base64
import logging
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.bootstrap import bring_up_to_date, history_url, inbox_url, load_index, open_embedder
from bot.cli import opening
from bot.cli.opening import open_ready_app
from bot.conversation.sql_history import SqlHistory
from bot.delivery.inbox import Inbox
from bot.errors import IndexDamaged
from bot.retrieval import data_folder
from bot.retrieval.chroma import ChromaStore
from bot.retrieval.ingest import IngestSummary
from bot.retrieval.model import DataUnwritable, StoredPassage
from bot.retrieval.open_index import open_index
from bot.settings import Settings, load_settings
from tests.fakes.courier import FileCourier
from tests.fakes.ingest_progress import RecordedProgress

TIDES = """\
# On Tides

The moon pulls the nearer ocean harder than the farther one, and so there are two tides a day.
"""
MORE = """\
# On Sand

Sand is what the sea leaves of stones when it has had time enough to think them over.
"""
DATABASE = Path("chroma", "chroma.sqlite3")


async def ingest(settings: Settings) -> IngestSummary:
    async with open_embedder(settings) as embedder:
        return await bring_up_to_date(settings, embedder, RecordedProgress())


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``corpus``, and ``data`` made of it; tests work on copies."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "tides.md").write_text(TIDES, encoding="utf-8")
    asyncio.run(ingest(load_settings(corpus_dir=folder / "corpus", data_dir=folder / "data")))
    return folder


@pytest.fixture
def settings(ingested: Path, tmp_path: Path) -> Settings:
    """Those of a copy."""
    shutil.copytree(ingested, tmp_path / "copy")
    return load_settings(corpus_dir=tmp_path / "copy" / "corpus", data_dir=tmp_path / "copy" / "data")


def by_sql(statement: str) -> Callable[[Path], None]:
    def harm(database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute(statement)

    return harm


def halve_vectors(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        query = "select string_value from embedding_metadata where key = 'vectors'"
        ((encoded,),) = connection.execute(query).fetchall()
        content = base64.b64decode(encoded)
        half = base64.b64encode(content[: len(content) // 2]).decode()
        connection.execute("update embedding_metadata set string_value = ? where key = 'vectors'", (half,))


def drop_tables(database: Path) -> None:
    database.unlink()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("create table recipes (name text)")


def truncate(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:100_000])


def put_a_file_in_its_place(database: Path) -> None:
    shutil.rmtree(database.parent)
    database.parent.write_text("in the way")


HARMS: dict[str, Callable[[Path], None]] = {
    "vectors": by_sql("update embedding_metadata set string_value = 'x' where key = 'vectors'"),
    "infinite vectors": by_sql(
        "update embedding_metadata set string_value = replace(string_value, substr(string_value, 1, 8), 'AHwAfAB8')"
        " where key = 'vectors'"
    ),
    "shorter vectors": halve_vectors,
    "no vectors": by_sql("delete from embedding_metadata where key = 'vectors'"),
    "another text": by_sql("update embedding_metadata set string_value = 'x' where key = 'chroma:document'"),
    "no text": by_sql("delete from embedding_metadata where key = 'chroma:document'"),
    "no rows": by_sql("delete from embeddings"),
    "no collection": by_sql("delete from collections"),
    "a table gone": by_sql("drop table embedding_metadata"),
    "no table": drop_tables,
    "truncated": truncate,
    "random": lambda database: database.write_bytes(bytes(range(256)) * 800),
    "empty": lambda database: database.write_bytes(b""),
    "missing": Path.unlink,
    "folder missing": lambda database: shutil.rmtree(database.parent),
    "a file in its place": put_a_file_in_its_place,
}


@pytest.mark.parametrize("harm", HARMS)
async def test_a_damaged_index_is_rebuilt_by_whoever_meets_it(
    settings: Settings, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The index is a cache of the essays: its loss costs time and a line in the log."""
    HARMS[harm](settings.data_dir / DATABASE)

    async with open_ready_app(settings) as app:
        (hit,) = await app.searcher.search("tides")

    assert "two tides a day" in hit.passage.text
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["the index is damaged: it is built anew from the essays"]


@pytest.mark.parametrize("harm", ["vectors", "infinite vectors", "shorter vectors", "no rows"])
async def test_ingest_mends_what_could_not_be_read(settings: Settings, harm: str) -> None:
    """Whoever read it said to ingest; the essays did not change, and yet that helps."""
    HARMS[harm](settings.data_dir / DATABASE)
    async with open_embedder(settings) as embedder:
        with pytest.raises(IndexDamaged, match="yinju ingest"):
            load_index(settings, embedder)

        await ingest(settings)

        assert len(load_index(settings, embedder).passages) == 1


@pytest.mark.parametrize("harm", ["no table", "truncated", "random", "empty", "missing"])
async def test_ingest_alone_notices_files_that_are_no_database(settings: Settings, harm: str) -> None:
    """Nothing but their first bytes is looked at, so that an unchanged corpus costs no time."""
    HARMS[harm](settings.data_dir / DATABASE)
    if harm == "no table":  # sound for SQLite: only reading finds out
        (settings.data_dir / "ingest.json").unlink()
    assert (await ingest(settings)).added == 1


async def test_an_index_that_takes_no_rows_is_rebuilt(settings: Settings) -> None:
    """It can be read, and its fault shows when a new essay is stored."""
    by_sql("update collections set dimension = 3")(settings.data_dir / DATABASE)
    (settings.corpus_dir / "sand.md").write_text(MORE, encoding="utf-8")
    async with open_ready_app(settings) as app:
        assert [essay.title for essay in app.index.essays] == ["On Sand", "On Tides"]


async def test_a_sound_index_is_read_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start is not slower for what might have broken."""
    reads = []

    def counted(*args: object) -> object:
        reads.append(args)
        return load_index(*args)

    monkeypatch.setattr(opening, "load_index", counted)
    monkeypatch.setattr("bot.bootstrap.load_index", counted)
    async with open_ready_app(settings):
        assert len(reads) == 1


def test_an_ingest_that_begins_meanwhile_is_no_damage(settings: Settings) -> None:
    """Half of its rows are read then, and the essays are answered from as they stand."""
    (settings.data_dir / "snapshot" / "snapshot.json").unlink()

    class Overtaken(ChromaStore):
        def load(self) -> list[StoredPassage]:
            (settings.data_dir / "ingest.json").unlink()
            return []

    index = open_index(data_dir=settings.data_dir, open_store=lambda: Overtaken(path=settings.data_dir / "chroma"))
    assert len(index.passages) == 0


@contextmanager
def files_no_longer_than(size_bytes: int) -> Iterator[None]:
    """To a program, as good as a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_not_called_a_damaged_index(settings: Settings) -> None:
    """The line names the folder and the cause, and the good index is still there when room was made."""
    (settings.corpus_dir / "sand.md").write_text(MORE, encoding="utf-8")
    with (
        files_no_longer_than((settings.data_dir / DATABASE).stat().st_size - 50_000),
        pytest.raises(DataUnwritable, match=r"data folder cannot be written \(File too large\); see DATA_DIR"),
    ):
        await ingest(settings)

    async with open_embedder(settings) as embedder:
        assert [essay.title for essay in load_index(settings, embedder).essays] == ["On Tides"]
    assert (await ingest(settings)).added == 1


async def test_a_first_ingest_onto_a_full_disk_says_so(settings: Settings) -> None:
    """Ingest never says to ingest."""
    shutil.rmtree(settings.data_dir)
    with files_no_longer_than(150_000), pytest.raises(DataUnwritable, match="File too large"):
        await ingest(settings)


async def test_reading_onto_a_full_disk_destroys_nothing(settings: Settings) -> None:
    """Chroma writes even to read, and without the snapshot it is read; what it then reports is no damage."""
    database = settings.data_dir / DATABASE
    (settings.data_dir / "snapshot" / "snapshot.json").unlink()
    with files_no_longer_than(4096), pytest.raises(DataUnwritable, match="File too large"):
        async with open_ready_app(settings):
            pytest.fail("there was nothing to serve from")
    assert database.is_file()
    async with open_ready_app(settings) as app:
        assert len(app.index.passages) == 1


async def test_an_index_that_is_up_to_date_is_served_from_a_full_disk(settings: Settings) -> None:
    """Nothing has to be written to read the snapshot."""
    with files_no_longer_than(4096):
        async with open_ready_app(settings) as app:
            (hit,) = await app.searcher.search("tides")
    assert "two tides a day" in hit.passage.text


def test_a_folder_that_is_not_there_has_an_obstacle(tmp_path: Path) -> None:
    """The system's own words, and none where all is well."""
    assert data_folder.obstacle_to_writing(tmp_path / "gone") == "No such file or directory"
    assert data_folder.obstacle_to_writing(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["what?mode=ro", "a#b", "100%", "a%20b", "a b", "数据@家:8080"])
async def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    """Both databases lie in that folder and nowhere else."""
    data = tmp_path / name
    settings = load_settings(data_dir=data, corpus_dir=tmp_path)
    async with SqlHistory(history_url(settings)):
        inbox = Inbox(inbox_url(settings), None, FileCourier(tmp_path / "chat.jsonl"))
        await inbox.start()
        await inbox.close()
    assert {"conversations.db", "inbox.db"} <= {path.name for path in data.iterdir()}
    assert {path.name for path in tmp_path.iterdir()} <= {name, "chat.jsonl"}
