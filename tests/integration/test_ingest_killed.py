"""An ingest that is killed, and the one after it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.retrieval.chroma import ChromaStore
from bot.retrieval.ingest import IngestSummary, ingest
from bot.retrieval.open_index import open_index
from tests.fakes.embedder import HashEmbedder
from tests.fakes.ingest_progress import RecordedProgress

ROOT = Path(__file__).resolve().parents[2]


def write_essay(corpus: Path, number: int, word: str) -> None:
    parts = [
        f"## Part {part}\n\nEssay {number} has {word} things to say in part {part}. " + "On and on. " * 8
        for part in range(6)
    ]
    (corpus / f"essay{number}.md").write_text(f"# Essay {number}\n\n" + "\n\n".join(parts), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(4):
        write_essay(folder, number, "old")
    return folder


async def ingest_here(corpus: Path, data: Path) -> tuple[IngestSummary, HashEmbedder]:
    embedder = HashEmbedder()
    summary = await ingest(
        corpus_dir=corpus,
        data_dir=data,
        embedder=embedder,
        open_store=lambda: ChromaStore(path=data / "chroma"),
        progress=RecordedProgress(),
    )
    return summary, embedder


def kill_at(corpus: Path, data: Path, line: str, times: int) -> None:
    """Start an ingest and kill it (-9) when it has said ``line`` so many times."""
    command = [sys.executable, "-m", "tests.fakes.ingest_process", str(corpus), str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = 0
        for said in process.stdout:
            seen += said.strip() == line
            if seen == times:
                process.send_signal(signal.SIGKILL)
                break
        else:
            pytest.fail(f"the ingest ended before it said {line!r} {times} times")
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("line", "times"), [("embedding", 1), ("writing", 2), ("written", 3), ("updating", 1)])
async def test_a_first_ingest_that_is_killed_is_completed_by_the_next(
    corpus: Path, tmp_path: Path, line: str, times: int
) -> None:
    """Whatever was stored is whole and readable, and is not embedded again."""
    data = tmp_path / "data"
    kill_at(corpus, data, line, times)

    def opened() -> ChromaStore:
        return ChromaStore(path=data / "chroma")

    left = open_index(data_dir=data, open_store=opened, embedder_name=HashEmbedder().name)
    summary, embedder = await ingest_here(corpus, data)
    whole = open_index(data_dir=data, open_store=opened, embedder_name=HashEmbedder().name)
    assert len(whole.passages) == summary.passages == 24
    assert set(left.passages) <= set(whole.passages)
    assert sum("\n" in text for text in embedder.embedded) == 24 - len(left.passages)
    assert (await ingest_here(corpus, data))[0].unchanged == 4


@pytest.mark.parametrize(("line", "times"), [("writing", 1), ("deleting", 1)])
async def test_an_update_that_is_killed_is_completed_by_the_next(
    corpus: Path, tmp_path: Path, line: str, times: int
) -> None:
    """An edited essay and a removed one: old and new passages are both readable until all is done."""
    data = tmp_path / "data"
    await ingest_here(corpus, data)
    write_essay(corpus, 0, "new")
    (corpus / "essay3.md").unlink()
    kill_at(corpus, data, line, times)
    between = open_index(data_dir=data, open_store=lambda: ChromaStore(path=data / "chroma"))
    assert len(between.passages) >= 18
    summary, _ = await ingest_here(corpus, data)
    assert (summary.essays, summary.passages) == (3, 18)
    after = open_index(data_dir=data, open_store=lambda: ChromaStore(path=data / "chroma"))
    assert len(after.passages) == 18
    assert not any("old" in passage.text for passage in after.passages if passage.essay.title == "Essay 0")
