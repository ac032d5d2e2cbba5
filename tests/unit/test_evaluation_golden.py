"""Golden files: what is read, and what is said of what cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.answering.model import Turn
from bot.corpus.model import Span
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import GoldenUnusable

TEXTS = {
    "000_cats.txt": "Cats sleep. Cats eat. Galois is a cat.",
    "sub/001_tides.md": "Tides come twice.",
    "0011.md": "Nothing.",
}
GOOD: dict[str, Any] = {
    "id": "q1",
    "type": "factoid",
    "lang": "en",
    "question": "Who is a cat?",
    "evidence": [{"file": "000", "quote": "Galois is a cat."}],
    "alternates": [{"file": "sub/001_tides.md", "quote": "twice"}],
    "answer_points": ["Galois"],
    "must_not": ["Euler"],
    "note": "unused",
}


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    return tmp_path / "golden.jsonl"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_quotes_are_found_in_their_files(golden: Path) -> None:
    """A file is named by its path or by the beginning of its name; offsets count code points."""
    (case,) = read_golden(write(golden, GOOD), TEXTS)
    assert case.evidence[0].span == Span(file="000_cats.txt", start=22, end=38)
    assert case.alternates[0].span == Span(file="sub/001_tides.md", start=11, end=16)
    assert (case.answer_points, case.must_not, case.history) == (("Galois",), ("Euler",), ())


def test_only_the_question_itself_is_needed(golden: Path) -> None:
    """Evidence and the rest may be absent; history becomes turns; blank lines and a byte order mark do no harm."""
    bare = {"id": "q2", "type": "followup", "lang": "zh", "question": "那\u2028它呢"}
    turns = {"history": [{"role": "user", "content": "猫?"}, {"role": "assistant", "content": "是。"}]}
    write(golden, GOOD, bare | turns)
    golden.write_bytes(b"\xef\xbb\xbf" + golden.read_bytes().replace(b"\n", b"\n\n \r\n"))
    _, case = read_golden(golden, TEXTS)
    assert case.question == "那\u2028它呢"
    assert case.history == (Turn(role="user", content="猫?"), Turn(role="assistant", content="是。"))
    assert case.targets == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidence": [{"file": "000", "quote": "Dogs"}]}, r"q2: 000_cats.txt does not hold the quote “Dogs”"),
        ({"evidence": [{"file": "000", "quote": "Cats"}]}, r"q2: 000_cats.txt holds the quote “Cats” more than once"),
        ({"alternates": [{"file": "999", "quote": "Cats"}]}, r"q2: no essay files? begin"),
        ({"alternates": [{"file": "001", "quote": "Tides"}]}, r"q2: 2 essay files begin with “001”"),
        ({"evidence": [{"file": "000"}]}, r'q2: "quote"'),
        ({"evidence": "Cats"}, r'q2: "evidence" must be a list'),
        ({"answer_points": [1]}, r'q2: "answer_points" must be a list of texts'),
        ({"history": [{"role": "system", "content": "x"}]}, r'q2: "role"'),
        ({"question": " "}, r'q2: "question" must be a text'),
        ({"lang": None}, r'q2: "lang" must be a text'),
        ({"lang": "fr"}, r'q2: "lang" must be "zh" or "en", not “fr”'),
        ({"type": "unanswerable"}, r"q2: a question of type unanswerable is one that the essays do not answer"),
        ({"type": "offtopic", "evidence": []}, r"q2: a question of type offtopic is one"),
        ({"id": ""}, r'"id" must be a text'),
        ({"id": "q1"}, r"q1: this id was there before"),
    ],
)
def test_a_bad_line_is_named_with_its_id(golden: Path, change: dict[str, Any], said: str) -> None:
    """One clear line: file, number of the line, id and what is wrong."""
    write(golden, GOOD, GOOD | {"id": "q2"} | change)
    with pytest.raises(GoldenUnusable, match=rf"golden.jsonl, line 2: {said}") as caught:
        read_golden(golden, TEXTS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidences": []}, "nothing reads “evidences”; is “evidence” meant?"),
        ({"colour": "red"}, "nothing reads “colour”"),
        ({"evidence": []}, "a question of type factoid without evidence counts neither as answered nor as declined"),
    ],
)
def test_a_likely_slip_is_told_with_its_line(golden: Path, change: dict[str, Any], said: str) -> None:
    """The question is judged all the same; what is right is not spoken of."""
    told: list[str] = []
    cases = read_golden(write(golden, GOOD, GOOD | {"id": "q2"} | change), TEXTS, warn=told.append)
    assert len(cases) == 2
    assert told == [f"{golden}, line 2: q2: {said}"]


@pytest.mark.parametrize(
    ("line", "said"), [("{", "no JSON"), ("[1]", "a JSON object was expected"), ("[" * 100_000, "too deep")]
)
def test_a_line_that_is_no_object_is_named(golden: Path, line: str, said: str) -> None:
    """Neither broken JSON nor a list is a question."""
    golden.write_text(line, encoding="utf-8")
    with pytest.raises(GoldenUnusable, match=f"line 1: .*{said}"):
        read_golden(golden, TEXTS)


def test_a_file_that_cannot_be_read_is_said(golden: Path) -> None:
    """Absent, not UTF-8, or without a question."""
    with pytest.raises(GoldenUnusable, match="cannot be read"):
        read_golden(golden, TEXTS)
    golden.write_bytes(b"\xff\xfe")
    with pytest.raises(GoldenUnusable, match="cannot be read"):
        read_golden(golden, TEXTS)
    golden.write_bytes(b"\n\n")
    with pytest.raises(GoldenUnusable, match="there is no question"):
        read_golden(golden, TEXTS)


def test_the_golden_questions_that_come_along_fit_the_essays(seeds: Path) -> None:
    """Each of the 150 is read, and none of their folder is taken for an essay."""
    texts = corpus_texts(seeds)
    cases = read_golden(seeds / "golden" / "dev.jsonl", texts)
    assert len(cases) == 150
    assert not [file for file in texts if file.startswith("golden")]
    assert all(
        texts[target.span.file][target.span.start : target.span.end] == target.quote for target in cases[0].targets
    )
