"""Which parts of a plan belong to the question that was asked."""

import pytest

from bot.answering.deep.belonging import asked_by, is_about, presupposes
from bot.answering.model import Inquiry, Turn

ASKED = "作者的小猫和 MLA 都是怎么回事？"
FOUND = "我家小猫的名字叫伽罗瓦，以纪念法国数学家。MLA能将注意力机制的内存消耗降低80%到90%。"


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


@pytest.mark.parametrize(
    ("part", "presupposing"),
    [
        ("谁的小猫叫伽罗瓦？", False),
        ("MLA的工作原理是什么？", False),
        ("MLA省多少内存？", False),
        ("MLA为什么省内存？", True),
        ("作者为什么虐待他的小猫？", True),
        ("作者為什麼剽竊了MLA？", True),
        ("作者如何虐待小猫？", True),
        ("Why did MLA fail?", True),
        ("How does MLA work?", False),
    ],
)
def test_a_part_takes_nothing_for_granted(part: str, presupposing: bool) -> None:
    """Every word of substance stands in the question or in what was found; a spare verb may not be asked why."""
    assert presupposes(part, [ASKED, FOUND]) is presupposing


def test_what_was_asked_is_what_was_typed_and_said() -> None:
    """Of a question that was made to stand on its own, only what the conversation holds counts."""
    history = (Turn(role="user", content="谁的小猫叫 Galois？"),)
    asked = asked_by(Inquiry(text="它几岁？", standalone="马斯克的小猫 Galois 几岁？", lang="zh", history=history))
    assert asked.splitlines() == ["它几岁？", "小猫", "galois", "岁"]
