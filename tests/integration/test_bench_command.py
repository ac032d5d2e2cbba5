"""``yinju bench`` as a shell runs it, over two small essays."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.shell import ROOT, Shell, make_shell

QUESTIONS = ["谁的小猫叫伽罗瓦", "When do the highest tides come?", "猫睡多久"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = make_shell(tmp_path_factory.mktemp("bench"))
    rows = [json.dumps({"id": number, "question": question}) for number, question in enumerate(QUESTIONS)]
    (shell.folder / "questions.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return shell


def test_a_search_is_timed_and_reported(shell: Shell) -> None:
    """Tables on stdout, JSON and a page in files; generous bars are kept, and the exit status is 0."""
    argv = ["search", "questions.jsonl", "--repeats", "1", "--json", "out.json", "--html", "out.html"]
    done = shell.told("bench", *argv, "--max", "search_ratio_p95=1e6", "--min", "8/searches_per_s=0")
    assert done.returncode == 0, done.stderr
    assert "reached  search_ratio_p95=1e+06" in done.stdout
    found = json.loads((shell.folder / "out.json").read_bytes())
    times, loop = (table["figures"] for table in found["tables"])
    assert set(times) == {"1", "8"}
    one = {figure: row["value"] for figure, row in times["1"].items()}
    assert one["search_ratio_p95"] == pytest.approx(one["search_p95_ms"] / one["embed_p95_ms"], rel=1e-3)
    assert {"idle", "searching, 8", "embedding alone, 8"} <= set(loop)
    page = (shell.folder / "out.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "http" not in page.split("</head>")[1]


def test_a_bar_that_is_not_kept_is_exit_status_1(shell: Shell) -> None:
    """No search takes less than no time; the line says which bar it was."""
    done = shell.told("bench", "search", "questions.jsonl", "--repeats", "1", "--max", "1/search_median_ms=0")
    assert done.returncode == 1
    assert "ABOVE    1/search_median_ms=0" in done.stdout


@pytest.mark.parametrize("bar", ["search_ratio_p96=1", "search_ratio_p95", "search_ratio_p95=fast"])
def test_an_unknown_figure_is_wrong_usage(shell: Shell, bar: str) -> None:
    """Exit status 2, and why, before anything is measured."""
    done = shell.told("bench", "search", "questions.jsonl", "--max", bar)
    assert done.returncode == 2
    assert done.stdout == ""
    assert bar.partition("=")[0] in done.stderr or "expected" in done.stderr


def test_questions_that_are_not_there_are_one_clear_line(shell: Shell) -> None:
    """The default is a file that the seed essays have; a corpus without it is told to name one."""
    done = shell.told("bench", "search")
    assert done.returncode == 1
    assert "the questions cannot be read" in done.stderr


def test_an_ingest_is_timed(shell: Shell) -> None:
    """Tokens a second of both, and their ratio, which no ingest can bring far above 1."""
    done = shell.told("bench", "ingest", "--json", "ingest.json", "--max", "ingest_cpu_ratio=1.05")
    assert done.returncode == 0, done.stdout + done.stderr
    (table,) = json.loads((shell.folder / "ingest.json").read_bytes())["tables"]
    assert table["figures"]["1"]["tokens"]["value"] > 100


def test_sizes_are_measured_in_processes_of_their_own(shell: Shell) -> None:
    """A row a size, with growth against the smallest, and a page with three charts."""
    done = shell.told("bench", "size", "--sizes", "40,20", "--json", "size.json", "--html", "size.html")
    assert done.returncode == 0, done.stderr
    tables = json.loads((shell.folder / "size.json").read_bytes())["tables"]
    small, large = (
        {figure: one["value"] for table in tables for figure, one in table["figures"][size].items()}
        for size in ("20", "40")
    )
    assert small["search_p95_growth"] == small["add_growth"] == 1
    assert large["index_mib"] > small["index_mib"]
    assert 0 < small["own_memory_mib"] <= small["memory_mib"]
    assert (shell.folder / "size.html").read_text(encoding="utf-8").count("<svg") == 3


@pytest.mark.parametrize("ctrl_c", [signal.default_int_handler, signal.SIG_IGN], ids=["heeded", "ignored"])
def test_a_bench_that_is_stopped_leaves_nothing_behind(shell: Shell, tmp_path: Path, ctrl_c: Any) -> None:
    """SIGTERM ends it, in the background too: the temporary corpus goes, and with it the process that reads it."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "bot", "--data", str(shell.data), "bench", "size", "--sizes", "2000"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    before = signal.signal(signal.SIGINT, ctrl_c)  # what is ignored is so in a child
    try:
        started = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)
    finally:
        signal.signal(signal.SIGINT, before)
    with started as bench:
        # Not at its mere folder: whoever is stopped before it has taken charge of that leaves it.
        while not any(path.is_file() for path in scratch.rglob("*")) and bench.poll() is None:
            time.sleep(0.02)
        bench.terminate()
        assert bench.wait(timeout=60) != 0
    assert list(scratch.iterdir()) == []
