import pytest

from bot.answering.several import asks, asks_several_things, clauses_that_ask


@pytest.mark.parametrize(
    "question",
    [
        "年末那篇和知乎那篇对堆算力的看法有什么不同？",
        "两位作者分别怎么看幻觉",
        "A100 跟 H100 相比，训练便宜多少",
        "What does each author say about scaling?",
        "MLA vs MoE: what saves more?",
        "What did training the first model cost, and how many cards did the second one need?",
        "为什么芯片都交给一家厂来造？后来的出口限制又是怎么影响价格的",
    ],
)
def test_comparisons_and_several_questions_at_once(question: str) -> None:
    """What one search may find half of."""
    assert asks_several_things(question)


@pytest.mark.parametrize(
    "question",
    [
        "谁的小猫叫伽罗瓦",
        "MLA到底省多少显存",
        "作者养的猫叫啥，纪念谁的",
        "why do agents fall apart on long jobs?",
        "Who wrote it and when?",
        "",
        "？？？",
    ],
)
def test_simple_questions(question: str) -> None:
    """One thing, or a second one that hangs on the first, needs no plan."""
    assert not asks_several_things(question)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What did training the first model cost, and how many cards did the second one need?",
            ("What did training the first model cost", "how many cards did the second one need?"),
        ),
        (
            "为什么芯片都交给一家厂来造？后来的出口限制又是怎么影响价格的",
            ("为什么芯片都交给一家厂来造？", "后来的出口限制又是怎么影响价格的"),
        ),
        (
            "在年末那篇里，作者是怎么看摩尔定律的，为什么；另外小猫的名字是怎么来的？",
            ("在年末那篇里，作者是怎么看摩尔定律的，为什么", "另外小猫的名字是怎么来的？"),
        ),
        (
            "谁的小猫叫伽罗瓦？MLA省多少内存？GPT-4多少钱？",
            ("谁的小猫叫伽罗瓦？", "MLA省多少内存？", "GPT-4多少钱？"),
        ),
        *(
            (
                f"台积电的创始人是谁{comma}英特尔为什么落后{comma}DeepSeek有多少GPU",
                ("台积电的创始人是谁", "英特尔为什么落后", "DeepSeek有多少GPU"),
            )
            for comma in "，、"
        ),
        ("小猫叫什么名字，是什么时候出生的", ()),
        ("小猫叫什么名字，纪念了哪位数学家", ()),
        ("作者怎么看摩尔定律，他为什么这么说", ()),
        ("R1的幻觉率是多少，为什么比V3高", ()),
        ("Who is Galois? What is MLA?", ("Who is Galois?", "What is MLA?")),
        ("谁的小猫叫伽罗瓦？说到MLA，省多少？", ("谁的小猫叫伽罗瓦？", "说到MLA，省多少？")),
        ("MLA能把内存消耗降低多少？MLA能把内存消耗降低多少？", ()),
        ("MLA省多少？小猫叫什么？MLA 省多少?", ("MLA省多少？", "小猫叫什么？")),
        ("作者怎么看摩尔定律？为什么？", ()),
        ("两位作者分别怎么看幻觉", ()),
        ("作者养的猫叫啥，纪念谁的", ()),
        ("", ()),
        ("，，，？？", ()),
    ],
)
def test_the_clauses_that_ask(question: str, parts: tuple[str, ...]) -> None:
    """Questions strung together come apart; what leads up to one or hangs on it stays with it."""
    assert clauses_that_ask(question) == parts


@pytest.mark.parametrize(
    ("text", "question"), [("谁？", True), ("MLA 省多少", True), ("请写一首诗", False), ("Do it.", True)]
)
def test_what_is_a_question(text: str, question: bool) -> None:
    """A question mark or a word that asks; ``do`` is taken for one."""
    assert asks(text) is question
