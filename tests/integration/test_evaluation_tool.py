"""The figures of a search equal those of the tool that the development data come with."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.corpus.model import Span
from bot.evaluation.figures import estimates
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case, Judgement
from bot.evaluation.retrieval import FIGURES, rank, scores

LONGEST_HIT_CHARS = 6000


def some_hits(case: Case, texts: dict[str, str], chance: random.Random) -> list[Span]:
    """A run as a middling search might give it: anywhere, sometimes around evidence, sometimes far too long."""
    hits = []
    for _ in range(chance.randrange(30)):
        near = chance.random() < 0.15 and case.targets
        around = chance.choice(case.targets).span if near else None
        file = around.file if around else chance.choice(list(texts))
        start = max(0, around.start + chance.randrange(-300, 60)) if around else chance.randrange(len(texts[file]) - 1)
        size = chance.randrange(1, LONGEST_HIT_CHARS) if chance.random() < 0.1 else chance.randrange(1, 600)
        hits.append(Span(file=file, start=start, end=min(start + size, len(texts[file]))))
    return hits


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(3))
def test_every_figure_equals_the_tools(seed: int, seeds: Path, shared: Path, tmp_path: Path) -> None:
    """Over random runs with huge hits, halves of quotes and up to thirty hits, to the last digit that is printed."""
    texts, golden, chance = corpus_texts(seeds), shared / "golden" / "dev.jsonl", random.Random(seed)
    cases = read_golden(golden, texts)
    runs = {case.id: some_hits(case, texts, chance) for case in cases}
    out = tmp_path / "run.jsonl"
    rows = [
        {"id": name, "hits": [{"file": hit.file, "start": hit.start, "end": hit.end} for hit in hits]}
        for name, hits in runs.items()
    ]
    out.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tool = [sys.executable, str(shared / "tools" / "score_search.py"), str(golden), str(out), "--corpus", str(seeds)]
    said = subprocess.run(tool, capture_output=True, text=True, check=True).stdout

    judged = [Judgement(case=case, scores=scores(case, rank(case, runs[case.id], texts)), outcome="") for case in cases]
    ours = {(one.group, one.figure): f"{one.value:.3f}" for one in estimates(judged, FIGURES)}

    theirs = {
        (line.split()[0], figure): value
        for line in said.splitlines()
        for figure, value in re.findall(r"(\S+) (\d\.\d{3})", line)
    }
    assert {figure for group, figure in theirs if group == "all"} == {figure.name for figure in FIGURES}
    assert {key: ours[key] for key in theirs} == theirs
