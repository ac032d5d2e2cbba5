import pytest

from bot.answering.several import asks_several_things


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
