"""Which parts of a plan belong to the question that was asked."""

import pytest

from bot.answering.deep.belonging import ALIKE, Belonging, asked_by, is_about
from bot.answering.model import Inquiry, Turn
from bot.answering.planned_search import PlannedSearch
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

ASKED = "作者的小猫和 MLA 都是怎么回事？"


@pytest.mark.parametrize(
    ("part", "asked", "about"),
    [
        ("谁的小猫叫伽罗瓦？", ASKED, True),
        ("誰的小貓叫伽羅瓦？", ASKED, True),
        ("What is MLA?", ASKED, True),
        ("王菲唱了什么歌？", ASKED, False),
        ("作者为什么这么说？", ASKED, False),
        ("How did training costs fall?", "What does training cost?", True),
        ("Why did he work on it?", "How does the author work with cats?", False),
        ("作者是谁？", "作者是谁？小猫叫什么？", True),
        ("小猫叫什么？", "作者怎么看？", True),
    ],
)
def test_a_part_is_about_what_was_asked(part: str, asked: str, about: bool) -> None:
    """It shares a word of substance with the question, unless it is a piece of it or there is none to share."""
    assert is_about(part, asked) is about


FILLER = [make_passage([f"第{n}句没有说什么。"], essay=make_essay(f"杂{n}", lang="zh")) for n in range(8)]
JOBS = make_passage(["编程成本下降，程序员和软件工程师都会受影响。"], essay=make_essay("编程", lang="zh"))
SONG = make_passage(["王菲唱了一首歌。"], essay=make_essay("歌", lang="zh"))


class Alike:
    """Says that all questions are so much alike."""

    def __init__(self, cosine: float) -> None:
        self.cosine = cosine

    async def likeness(self, one: str, other: str) -> float:
        del one, other
        return self.cosine


@pytest.mark.parametrize(
    ("part", "cosine", "holds"),
    [
        ("软件工程师怎么办？", 0.0, True),
        ("程序员会失业吗？", ALIKE, True),
        ("程序员会失业吗？", 0.0, True),
        ("王菲唱了什么歌？", 0.0, False),
        ("王菲唱了什么歌？", ALIKE - 0.01, False),
    ],
)
async def test_a_part_in_other_words_belongs_by_its_meaning(part: str, cosine: float, holds: bool) -> None:
    """It is like the question, or what it leads to is what that leads to."""
    search = PlannedSearch(FakeSearcher(JOBS, *FILLER, SONG))
    assert await Belonging("AI 对软件工程师的影响", search, Alike(cosine)).holds(part) is holds


async def test_words_in_common_cost_no_search() -> None:
    """Most parts are settled by them."""
    searcher = FakeSearcher(SONG, JOBS)
    assert await Belonging("AI 对软件工程师的影响", PlannedSearch(searcher)).holds("软件工程师怎么办？")
    assert searcher.questions == []


def test_what_was_asked_is_what_was_typed_and_said() -> None:
    """Of a question that was made to stand on its own, only what the conversation holds counts."""
    history = (Turn(role="user", content="谁的小猫叫 Galois？"),)
    asked = asked_by(Inquiry(text="它几岁？", standalone="马斯克的小猫 Galois 几岁？", lang="zh", history=history))
    assert asked.splitlines() == ["它几岁？", "小猫", "galois", "岁"]
