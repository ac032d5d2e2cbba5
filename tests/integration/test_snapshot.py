"""The index in mapped files beside the store: a cache that is believed only where it is of the store as it is."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.evaluation.synthetic import MadeUpEmbedder, made_up_questions, write_corpus
from bot.retrieval import snapshot
from bot.retrieval.chroma import ChromaStore
from bot.retrieval.index import Index
from bot.retrieval.ingest import IngestSummary, ingest
from bot.retrieval.model import Hit
from bot.retrieval.open_index import open_index
from bot.retrieval.search import Searcher
from tests.fakes.ingest_progress import RecordedProgress

ROOT = Path(__file__).resolve().parents[2]
PASSAGES = 45


class Library:
    """A corpus of made-up essays and what was ingested of it; tests work on copies."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.data = root / "data"
        self.embedder = MadeUpEmbedder()

    @property
    def manifest(self) -> Path:
        return self.data / "snapshot" / "snapshot.json"

    def segments(self) -> list[str]:
        return sorted(path.name for path in self.manifest.parent.glob("*.segment"))

    def store(self) -> ChromaStore:
        return ChromaStore(path=self.data / "chroma")

    async def ingest(self) -> IngestSummary:
        return await ingest(
            corpus_dir=self.corpus,
            data_dir=self.data,
            embedder=self.embedder,
            open_store=self.store,
            progress=RecordedProgress(),
        )

    def open(self, *, store: Callable[[], ChromaStore] | None = None) -> Index:
        return open_index(data_dir=self.data, open_store=store or self.store, embedder_name=self.embedder.name)

    async def hits(self, index: Index | None = None, *, k: int = 10) -> list[list[Hit]]:
        searcher = Searcher(embedder=self.embedder, index=index or self.open())
        return [await searcher.search(question, k=k) for question in made_up_questions(4)]


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up")
    library = Library(folder)
    write_corpus(library.corpus, passages=PASSAGES)
    asyncio.run(library.ingest())
    return folder


@pytest.fixture
def library(ingested: Path, tmp_path: Path) -> Library:
    shutil.copytree(ingested, tmp_path / "copy")
    return Library(tmp_path / "copy")


class UnreadableStore(ChromaStore):
    """Fails where its rows are read."""

    def load(self) -> object:
        pytest.fail("the store was read")


def names(hits: list[list[Hit]]) -> list[list[str]]:
    return [[hit.passage.id for hit in found] for found in hits]


def scores(hits: list[list[Hit]]) -> list[float]:
    return [hit.score for found in hits for hit in found]


async def test_a_sound_snapshot_is_opened_instead_of_the_store(library: Library) -> None:
    """A start reads no row of it, and finds the same."""
    index = library.open(store=lambda: UnreadableStore(path=library.data / "chroma"))
    found = await library.hits(index)
    library.manifest.unlink()
    assert found == await library.hits()


def cut_short(library: Library) -> None:
    path = next(library.manifest.parent.glob("*.segment"))
    path.write_bytes(path.read_bytes()[:-1000])


