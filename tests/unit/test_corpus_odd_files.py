"""Odd files and folders: each is told or followed, and none stops the others or takes long."""

import os
import time
from pathlib import Path

import pytest

from bot.corpus.language import language_of
from bot.corpus.load import fingerprint, load_corpus, load_essays
from tests.fakes.documents import count_tokens, write_corpus

MANY = 100_000
BLANK = " " * MANY
LIMIT_S = 10.0  # a square would take minutes; tracing for coverage alone makes a linear case take two seconds
SLOW_IF_QUADRATIC = {
    "blank between letters": f"a{BLANK}b",
    "blank before closing marks": f"# a{BLANK}#x",
    "blank in an item": f"-{BLANK}x",
    "blank in a reference": f"[1]{BLANK}x",
    "blank in a table": f"|{BLANK}x",
    "blank in a fence": f"```{BLANK}`x",
    "blank in front matter": f"---\na:{BLANK}b{BLANK}c\n: [\n---\nText.",
    "title marks": "《" * MANY,
    "quotation marks": "“" * MANY,
    "images": "![](" * (MANY // 4),
    "images with brackets": "![](()" * (MANY // 6),
    "fences": "```a\nx\n" * (MANY // 7),
    "stars": "*" * MANY + "x",
}


def names_of(root: Path) -> list[str]:
    """The files whose essays load."""
    return [essay.span.file for essay in load_essays(root)]


@pytest.mark.parametrize("text", SLOW_IF_QUADRATIC.values(), ids=SLOW_IF_QUADRATIC.keys())
@pytest.mark.timeout(60)
def test_long_runs_are_read_in_linear_time(tmp_path: Path, text: str) -> None:
    """A hundred thousand characters of anything take a moment."""
    write_corpus(tmp_path, {"a.md": text})
    started = time.process_time()
    load_corpus(tmp_path, lambda part: len(part) + 2)
    assert time.process_time() - started < LIMIT_S


def test_unclosed_marks_do_not_hide_a_quotation() -> None:
    """Only what is closed is quoted: a mark behind the last closing one changes nothing."""
    assert language_of("what does 《思维链与模型的边界》 mean 《") == "en"


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    """The file is told by a name that can be printed, and the others load."""
    write_corpus(tmp_path, {"good.md": "One."})
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("Two.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    corpus = load_corpus(tmp_path, count_tokens)
    assert len(fingerprint(tmp_path)) == 32
    assert [told.line for told in corpus.skipped] == ["\\xff.md: left out: its name is not UTF-8; rename it"]
    assert names_of(tmp_path) == ["good.md"]


@pytest.mark.timeout(20)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Only regular files are read."""
    write_corpus(tmp_path, {"good.md": "One."})
    os.mkfifo(tmp_path / "f.md")
    assert len(fingerprint(tmp_path)) == 32
    corpus = load_corpus(tmp_path, count_tokens)
    assert [told.line for told in corpus.skipped] == ["f.md: left out: cannot be read (not a regular file)"]
    assert names_of(tmp_path) == ["good.md"]


@pytest.mark.parametrize("nested", ["x: " + "[" * 5000, "- " * 5000], ids=["brackets", "items"])
def test_front_matter_nested_beyond_all_measure_is_kept(tmp_path: Path, nested: str) -> None:
    """It is broken front matter: the text loads, and the operator is told."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": f"---\ntitle: T\n{nested}\n---\nText."}), count_tokens)
    assert corpus.essays[0].title == "T"
    assert corpus.passages[-1].text == "Text."
    assert corpus.skipped[0].kept


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    """A folder from elsewhere counts under the link's name; loops and second ways to a folder add nothing."""
    root = tmp_path / "essays"
    write_corpus(tmp_path, {"essays/a/x.md": "One.", "other/y.md": "Two.", "outside.md": "No essay."})
    for link, target in {
        root / "a" / "loop": root,
        root / "a" / "up": tmp_path,
        root / "Again": root / "a",
        root / "b": tmp_path / "other",
        tmp_path / "other" / "round": tmp_path / "other",
    }.items():
        link.symlink_to(target, target_is_directory=True)
    assert names_of(root) == ["a/x.md", "b/y.md"]
