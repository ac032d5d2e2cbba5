"""Facts that files state of themselves: front matter and labelled blocks."""

from pathlib import Path

import pytest

from bot.corpus.load import load_corpus, load_essays
from bot.corpus.metadata import date_of
from bot.corpus.model import Corpus, Essay
from tests.fakes.documents import count_tokens, write_corpus


def only_essay(root: Path, text: str) -> Essay:
    """The one essay of a file with this text."""
    (essay,) = load_essays(write_corpus(root, {"a.md": text}))
    return essay


def corpus_of(root: Path, text: str) -> Corpus:
    """The corpus of one file with this text."""
    return load_corpus(write_corpus(root, {"a.md": text}), count_tokens)


def test_front_matter_gives_the_facts(tmp_path: Path) -> None:
    """Title, date, description, tags, author and address are read from YAML."""
    essay = only_essay(
        tmp_path,
        "---\ntitle: 写在甲辰年末\ndate: 2025-01-28 23:00:00 +0800\ndescription: 一年\nauthor: 某人\n"
        "tags: [AI, 猫]\nlink: https://example.org/a\n---\n\n正文。\n",
    )
    assert (essay.title, essay.date, essay.description, essay.author) == ("写在甲辰年末", "2025-01-28", "一年", "某人")
    assert (essay.tags, essay.url) == (("AI", "猫"), "https://example.org/a")


@pytest.mark.parametrize(
    ("written", "tags"),
    [("misc", ("misc",)), ("a b, c", ("a", "b", "c")), ("[x]", ("x",)), ("\n  - x y\n  - z", ("x y", "z")), ("", ())],
)
def test_tags_in_every_form(tmp_path: Path, written: str, tags: tuple[str, ...]) -> None:
    """Tags come as a list, or as words parted by spaces or commas."""
    assert only_essay(tmp_path, f"---\ntitle: t\ntags: {written}\n---\nText.").tags == tags


def test_values_stay_as_they_are_written(tmp_path: Path) -> None:
    """YAML's own ideas of numbers and truth do not change a title."""
    assert only_essay(tmp_path, "---\ntitle: 2024\nauthor: no\n---\nText.").title == "2024"
    assert only_essay(tmp_path, "---\ntitle: 2024\nauthor: no\n---\nText.").author == "no"


def test_broken_front_matter_loses_nothing(tmp_path: Path) -> None:
    """The file is kept with the facts that can be read line by line, and the operator is told the line."""
    corpus = corpus_of(tmp_path, "---\ntitle: A: B\ntags: [x\n---\nText here.")
    assert corpus.essays[0].title == "A: B"
    assert "Text here." in corpus.passages[-1].text
    (told,) = corpus.skipped
    assert told.file == "a.md"
    assert told.kept
    assert told.line.startswith("a.md: kept, but its front matter is broken YAML")
    assert "line 2" in told.reason


def test_a_rule_at_the_head_is_not_front_matter(tmp_path: Path) -> None:
    """Text between two rules is text."""
    corpus = corpus_of(tmp_path, "---\nJust a sentence.\n---\n\nAnother one.")
    assert "Just a sentence." in corpus.passages[0].text


def test_front_matter_with_other_line_breaks_and_a_byte_order_mark(tmp_path: Path) -> None:
    """A file from Windows is read like any other, its spans counted in the text as it stands."""
    text = "\ufeff---\r\ntitle: 题\r\ndate: 2025-03-30\r\n---\r\n\r\n一句话。\r\n"
    corpus = corpus_of(tmp_path, text)
    assert (corpus.essays[0].title, corpus.essays[0].date) == ("题", "2025-03-30")
    assert [text[p.span.start : p.span.end] for p in corpus.passages] == ["title: 题\r\ndate: 2025-03-30", "一句话。"]