def overwrite(library: Library) -> None:
    path = next(library.manifest.parent.glob("*.segment"))
    content = bytearray(path.read_bytes())
    content[200 : len(content) // 2] = b"\xff" * (len(content) // 2 - 200)
    path.write_bytes(content)


def exchange(library: Library) -> None:
    path = next(library.manifest.parent.glob("*.segment"))
    path.write_bytes(b"\0" * path.stat().st_size)


def change_manifest(**fields: object) -> Callable[[Library], None]:
    def change(library: Library) -> None:
        record = json.loads(library.manifest.read_text(encoding="utf-8"))
        library.manifest.write_text(json.dumps(record | fields), encoding="utf-8")

    return change


HARMS: dict[str, Callable[[Library], None]] = {
    "cut short": cut_short,
    "overwritten": overwrite,
    "of zeros": exchange,
    "no files": lambda library: [path.unlink() for path in library.manifest.parent.glob("0*")],
    "no folder": lambda library: shutil.rmtree(library.manifest.parent),
    "no manifest": lambda library: library.manifest.unlink(),
    "broken manifest": lambda library: library.manifest.write_text("{"),
    "list for a manifest": lambda library: library.manifest.write_text("[]"),
    "of another embedder": change_manifest(identity="1: another"),
    "of another state of the store": change_manifest(revision="1 2"),
    "made by other rules": change_manifest(rules="0"),
    "without segments": change_manifest(segments=[]),
    "with a segment that is not there": change_manifest(segments=[{"name": "000009", "gone": []}]),
}


@pytest.mark.parametrize("harm", HARMS)
async def test_a_snapshot_that_cannot_be_believed_is_made_anew(library: Library, harm: str) -> None:
    """Whoever meets it reads the store; the next ingest makes it anew from there, and embeds nothing."""
    found = await library.hits()
    HARMS[harm](library)
    assert names(await library.hits()) == names(found)

    class Unused(MadeUpEmbedder):
        async def embed_passages(self, *args: object, **options: object) -> None:
            pytest.fail("a vector was computed")

    library.embedder = Unused()
    summary = await library.ingest()
    assert (summary.unchanged, summary.passages) == (5, PASSAGES)
    index = library.open(store=lambda: UnreadableStore(path=library.data / "chroma"))
    assert names(await library.hits(index)) == names(found)


async def test_a_store_that_somebody_else_wrote_to_is_read_again(library: Library) -> None:
    """The snapshot is of the store as it was: what was taken out since is not found."""
    library.open()
    gone = library.open().passages[0]
    (library.data / "ingest.json").write_text(
        (library.data / "ingest.json").read_text().replace(f'"passages": {PASSAGES}', f'"passages": {PASSAGES - 1}')
    )
    store = library.store()
    store.delete([gone.id])
    store.close()
    assert library.open().passage(gone.id) is None


def add_essay(library: Library, name: str, word: str) -> None:
    (library.corpus / name).write_text(f"# On {word}\n\nEverything about the {word} is said here.\n", encoding="utf-8")


async def best_title(library: Library, question: str) -> str:
    searcher = Searcher(embedder=library.embedder, index=library.open())
    return (await searcher.search(question))[0].passage.essay.title


@pytest.mark.parametrize("small", [0, 4_096])
async def test_an_essay_comes_changes_and_goes(library: Library, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    """Whether the snapshot is merged each time or grows by segments, the next process sees what is there."""
    monkeypatch.setattr(snapshot, "SMALL", small)
    add_essay(library, "z.md", "zyzzyva")
    assert (await library.ingest()).added == 1
    assert await best_title(library, "zyzzyva") == "On zyzzyva"
    assert len(library.open().passages) == PASSAGES + 1

    add_essay(library, "z.md", "quokka")
    summary = await library.ingest()
    assert (summary.added, summary.removed, summary.unchanged) == (1, 1, 5)
    assert await best_title(library, "quokka") == "On quokka"
    assert not any("zyzzyva" in passage.text for passage in library.open().passages)

    (library.corpus / "z.md").unlink()
    assert (await library.ingest()).removed == 1
    index = library.open()
    assert len(index.passages) == PASSAGES
    assert [essay.title for essay in index.essays if "On " in essay.title] == []
    assert index.essay("z.md#1") is None
    assert index.passages_of("z.md#1") == ()
    assert (await library.ingest()).unchanged == 5


async def test_segments_stay_few_and_find_what_one_finds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Essays that come one by one make about as many segments as their number has digits, and lose nothing."""
    monkeypatch.setattr(snapshot, "SMALL", 0)
    monkeypatch.setattr(snapshot, "LEARNED_ANEW_AT", 10)
    for number in range(9):
        add_essay(library, f"z{number}.md", f"zyzzyva {number}")
        await library.ingest()
        assert len(library.segments()) <= 5
    (library.corpus / "z3.md").unlink()
    (library.corpus / "essay000000.md").unlink()
    summary = await library.ingest()
    assert summary.passages == len(library.open().passages) == PASSAGES + 8 - 9
    grown = await library.hits(k=20)
    library.manifest.unlink()
    (library.data / "ingest.json").unlink()
    await library.ingest()
    assert len(library.segments()) == 1
    whole = await library.hits(k=20)
    # The space was learned before those essays came, so scores differ a little.
    assert sum(len({*a} & {*b}) for a, b in zip(names(grown), names(whole), strict=True)) >= 0.9 * 20 * len(whole)


async def test_a_quarter_of_new_passages_makes_one_segment(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the space is learned anew, and all is as if it had been ingested at once."""
    monkeypatch.setattr(snapshot, "SMALL", 0)
    write_corpus(library.corpus, passages=PASSAGES + 9)
    await library.ingest()
    assert len(library.segments()) == 2
    write_corpus(library.corpus, passages=PASSAGES + 27)
    await library.ingest()
    assert len(library.segments()) == 1
    grown = await library.hits()
    shutil.rmtree(library.data)
    await library.ingest()
    fresh = await library.hits()
    assert names(grown) == names(fresh)
    assert scores(grown) == pytest.approx(scores(fresh), abs=2e-3)


async def test_an_ingest_reads_only_what_changed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files whose size and time are as they were are not opened, and the store's rows not read."""
    monkeypatch.setattr("bot.corpus.survey.CLOCK_STEP_NS", 0)
    await asyncio.sleep(0.05)  # longer than a tick of the file system's clock
    await library.ingest()
    opened: list[str] = []
    read_bytes = Path.read_bytes

    def counted(path: Path) -> bytes:
        opened.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    add_essay(library, "z.md", "zyzzyva")
    monkeypatch.setattr(ChromaStore, "load", UnreadableStore.load)
    assert (await library.ingest()).added == 1
    assert [name for name in opened if name.endswith(".md")] == ["z.md"]


async def test_an_edit_that_keeps_size_and_time_is_seen_while_it_is_fresh(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file written twice within a tick of the clock is read again."""
    tick_ns = time.time_ns() + 60_000_000_000  # which has not ended, however busy the machine
    monkeypatch.setattr("bot.corpus.survey._size_and_time", lambda path: (Path(path).stat().st_size, tick_ns))
    add_essay(library, "z.md", "aardvark")
    await library.ingest()
    add_essay(library, "z.md", "capybara")
    await library.ingest()
    assert await best_title(library, "capybara") == "On capybara"


async def test_a_snapshot_whose_writing_was_killed_is_made_by_the_next_ingest(library: Library) -> None:
    """The files of a part are there, but not the manifest that names them: they are written again, or removed."""
    code = (
        "import asyncio, os, signal, sys\n"
        "from pathlib import Path\n"
        "from bot.retrieval import snapshot\n"
        "from tests.integration.test_snapshot import Library\n"
        "snapshot.Manifest.write = lambda *args: os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(Library(Path(sys.argv[1])).ingest())\n"
    )
    add_essay(library, "z.md", "zyzzyva")
    command = [sys.executable, "-c", code, str(library.corpus.parent)]
    killed = subprocess.run(command, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(library.open().passages) == PASSAGES  # as before, until it is complete
    assert (await library.ingest()).passages == PASSAGES + 1
    assert await best_title(library, "zyzzyva") == "On zyzzyva"
    assert len(library.segments()) == 1


async def test_what_a_killed_ingest_left_is_removed(library: Library) -> None:
    """The parts of which it was making a snapshot take the room of the vectors."""
    left = library.data / "runs-of-a-killed-ingest"
    left.mkdir()
    (left / "0").write_bytes(b"part")
    library.manifest.unlink()
    await library.ingest()
    assert not left.exists()


async def test_texts_that_were_changed_in_a_snapshot_are_not_quoted(library: Library) -> None:
    """The store is read instead, as it is where anything else of a snapshot is damaged."""
    hits = await library.hits()
    path = next(library.manifest.parent.glob("*.segment"))
    content = path.read_bytes()
    changed = content.replace(b'"section": "', b'"section": \xff')
    assert changed != content
    path.write_bytes(changed)
    assert await library.hits() == hits


async def test_an_edit_whose_time_was_put_back_is_seen(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that keeps size and time of change has a new record in the file system."""
    monkeypatch.setattr("bot.corpus.survey.CLOCK_STEP_NS", 0)
    add_essay(library, "z.md", "aardvark")
    known = (library.corpus / "z.md").stat()
    await asyncio.sleep(0.05)
    await library.ingest()
    add_essay(library, "z.md", "capybara")
    os.utime(library.corpus / "z.md", ns=(known.st_atime_ns, known.st_mtime_ns))
    await library.ingest()
    assert await best_title(library, "capybara") == "On capybara"
