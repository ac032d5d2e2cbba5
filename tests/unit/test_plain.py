import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.plain import count_wide, escaped, readable, strip_markup, visible, without_wide


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**粗** and *thin* and ***both***", "粗 and thin and both"),
        ("`code` ~~gone~~ __under__", "code gone under"),
        ("见[论文](https://doi.org/10.1016/s1355-2198(03)00039-x)的", "见论文的"),
        ('[a](b "title") ![image](c.png)', "a"),
        ("> 引\n> - 项\n## 标题", "引 项 标题"),
        ("**bold that goes on", "bold that goes on"),
        ("*one sentence of several", "one sentence of several"),
        ("the last of them.*", "the last of them."),
        ("at <https://e.org/a_b> and a<b>c", "at https://e.org/a_b and a<b>c"),
        ("2 * 3 * 4 = 24, a_b_c", "2 * 3 * 4 = 24, a_b_c"),
        ("H₁:1*1 + (-1)*0 = 1", "H₁:1*1 + (-1)*0 = 1"),
        ("two\n  lines\xa0here", "two lines here"),
        ("", ""),
    ],
)
def test_what_a_page_shows(markdown: str, shown: str) -> None:
    """Markup goes, words and plain signs stay, white space becomes single."""
    assert visible(markdown) == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("论文[1](https://doi.org/1)我看了", "论文我看了"),
        ("才被重视[8]。", "才被重视。"),
        ("[8]: Bruno, L. C.", "[8]: Bruno, L. C."),
        ("a[0] stays", "a[0] stays"),
        ("[书](https://e.org)", "书"),
    ],
)
def test_footnotes_are_not_read_aloud(markdown: str, shown: str) -> None:
    """The essays' own footnote numbers go; references, indexes and links stay."""
    assert readable(markdown) == shown


@given(st.text(alphabet="ab*_`[]<>\\ #!", max_size=30))
def test_escaped_text_has_no_markup(text: str) -> None:
    """Every sign that begins markup within a line is escaped, and nothing else changes."""
    assert escaped(text).replace("\\", "") == text.replace("\\", "")
    assert len(escaped(text)) == len(text) + sum(text.count(sign) for sign in "\\`*[]<")


def test_line_breaks_survive_where_wanted() -> None:
    """``strip_markup`` keeps the lines."""
    assert strip_markup("> **a**\n\n> b") == "a\n\nb"


def test_wide_characters() -> None:
    """Han, kana and full-width signs are wide; letters and emoji are not."""
    assert count_wide("汉かＡ。aé🙂") == 4
    assert without_wide("汉かＡ。aé🙂") == "    aé🙂"


@pytest.mark.parametrize("piece", ["[", "![", "[a", "`a ", "**a", "[a](", "[a](b(", '[a](b "'])
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Marks that open and never close cost no more than their number."""
    begun = time.perf_counter()
    visible(piece * 20_000)
    assert time.perf_counter() - begun < 8
