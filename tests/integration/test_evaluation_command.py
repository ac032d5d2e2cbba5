"""``yinju eval`` as a shell runs it, over two small essays."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.shell import Shell, make_shell

GOLDEN: list[dict[str, Any]] = [
    {"id": "cat", "type": "factoid", "lang": "zh", "question": "谁的小猫叫伽罗瓦",
     "evidence": [{"file": "cats", "quote": "小猫的名字叫伽罗瓦"}], "answer_points": ["小猫叫伽罗瓦"]},
    {"id": "tides", "type": "factoid", "lang": "en", "question": "When do the highest tides come?",
     "evidence": [{"file": "tides", "quote": "at new moon and at full moon"}], "must_not": ["in winter"]},
    {"id": "rice", "type": "offtopic", "lang": "zh", "question": "红烧肉怎么做"},
]  # fmt: skip


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return make_shell(tmp_path_factory.mktemp("eval"))


@pytest.fixture(scope="module")
def golden(shell: Shell) -> Path:
    golden = shell.folder / "golden.jsonl"
    golden.write_text("\n".join(json.dumps(row) for row in GOLDEN), encoding="utf-8")
    return golden


def test_a_search_is_judged_and_reported(shell: Shell, golden: Path) -> None:
    """Figures to stdout, three files to DATA_DIR/eval, exit status 0 where the thresholds are reached."""
    done = shell.told("eval", "search", str(golden), "--min", "hit@5=1", "--min", "zh/mrr=0.5")
    assert done.returncode == 0, done.stderr
    assert "hit@5               1.000" in done.stdout
    report = json.loads((shell.folder / "data" / "eval" / "report.json").read_bytes())
    assert [row["outcome"] for row in report["questions"]] == ["1", "1", "not judged"]
    assert (shell.folder / "data" / "eval" / "report.html").is_file()
    assert (shell.folder / "data" / "eval" / "report.xml").is_file()


def test_runs_repeat_byte_for_byte(shell: Shell, golden: Path) -> None:
    """Page and XML are the same; the JSON but for its timing. The second run compares itself with the first."""
    first, second = shell.folder / "first", shell.folder / "second"
    assert shell.told("eval", "answers", str(golden), "--out", str(first)).returncode == 0
    assert shell.told("eval", "answers", str(golden), "--out", str(second)).returncode == 0
    for name in ("report.html", "report.xml"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    one, two = (json.loads((folder / "report.json").read_bytes()) for folder in (first, second))
    del one["timing"], two["timing"]
    assert one == two
    compared = shell.told(
        "eval", "answers", str(golden), "--out", str(second), "--baseline", str(first / "report.json")
    )
    assert "against the baseline  all/citation_recall  n=2  1.000 -> 1.000  +0.000  [+0.000, +0.000]" in compared.stdout


def test_a_missed_threshold_is_exit_status_1(shell: Shell, golden: Path) -> None:
    """No share is above 1; the line says which threshold was missed."""
    done = shell.told("eval", "answers", str(golden), "--min", "answer_rate=1.01")
    assert done.returncode == 1
    assert "BELOW    answer_rate=1.01  (1.000)" in done.stdout


@pytest.mark.parametrize(
    "bar", ["hit@7=0.5", "citation_recall=0.5", "nosuchgroup/hit@5=0.5", "hit@5", "hit@5=high", "hit@5=nan"]
)
def test_an_unknown_figure_is_wrong_usage(shell: Shell, golden: Path, bar: str) -> None:
    """A figure of the other kind, a group that no question is in, no number: exit status 2, and why."""
    done = shell.told("eval", "search", str(golden), "--min", bar)
    assert done.returncode == 2
    assert "--min" in done.stderr
    assert done.stdout == ""


def test_a_bad_golden_file_is_one_clear_line(shell: Shell) -> None:
    """File, line and id, before anything is searched."""
    bad = shell.folder / "bad.jsonl"
    bad.write_text(json.dumps(GOLDEN[0] | {"evidence": [{"file": "cats", "quote": "小狗"}]}), encoding="utf-8")
    done = shell.told("eval", "search", str(bad))
    assert done.returncode == 1
    assert done.stderr == f"yinju: {bad}, line 1: cat: cats.md does not hold the quote “小狗”\n"
