"""``yinju eval`` as a shell runs it, over two small essays."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CATS = (
    "# 猫与数学\n\n我家小猫的名字叫伽罗瓦，以纪念我最喜欢的法国数学家。它每天睡十六个小时，醒来就推倒书架上的论文。\n"
)
TIDES = (
    "# On Tides\n\nThe moon pulls the nearer ocean harder than the farther one, and so there are two tides a day.\n"
    "The highest tides come at new moon and at full moon, when sun and moon pull along one line.\n"
)
GOLDEN: list[dict[str, Any]] = [
    {"id": "cat", "type": "factoid", "lang": "zh", "question": "谁的小猫叫伽罗瓦",
     "evidence": [{"file": "cats", "quote": "小猫的名字叫伽罗瓦"}], "answer_points": ["小猫叫伽罗瓦"]},
    {"id": "tides", "type": "factoid", "lang": "en", "question": "When do the highest tides come?",
     "evidence": [{"file": "tides", "quote": "at new moon and at full moon"}], "must_not": ["in winter"]},
    {"id": "rice", "type": "offtopic", "lang": "zh", "question": "红烧肉怎么做"},
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    folder: Path

    @property
    def golden(self) -> Path:
        return self.folder / "golden.jsonl"

    def eval(self, *argv: str) -> subprocess.CompletedProcess[str]:
        where = ["--corpus", str(self.folder / "essays"), "--data", str(self.folder / "data")]
        done = subprocess.run(
            [sys.executable, "-m", "bot", "eval", *argv, *where],
            capture_output=True,
            encoding="utf-8",
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(folder=tmp_path_factory.mktemp("eval"))
    (shell.folder / "essays").mkdir()
    (shell.folder / "essays" / "cats.md").write_text(CATS, encoding="utf-8")
    (shell.folder / "essays" / "tides.md").write_text(TIDES, encoding="utf-8")
    shell.golden.write_text("\n".join(json.dumps(row) for row in GOLDEN), encoding="utf-8")
    return shell


def test_a_search_is_judged_and_reported(shell: Shell) -> None:
    """Figures to stdout, three files to DATA_DIR/eval, exit status 0 where the thresholds are reached."""
    done = shell.eval("search", str(shell.golden), "--min", "hit@5=1", "--min", "zh/mrr=0.5")
    assert done.returncode == 0, done.stderr
    assert "hit@5               1.000" in done.stdout
    report = json.loads((shell.folder / "data" / "eval" / "report.json").read_bytes())
    assert [row["outcome"] for row in report["questions"]] == ["1", "1", "not judged"]
    assert (shell.folder / "data" / "eval" / "report.html").is_file()
    assert (shell.folder / "data" / "eval" / "report.xml").is_file()


def test_runs_repeat_byte_for_byte(shell: Shell) -> None:
    """Page and XML are the same; the JSON but for its timing. The second run compares itself with the first."""
    first, second = shell.folder / "first", shell.folder / "second"
    assert shell.eval("answers", str(shell.golden), "--out", str(first)).returncode == 0
    assert shell.eval("answers", str(shell.golden), "--out", str(second)).returncode == 0
    for name in ("report.html", "report.xml"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    one, two = (json.loads((folder / "report.json").read_bytes()) for folder in (first, second))
    del one["timing"], two["timing"]
    assert one == two
    compared = shell.eval("answers", str(shell.golden), "--out", str(second), "--baseline", str(first / "report.json"))
    assert "against the baseline  all/citation_recall  n=2  1.000 -> 1.000  +0.000  [+0.000, +0.000]" in compared.stdout


def test_a_missed_threshold_is_exit_status_1(shell: Shell) -> None:
    """No share is above 1; the line says which threshold was missed."""
    done = shell.eval("answers", str(shell.golden), "--min", "answer_rate=1.01")
    assert done.returncode == 1
    assert "BELOW    answer_rate=1.01  (1.000)" in done.stdout


@pytest.mark.parametrize(
    "bar", ["hit@7=0.5", "citation_recall=0.5", "nosuchgroup/hit@5=0.5", "hit@5", "hit@5=high", "hit@5=nan"]
)
def test_an_unknown_figure_is_wrong_usage(shell: Shell, bar: str) -> None:
    """A figure of the other kind, a group that no question is in, no number: exit status 2, and why."""
    done = shell.eval("search", str(shell.golden), "--min", bar)
    assert done.returncode == 2
    assert "--min" in done.stderr
    assert done.stdout == ""


def test_a_bad_golden_file_is_one_clear_line(shell: Shell) -> None:
    """File, line and id, before anything is searched."""
    bad = shell.folder / "bad.jsonl"
    bad.write_text(json.dumps(GOLDEN[0] | {"evidence": [{"file": "cats", "quote": "小狗"}]}), encoding="utf-8")
    done = shell.eval("search", str(bad))
    assert done.returncode == 1
    assert done.stderr == f"yinju: {bad}, line 1: cat: cats.md does not hold the quote “小狗”\n"
