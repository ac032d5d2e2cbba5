"""Search on the seed essays as it is, with the real model and store, scored by the development questions."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.answering.model import Turn
from bot.conversation.follow_up import FollowUps
from bot.retrieval.search import Searcher

# A little below what was reached when this was written: the questions number 125, so one more or less moves a figure by
# 0.008, and of a type, which has 10 to 35, by more.
BARS = {"hit@5": 0.89, "hit@2k": 0.91, "mrr": 0.73, "all@10": 0.5}  # 0.912, 0.936, 0.756, 0.600
HIT_AT_2K_BY_TYPE = {
    "factoid": 0.96,
    "explain": 0.93,
    "paraphrase": 0.4,  # 0.533
    "crosslingual": 0.9,
    "multi_hop": 0.9,
    "followup": 1.0,
}


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
            history = [Turn(**turn) for turn in row.get("history") or ()]
            hits = await searcher.search(await FollowUps().standalone(row["question"], history), k=10)
            spans = [
                {"file": hit.passage.span.file, "start": hit.passage.span.start, "end": hit.passage.span.end}
                for hit in hits
            ]
            out.write(json.dumps({"id": row["id"], "hits": spans}) + "\n")
    command = [sys.executable, str(shared / "tools" / "score_search.py"), str(golden), str(run)]
    bars = [word for figure, bar in BARS.items() for word in ("--min", f"{figure}={bar}")]
    scored = subprocess.run([*command, *bars], capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout + scored.stderr
    by_type = dict(re.findall(r"^(\w+) .* hit@2k (\S+)$", scored.stdout, re.MULTILINE))
    assert {kind for kind, bar in HIT_AT_2K_BY_TYPE.items() if float(by_type[kind]) < bar} == set(), scored.stdout
