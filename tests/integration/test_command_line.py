"""The commands as a shell runs them: real processes, the real embedder, the real Chroma, a small corpus."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.openai_server import FakeOpenAI, say
from tests.fakes.shell import TIDES, Shell, make_shell

CATS = """\
---
title: 猫与数学
author: 某人
date: 2025-01-28
---

我家小猫的名字叫伽罗瓦，以纪念我最喜欢的法国数学家。它每天睡十六个小时，醒来就推倒书架上的论文。

# 内存

MLA 把键值缓存压缩成低秩的潜在向量，显存占用降到原来的十分之一以下，推理成本因此大幅下降。
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A corpus of two essays, ingested."""
    shell = make_shell(tmp_path_factory.mktemp("shell"), {"cats.md": CATS, "tides.md": TIDES})
    (summary,) = shell.lines("ingest", "--json")
    assert {key: summary[key] for key in ("essays", "added", "changed", "removed", "unchanged")} == {
        "essays": 2,
        "added": 2,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
    }
    return shell


def test_an_unchanged_corpus_is_said_to_be_unchanged(shell: Shell) -> None:
    """The second ingest finds nothing to do, within a second."""
    (summary,) = shell.lines("ingest", "--json")

    assert (summary["added"], summary["changed"], summary["unchanged"]) == (0, 0, 2)
    assert float(str(summary["seconds"])) < 1


def test_search_prints_hits_whose_text_stands_at_their_span(shell: Shell) -> None:
    """The best hit answers the question, and its span is byte for byte its text."""
    hits = shell.lines("search", "MLA到底省多少显存", "-k", "2", "--json")

    assert len(hits) == 2
    assert hits[0]["section"] == "内存"
    for hit in hits:
        text = (shell.corpus / str(hit["file"])).read_text(encoding="utf-8")
        assert text[int(str(hit["start"])) : int(str(hit["end"]))] == hit["text"]
        assert hit["link"]


def test_a_batch_search_answers_in_order(shell: Shell, tmp_path: Path) -> None:
    """A line out for each line in, follow-ups read with their history."""
    rows = [
        {"id": "q2", "question": "why are there two tides a day?"},
        {"id": "q1", "question": "那它每天睡多久", "history": [{"role": "user", "content": "小猫叫什么名字"}]},
    ]
    batch = tmp_path / "in.jsonl"
    batch.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    first, second = shell.lines("search", "--batch", str(batch), "-k", "1")

    assert (first["id"], second["id"]) == ("q2", "q1")
    assert [hit["file"] for hit in first["hits"]] == ["tides.md"]
    assert [hit["file"] for hit in second["hits"]] == ["cats.md"]


def test_a_search_without_essays_says_why_nothing_is_found(tmp_path: Path) -> None:
    """On stderr, so that whatever reads the hits reads none."""
    empty = make_shell(tmp_path, {})
    batch = tmp_path / "in.jsonl"
    batch.write_text(json.dumps({"id": "q", "question": "tides?"}), encoding="utf-8")
    for argv, printed in ((["tides?", "--json"], b""), (["--batch", str(batch)], b'{"id": "q", "hits": []}\n')):
        done = empty.run("search", *argv)
        assert (done.returncode, done.stdout) == (0, printed)
        assert b"CORPUS_DIR holds none" in done.stderr


def test_ask_quotes_with_citations_byte_for_byte(shell: Shell) -> None:
    """Without a model the answer is a quotation, and its citation stands in the file."""
    (answer,) = shell.lines("ask", "谁的小猫叫伽罗瓦", "--json")

    assert answer["status"] == "quoted"
    assert "[1]" in str(answer["text"])
    citation = answer["citations"][0]
    text = (shell.corpus / citation["file"]).read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert "伽罗瓦" in citation["quote"]
    assert citation["title"] == "猫与数学"
    assert {"id", "standalone_question", "model", "usage", "timings_ms"} <= answer.keys()


def test_a_piped_chat_answers_a_line_each_and_ends_with_the_input(shell: Shell) -> None:
    """Bytes that are no UTF-8 and blank lines cost nothing but themselves."""
    done = shell.run("chat", stdin="谁的小猫叫伽罗瓦\n\n".encode() + b"\xff\xfe\n" + b"When are tides highest?\n")

    assert done.returncode == 0
    said = done.stdout.decode()
    assert "猫与数学" in said
    assert "full moon" in said


def test_doctor_names_what_is_off_and_what_is_well(shell: Shell) -> None:
    """Without model and token the set-up is still sound."""
    done = shell.run("doctor")

    assert done.returncode == 0, done.stdout
    states = {line.split()[0]: line.split()[1] for line in done.stdout.decode().splitlines()}
    assert states == {"corpus": "ok", "index": "ok", "model": "off", "telegram": "off"}


def test_the_health_probe_fails_where_nothing_serves(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """``doctor --live`` is what a container asks; it says what to look at."""
    monkeypatch.setenv("WEB_ADDRESS", "127.0.0.1:9")  # where no program of the machine's owner listens
    done = shell.run("doctor", "--live")
    assert done.returncode == 1
    assert b"yinju serve" in done.stdout


def test_serving_without_a_channel_says_what_to_set(shell: Shell) -> None:
    """No token, no service; the line names the setting."""
    done = shell.run("serve")

    assert done.returncode == 1
    assert b"TELEGRAM_BOT_TOKEN" in done.stderr


def test_an_index_that_broke_is_mended_by_the_command_that_meets_it(shell: Shell, tmp_path: Path) -> None:
    """Search rebuilds it and answers, with one line about it on stderr; the next one has nothing to say."""
    other = Shell(corpus=shell.corpus, data=tmp_path / "data")
    other.lines("ingest", "--json")
    with closing(sqlite3.connect(other.data / "chroma" / "chroma.sqlite3")) as database, database:
        database.execute("update embedding_metadata set string_value = 'x' where key = 'vectors'")

    mending = other.run("search", "tides", "--json")

    assert mending.returncode == 0
    assert b"tides.md" in mending.stdout
    assert mending.stderr.count(b"the index is damaged") == 1
    assert b"damaged" not in other.run("search", "tides", "--json").stderr


def test_ingest_and_doctor_say_which_files_they_left_out(tmp_path: Path) -> None:
    """A line each on stderr, stdout stays the machine's; a file that is kept is not called left out."""
    other = make_shell(tmp_path, {"cats.md": CATS, "odd.md": "---\ntitle: [\n---\n\nTwo tides a day.\n"})
    done = other.run("ingest", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["essays"] == 2
    assert b"odd.md: kept, but its front matter is broken YAML" in done.stderr
    assert b"left out" not in done.stderr
    assert other.run("doctor").stdout.startswith(b"corpus    ok   2 essays; odd.md: kept, but")

    (other.corpus / "latin.txt").write_bytes(b"caf\xe9")
    assert b"\nlatin.txt: left out: is not UTF-8 (byte 3)" in b"\n" + other.run("ingest").stderr
    assert other.run("doctor").stdout.startswith(b"corpus    bad  2 essays; latin.txt: left out:")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("argv", [("ask", "why two tides?"), ("essays",)])
def test_output_that_cannot_be_written_is_one_clear_line(shell: Shell, argv: tuple[str, ...]) -> None:
    """A full disk ends a command with status 1 and its reason, whether it flushes or not."""
    command = [sys.executable, "-m", "bot", "--corpus", str(shell.corpus), "--data", str(shell.data), *argv]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == b"yinju: stopped by the system: No space left on device"
    assert b"Traceback" not in done.stderr


def test_half_characters_cost_nothing(shell: Shell, tmp_path: Path) -> None:
    """Lone surrogates in a batch, or bytes of a shell that are no UTF-8, are answered as far as they can be read."""
    batch = tmp_path / "in.jsonl"
    batch.write_text(
        json.dumps({"id": "\ud800", "question": "why are there two tides a day? \udc00"}), encoding="utf-8"
    )
    for command in ("ask", "search"):
        (row,) = shell.lines(command, "--batch", str(batch))
        assert row["id"] == "\ud800"
    assert shell.lines("search", "two tides a day \udcff", "-k", "1", "--json")


PLAN = '{"english": "What is the kitten called?", "chinese": "小猫叫什么名字", "sub_questions": []}'
DEEP = "小猫叫什么名字，它每天睡几个小时？"
REPORT_PLAN = json.dumps({"sub_questions": ["我家小猫的名字叫什么？", "它每天睡几个小时？"]}, ensure_ascii=False)


async def test_reports_by_every_command(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--deep``, a batch line that says so, and ``/deep`` in a conversation ask for a report; nothing else does."""
    batch = tmp_path / "in.jsonl"
    rows = [{"id": "r", "question": DEEP, "deep": True}, {"id": "q", "question": "小猫叫什么名字"}]
    batch.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    async with FakeOpenAI() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("LLM_MODEL", "fake-model")
        server.script(say(REPORT_PLAN))
        (asked,) = await asyncio.to_thread(shell.lines, "ask", "--deep", "--json", DEEP)
        assert len(server.requests) == 3
        server.script(say(REPORT_PLAN))
        report, plain = await asyncio.to_thread(shell.lines, "ask", "--batch", str(batch))
        server.script(say(REPORT_PLAN))
        said = f"/deep\u3000{DEEP}\n/deep\n".encode()  # Chinese keyboards have a space of their own
        talked = await asyncio.to_thread(shell.run, "chat", stdin=said)
    for record in (asked, report):
        assert [part["status"] for part in record["parts"]] == ["answered", "answered"]
        assert "### 2. 它每天睡几个小时？" in record["text"]
        assert record["notices"] == []
    assert "parts" not in plain
    shown = talked.stdout.decode()
    assert "要点" in shown
    assert "2. 它每天睡几个小时？" in shown
    assert shown.rstrip().endswith("退出")  # ``/deep`` alone: the help


async def test_what_a_model_had_searched_for_is_told(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch shows the plan beside the hits, an answer the time that it took; ``--plan off`` asks no model."""
    batch = tmp_path / "in.jsonl"
    batch.write_text(json.dumps({"id": "q", "question": "喵星人咋称呼"}), encoding="utf-8")
    async with FakeOpenAI() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("LLM_MODEL", "fake-model")
        monkeypatch.setenv("QUERY_PLAN_TIMEOUT_S", "30")
        server.script(say(PLAN), say(PLAN))
        (row,) = await asyncio.to_thread(shell.lines, "search", "--batch", str(batch), "--plan", "always")
        (answer,) = await asyncio.to_thread(shell.lines, "ask", "--json", "猫的名字和睡眠有什么不同")
        asked = len(server.requests)
        (plain,) = await asyncio.to_thread(shell.lines, "search", "--batch", str(batch), "--plan", "off")

        assert len(server.requests) == asked
    assert row["plan"] == {
        "rewritten": "小猫叫什么名字",
        "translated": "What is the kitten called?",
        "sub_questions": [],
    }
    assert row["hits"][0]["file"] == "cats.md"
    assert "plan" in answer["timings_ms"]
    assert plain.keys() == {"id", "hits"}
