"""The command line's grammar and its exit statuses."""

import json
from pathlib import Path

import pytest

from bot.answering.model import Turn
from bot.cli import run
from bot.cli.batch import BatchUnreadable, json_line, read_batch


@pytest.fixture
def essay_folder(tmp_path: Path) -> Path:
    """A corpus of one essay."""
    folder = tmp_path / "essays"
    folder.mkdir()
    (folder / "cat.md").write_text("# 猫\n\n我家小猫的名字叫伽罗瓦。\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("after", [True, False])
def test_folder_options_stand_before_or_after_the_command(
    essay_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, after: bool
) -> None:
    """``--corpus`` counts on either side of the command."""
    options = ["--corpus", str(essay_folder), "--data", str(tmp_path / "data")]
    argv = ["essays", "--json", *options] if after else [*options, "essays", "--json"]

    assert run(argv) == 0

    essay = json.loads(capsys.readouterr().out)
    assert (essay["title"], essay["file"], essay["lang"], essay["url"]) == ("猫", "cat.md", "zh", None)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["frobnicate"],
        ["search"],
        ["search", "x", "-k", "0"],
        ["search", "x", "-k", "many"],
        ["ask", "x", "--batch", "y"],
        ["search", "x", "--plan", "sometimes"],
    ],
)
def test_wrong_usage_exits_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse says what is wrong on stderr; stdout stays clean for machines."""
    with pytest.raises(SystemExit) as exit_:
        run(argv)

    assert exit_.value.code == 2
    said = capsys.readouterr()
    assert "usage: yinju" in said.err
    assert said.out == ""


def test_a_missing_corpus_is_one_clear_line_and_exit_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator reads what to mend, not a traceback."""
    assert run(["essays", "--corpus", str(tmp_path / "nowhere")]) == 1

    said = capsys.readouterr()
    assert said.err.startswith("yinju: ")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_a_batch_reads_questions_and_their_history(tmp_path: Path) -> None:
    """Blank lines are skipped, ids come back as they were given, history becomes turns."""
    path = tmp_path / "in.jsonl"
    rows = [
        {"id": 1, "question": "谁的小猫叫伽罗瓦"},
        {"id": "b", "question": "那它几岁", "history": [{"role": "user", "content": "谁的小猫叫伽罗瓦"}], "deep": True},
    ]
    path.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    first, second = read_batch(path)

    assert (first.id, first.question, first.history) == (1, "谁的小猫叫伽罗瓦", ())
    assert second.history == (Turn(role="user", content="谁的小猫叫伽罗瓦"),)
    assert (first.deep, second.deep) == (False, True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "; this is no JSON (Expecting value at column 1)"),
        ("[]", ""),
        ('{"id": "a"}', '; "question" is missing'),
        ('{"id": "a", "question": 3}', '; "question" is no text'),
        ('{"id": "a", "question": "b", "history": [1]}', ""),
        ('{"id": "a", "question": "b", "deep": "yes"}', '; "deep" is neither true nor false'),
    ],
)
def test_a_bad_line_of_a_batch_is_named(tmp_path: Path, line: str, why: str) -> None:
    """The second line is at fault, and the error says so, and how, without names of Python."""
    path = tmp_path / "in.jsonl"
    path.write_text(f'{{"id": "a", "question": "b"}}\n{line}\n', encoding="utf-8")

    with pytest.raises(BatchUnreadable) as told:
        list(read_batch(path))
    assert str(told.value) == f'{path}, line 2: a JSON object with "id" and "question" was expected{why}'


def test_a_batch_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A missing file, a folder, another encoding, nothing in it: all the operator's to mend, and said in words."""
    odd = tmp_path / "odd.jsonl"
    odd.write_bytes(b"ab\xff")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n \n", encoding="utf-8")
    for path, why in {
        tmp_path / "none.jsonl": r"cannot be read \(there is no such file\)",
        tmp_path: r"cannot be read \(it is a folder\)",
        odd: r"cannot be read \(it is not UTF-8: byte 3\)",
        empty: "there is no question in it",
    }.items():
        with pytest.raises(BatchUnreadable, match=why):
            list(read_batch(path))


def test_a_line_of_a_batch_ends_with_a_line_feed_alone(tmp_path: Path) -> None:
    """U+2028 and U+0085 may stand unescaped in JSON, and a byte order mark may stand first."""
    path = tmp_path / "in.jsonl"
    path.write_bytes('\ufeff{"id": "a",\r"question": "x\u2028y\u0085z"}\r\n'.encode())

    (row,) = read_batch(path)

    assert row.question == "x\u2028y\u0085z"


@pytest.mark.parametrize("known_as", [7, 1.5, "7", "\ud800b"])
def test_an_id_comes_back_as_it_was_given(tmp_path: Path, known_as: str | float) -> None:
    """A number stays one, and half a character is escaped rather than failing the line."""
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": known_as, "question": "a\ud83db"}), encoding="utf-8")

    (row,) = read_batch(path)
    printed = json_line({"id": row.id})

    assert printed.encode()
    assert json.loads(printed)["id"] == known_as
    assert type(row.id) is type(known_as)
    assert row.question == "a\ufffdb"


def test_a_batch_line_of_endless_brackets_is_named(tmp_path: Path) -> None:
    """Nesting beyond all measure is a bad line as any other."""
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": ' + "[" * 100_000, encoding="utf-8")

    with pytest.raises(BatchUnreadable, match="line 1"):
        list(read_batch(path))


@pytest.mark.parametrize("command", [["search", "cats"], ["eval", "search", "golden.jsonl"]])
def test_a_plan_without_a_model_is_one_clear_line(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks for plans learns what is missing, instead of getting a search without them."""
    assert run([*command, "--plan", "always"]) == 1
    assert capsys.readouterr().err == "yinju: --plan always needs a model: LLM_MODEL is not set\n"
