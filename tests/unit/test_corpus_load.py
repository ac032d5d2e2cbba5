"""A folder of files: which count, which are skipped and why, and when its fingerprint changes."""

import os
from pathlib import Path

import pytest

from bot.corpus.load import fingerprint, load_corpus, load_essays
from bot.errors import CorpusError
from tests.fakes.documents import count_tokens, write_corpus


def test_files_in_all_folders_in_order(tmp_path: Path) -> None:
    """.md and .txt files count in any depth and case, sorted by path; hidden ones, others and the README do not."""
    names = [
        "b.md",
        "a/z.txt",
        "a/deep/y.MD",
        "README.md",
        "ReadMe.TXT",
        "readme.notes.md",
        "a/README.md",
        ".hidden.md",
        ".git/x.md",
        "c.pdf",
        "corpus.toml",
    ]
    write_corpus(tmp_path, dict.fromkeys(names, "") | {name: f"Text of {name}." for name in names[:-1]})
    assert [essay.span.file for essay in load_essays(tmp_path)] == [
        "a/README.md",
        "a/deep/y.MD",
        "a/z.txt",
        "b.md",
        "readme.notes.md",
    ]


def test_a_folder_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder gives the same names, the folder one stands in too."""
    write_corpus(tmp_path / "essays", {"b.md": "One.", "a/c.md": "Two."})
    monkeypatch.chdir(tmp_path)
    for root in (Path("essays"), Path("essays/a/..")):
        assert [essay.span.file for essay in load_essays(root)] == ["a/c.md", "b.md"]
    monkeypatch.chdir("essays")
    assert [essay.span.file for essay in load_essays(Path())] == ["a/c.md", "b.md"]


def test_essays_are_numbered_within_their_file(tmp_path: Path) -> None:
    """A key is the file and the essay's place in it."""
    assert [essay.key for essay in load_essays(write_corpus(tmp_path, {"a.md": "One."}))] == ["a.md#1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"---\n\n![](a.png)\n", "holds no text"),
        ("你好".encode("gbk"), "is not UTF-8 (byte 0); save it as UTF-8"),
        (b"good\xff", "is not UTF-8 (byte 4); save it as UTF-8"),
        (b"a\x00b", "is not text (a zero byte at character 1)"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, reason: str) -> None:
    """It is skipped with a precise reason, and the others load."""
    corpus = load_corpus(write_corpus(tmp_path, {"bad.md": content, "good.md": "One."}), count_tokens)
    assert [essay.span.file for essay in corpus.essays] == ["good.md"]
    assert [(skipped.file, skipped.reason) for skipped in corpus.skipped] == [("bad.md", reason)]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A link to nowhere is skipped with the system's reason."""
    write_corpus(tmp_path, {"good.md": "One."})
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    corpus = load_corpus(tmp_path, count_tokens)
    assert len(corpus.essays) == 1
    assert corpus.skipped[0].reason == "cannot be read (No such file or directory)"


def test_front_matter_alone_is_an_essay_of_facts(tmp_path: Path) -> None:
    """A file with front matter and no text yet keeps what it says."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": "---\ntitle: 题\n---\n"}), count_tokens)
    assert [passage.text for passage in corpus.passages] == ["title: 题"]


def test_an_empty_folder_is_an_empty_corpus(tmp_path: Path) -> None:
    """No essays is no error."""
    corpus = load_corpus(tmp_path, count_tokens)
    assert (corpus.essays, corpus.passages, corpus.skipped) == ((), (), ())


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is the operator's to mend."""
    with pytest.raises(CorpusError, match="does not exist"):
        load_essays(tmp_path / "none")
    with pytest.raises(CorpusError, match="is not a folder"):
        fingerprint(write_corpus(tmp_path, {"a.md": "One."}) / "a.md")


def test_line_breaks_and_marks_keep_their_offsets(tmp_path: Path) -> None:
    """Spans count code points of the decoded bytes, whatever the line breaks and the byte order mark."""
    text = "\ufeff# 题\r\n\r\n第一句。\r\n\r\n## 𠀀节\r\n\r\n𠀀𠀁第二句。\r\n"
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": text}), count_tokens)
    assert [text[p.span.start : p.span.end] for p in corpus.passages] == [
        "题\r\n\r\n第一句。",
        "𠀀节\r\n\r\n𠀀𠀁第二句。",
    ]
    assert corpus.essays[0].title == "题"


def test_old_line_breaks(tmp_path: Path) -> None:
    """A file with bare carriage returns has lines and paragraphs too."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": "# 题\r\r一句。\r\r## 节\r\r二句。"}), count_tokens)
    assert [passage.section for passage in corpus.passages] == ["", "节"]


def test_repeated_text_has_ids_of_its_own(tmp_path: Path) -> None:
    """The same sentence under the same heading again and again gives as many passages, each with its id."""
    corpus = load_corpus(write_corpus(tmp_path, {"a.md": "# 题\n\n前言。" + "\n\n## 节\n\n一句。" * 3}), count_tokens)
    assert [passage.text for passage in corpus.passages] == ["题\n\n前言。"] + ["节\n\n一句。"] * 3
    assert len({passage.id for passage in corpus.passages}) == 4
    assert all(len(passage.id) == 16 for passage in corpus.passages)


def test_the_fingerprint_stays_while_nothing_changes(tmp_path: Path) -> None:
    """Times, other files and the README do not change it."""
    write_corpus(tmp_path, {"a.md": "One.", "corpus.toml": ""})
    before = fingerprint(tmp_path)
    write_corpus(tmp_path, {"README.md": "About.", "b.pdf": "x", ".hidden.md": "y"})
    os.utime(tmp_path / "a.md", (1, 1))
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    "change", [{"a.md": "Two."}, {"b.md": "One."}, {"corpus.toml": "[files.'a.md']\ntitle = 'T'"}, {"sub/a.md": "One."}]
)
def test_the_fingerprint_changes_with_the_corpus(tmp_path: Path, change: dict[str, str | bytes]) -> None:
    """An edited, new or moved essay and an edited manifest change it."""
    write_corpus(tmp_path, {"a.md": "One.", "corpus.toml": ""})
    before = fingerprint(tmp_path)
    assert fingerprint(write_corpus(tmp_path, change)) != before


def test_the_fingerprint_changes_when_a_file_goes(tmp_path: Path) -> None:
    """A removed or renamed essay changes it."""
    write_corpus(tmp_path, {"a.md": "One.", "b.md": "Two."})
    before = fingerprint(tmp_path)
    (tmp_path / "b.md").rename(tmp_path / "c.md")
    renamed = fingerprint(tmp_path)
    (tmp_path / "c.md").unlink()
    assert len({before, renamed, fingerprint(tmp_path)}) == 3