def test_a_labelled_block_gives_the_facts(tmp_path: Path) -> None:
    """Author, votes, date and address of a quoted block under the title, the date from seconds since 1970."""
    essay = only_essay(
        tmp_path,
        "# 瞎扯一下\n\n> **类型**: 文章\n> **作者**: Dio-晶\n> **赞同**: 964\n> **时间**: 1685275136\n"
        "> **原文**: [https://zhuanlan.zhihu.com/p/1](https://zhuanlan.zhihu.com/p/1)\n\n---\n\n正文。",
    )
    assert (essay.title, essay.author, essay.votes, essay.date) == ("瞎扯一下", "Dio-晶", 964, "2023-05-28")
    assert essay.url == "https://zhuanlan.zhihu.com/p/1"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://e.org/wiki/Galois_(cat)", "https://e.org/wiki/Galois_(cat)"),
        ("https://e.org/a_(b)_c.html", "https://e.org/a_(b)_c.html"),
        ("https://e.org/brew_(green)?a=1&b=2#top", "https://e.org/brew_(green)?a=1&b=2#top"),
        ("https://e.org/a_(b", "https://e.org/a_(b"),
        ("<https://e.org/a_(b)>", "https://e.org/a_(b)"),
        ("'[here](https://e.org/a_(b))'", "https://e.org/a_(b)"),
        ("my site (https://e.org/a)", "https://e.org/a"),
    ],
)
def test_brackets_within_an_address_are_part_of_it(tmp_path: Path, written: str, url: str) -> None:
    """The value of the line is the address as a whole; only within other text may a bracket close something else."""
    assert only_essay(tmp_path, f"---\ntitle: t\nurl: {written}\n---\nText.").url == url
    assert only_essay(tmp_path, f"# T\n> **作者**: 甲\n> **原文**: {written}\n\nText.").url == url


def test_text_may_follow_a_labelled_block_at_once(tmp_path: Path) -> None:
    """The block ends with its last quoted line, with or without an empty line behind it."""
    corpus = corpus_of(tmp_path, "# 题\n> **作者**: 甲\n> **时间**: 2025-01-01\n正文。")
    assert (corpus.essays[0].author, corpus.essays[0].date) == ("甲", "2025-01-01")
    assert corpus.passages[-1].text == "正文。"


def test_a_quotation_is_no_labelled_block(tmp_path: Path) -> None:
    """A quoted paragraph with one bold word is text."""
    essay = only_essay(tmp_path, "# 题\n\n> **作者**: 说了一句话\n> 然后走了。\n\n正文。")
    assert essay.author is None


def test_what_a_file_states_of_itself_can_be_searched(tmp_path: Path) -> None:
    """Front matter and labelled blocks are a passage of their own, apart from the text."""
    corpus = corpus_of(tmp_path, "---\ntitle: 题\ndate: 2025-03-30 04:23:00\n---\n\n正文。")
    assert [(p.section, p.text) for p in corpus.passages] == [
        ("关于本文", "title: 题\ndate: 2025-03-30 04:23:00"),
        ("", "正文。"),
    ]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2025-01-28 23:00:00 +0800", "2025-01-28"),
        ("2025-1-9", "2025-01-09"),
        ("2025/02/21 12:23:37", "2025-02-21"),
        ("2025年03月30日 04:23", "2025-03-30"),
        ("1685275136", "2023-05-28"),
        ("1685275136000", "2023-05-28"),
        ("1685289600", "2023-05-29"),  # midnight in China is still the day before in UTC
        ("2025-13-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_become_iso(written: str, date: str | None) -> None:
    """Dates in the forms that exports use become ISO 8601; what is no date becomes nothing."""
    assert date_of(written) == date


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 大标题\n\n正文。", "大标题"),
        ("Title\n=====\n\nText.", "Title"),
        ("一个短标题\n\n这里是正文，有一句话。", "一个短标题"),
        ("这里是正文。\n\n又一句。", "a"),
        ("## **着重**的 标题 ##\n\n正文。", "着重的 标题"),
    ],
)
def test_the_title_is_found_in_the_text(tmp_path: Path, text: str, title: str) -> None:
    """Without other sources the title is the first heading, or a first line of its shape, or the file's name."""
    assert only_essay(tmp_path, text).title == title
