"""Search on the seed essays as it is, with the real model and store, scored by the development questions."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.retrieval.search import Searcher

HIT_AT_5 = 0.78  # 0.824 when this was written; the questions number 125, so one more or less moves it by 0.008
HIT_AT_2K = 0.82  # 0.864


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
