"""Essays are found by what readers call them."""

from dataclasses import replace

import pytest

from bot.retrieval.named import NamedEssays, Naming
from tests.fakes.passages import make_essay

YEAR_END = replace(make_essay("写在甲辰年末", file="a.md", lang="zh"), nicknames=("年末", "year-end"))
BLOG = [replace(make_essay(f"Post {n}", file="b.md", n=n), author="立委 (Li Wei)", nicknames=("Blog",)) for n in (1, 2)]
INTERVIEW = replace(make_essay("Slow", file="b.md", n=3), author="立委 (Li Wei)", nicknames=("Blog", "InfoQ"))
LONG_TITLE = make_essay("Understanding the Power of Thought Chains", file="c.md")
MIXED_TITLE = replace(make_essay("Thought Chains 的力量", file="d.md"), author="Flann O'Brien")
ESSAYS = [YEAR_END, *BLOG, INTERVIEW, LONG_TITLE, MIXED_TITLE]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("年末那篇怎么看 R1？", [{0}]),
        ("What does the Year-End essay say?", [{0}]),
        ("what does the blog say", [{1, 2, 3}]),
        ("立委怎么说", [{1, 2, 3}]),
        ("did Ｌｉ  Wei ever leave", [{1, 2, 3}]),
        ("what did the guest tell InfoQ on the blog", [{3}]),
        ("年末那篇跟 blog 有啥不同", [{0}, {1, 2, 3}]),
        ("is 'understanding the power of thought chains' any good", [{4}]),
        ("在 blog里", [{1, 2, 3}]),
        ("《寫在甲辰年末》和知乎那篇說的一樣嗎", [{0}]),
        ("what does the year\u2011end essay say", [{0}]),
        ("年 末那篇怎么看 R1", [{0}]),
        ("《Thought Chains的力量》讲什么", [{5}]),
        ("what is Flann O\u2019Brien\u2019s view of bicycles", [{5}]),
    ],
)
def test_a_question_names_essays(question: str, named: list[set[int]]) -> None:
    """By nickname, author, long title; the narrower of two names wins; width and case do not matter."""
    assert [set(essays) for essays in NamedEssays(ESSAYS).in_question(question).essays] == named


@pytest.mark.parametrize(
    "question", ["", "what are bloggers paid", "a weblog", "is slow thinking a post", "Li Weiming's book", "能量"]
)
def test_parts_of_words_and_short_titles_name_nothing(question: str) -> None:
    """A Latin name counts as a whole word only, and a short title not at all."""
    assert NamedEssays(ESSAYS).in_question(question) == Naming(essays=(), rest=question)


def test_a_name_that_all_essays_share_tells_nothing() -> None:
    """The author of the whole corpus is no reason to prefer any of it."""
    assert NamedEssays([*BLOG, INTERVIEW]).in_question("what does Li Wei say on the blog").essays == ()
    assert NamedEssays([]).in_question("what").essays == ()


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("年末那篇怎么看 R1？", "那篇怎么看 R1?"),
        ("What does the Year-End essay say about reward hacking?", "What does the essay say about reward hacking?"),
        ("did Ｌｉ  Wei ever leave Canada for good", "did ever leave Canada for good"),
        ("the blog: why blog about thought chains at all", "the : why blog about thought chains at all"),
        ("立委是谁", "立委是谁"),
        ("Where does Li Wei work?", "Where does Li Wei work?"),
    ],
)
def test_what_is_asked_of_a_source_goes_without_its_name(question: str, rest: str) -> None:
    """Each name is left out once, unless hardly anything else is asked."""
    assert NamedEssays(ESSAYS).in_question(question).rest == rest
