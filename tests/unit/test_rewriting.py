"""What a model makes of a follow-up: what it is told, and which rewritings are used."""

import pytest

from bot.answering.model import Turn
from bot.conversation.follow_up import FollowUps
from bot.conversation.rewriting import MAX_SAID_CHARS
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.said import turns

KITTEN = [
    Turn(role="user", content="谁的小猫叫伽罗瓦"),
    Turn(role="assistant", content="我家小猫的名字叫伽罗瓦。 [1]"),
]


def said(*texts: str) -> list[Turn]:
    """Questions and answers in turn."""
    return [Turn(role="user" if n % 2 == 0 else "assistant", content=text) for n, text in enumerate(texts)]


async def standalone(rewriting: str, question: str, history: list[Turn]) -> str:
    return await FollowUps([FakeChatModel(rewriting)]).standalone(question, history)


@pytest.mark.parametrize(
    ("history", "question", "rewriting"),
    [
        (KITTEN, "它为什么叫这个名字？", "小猫为什么叫伽罗瓦这个名字？"),
        (KITTEN, "它几岁了？", "伽罗瓦这只小猫几岁了？"),
        (KITTEN, "为什么？", "作者为什么给小猫取名伽罗瓦？"),
        (KITTEN, "那狗呢？", "谁的狗叫伽罗瓦？"),
        (said("MLA是什么", "多头潜在注意力。"), "能省多少内存？", "MLA 能省多少内存？"),
        (said("MLA是什么", "多头潜在注意力。"), "哪家公司用了它？", "哪家公司用了 MLA？"),
        (said("MLA是什么", "多头潜在注意力。"), "H20呢？", "H20 能用 MLA 吗？"),
        (said("马斯克的集群有多少块GPU", "20万块。"), "那Meta呢？", "Meta的集群有多少块GPU？"),
        (said("What is MLA?", "Multi-head latent attention."), "How much does it save?", "How much does MLA save?"),
        (
            said("Who is Liang Wenfeng?", "The founder of DeepSeek."),
            "How many GPUs does his company own?",
            "How many GPUs does Liang Wenfeng's company DeepSeek own?",
        ),
        (
            said("What does GPT-4 cost to train?", "Hundreds of millions."),
            "And GPT-3?",
            "What does GPT-3 cost to train?",
        ),
        (
            said("Who founded TSMC?", "Morris Chang."),
            "Why did he leave his old job?",
            "Why did Morris Chang leave his old job?",
        ),
        (said("Which model won the contest?", "o1."), "And the second one?", "Which model came second in the contest?"),
        (said("誰的小貓叫伽羅瓦", "我家小猫的名字叫伽罗瓦。"), "牠為什麼叫這個名字？", "小貓為什麼叫伽羅瓦這個名字？"),
        (
            said("台积电的创始人是谁", "张忠谋曾是德州仪器的高管"),
            "Why did he leave?",
            "Why did Morris Chang leave Texas Instruments?",
        ),
        (
            said("Who founded TSMC?", "Morris Chang of Texas Instruments."),
            "他为什么离开？",
            "张忠谋为什么离开德州仪器？",
        ),
        (said("马斯克的集群有多少块GPU", "20万块。"), "How did he power it?", "How did Musk power his GPU cluster?"),
    ],
)
async def test_a_right_rewriting_is_used(history: list[Turn], question: str, rewriting: str) -> None:
    """One that fills in what was said, in the language of the question, is what is searched for."""
    assert await standalone(rewriting, question, history) == rewriting


@pytest.mark.parametrize(
    "rewriting",
    [
        "抱歉，我无法改写这个问题。",
        "I don't know.",
        "INSUFFICIENT",
        "因为作者喜欢法国数学家。",
        "台积电为什么重要？",
        "Why does the kitten have this name?",
        "https://evil.example/?q=小猫 为什么叫这个名字 [点我](https://evil.example)",
        "小猫为什么叫这个名字？见 evil.example/q",
        "小猫为什么叫薛定谔这个名字？",
        "这只 3 岁的小猫为什么叫伽罗瓦？",
        "谁的小猫叫伽罗瓦",
    ],
)
async def test_a_rewriting_that_is_none_is_not_searched_for(rewriting: str) -> None:
    """Excuses, answers, other subjects, other languages, addresses and inventions leave it to the words said."""
    question = "它为什么叫这个名字？"
    assert await standalone(rewriting, question, KITTEN) == await FollowUps().standalone(question, KITTEN)


@pytest.mark.parametrize(
    "label",
    [
        "独立问题：",
        "改写后的问题：",
        "**问题**：",
        "独立的完整问题:\n",
        "Standalone question: ",
        "The rewritten question is: ",
    ],
)
async def test_a_label_before_a_rewriting_is_none_of_it(label: str) -> None:
    """What says that this is the question is not searched for."""
    meant = "小猫为什么叫伽罗瓦这个名字？"
    assert await standalone(f"{label}{meant}", "它为什么叫这个名字？", KITTEN) == meant


async def test_a_rewriting_in_no_relation_across_languages_is_not_searched_for() -> None:
    """Where all that was said is in the other language, a part of the question has to stay."""
    for rewriting in ("I don't know.", "INSUFFICIENT", "Sorry, that cannot be rewritten."):
        assert rewriting not in await standalone(
            rewriting, "How did he power it?", said("马斯克的集群有多大", "很大。")
        )


async def test_the_model_is_told_the_whole_conversation() -> None:
    """Older turns are shorter, and the oldest of very many are left out."""
    model = FakeChatModel("")
    history = said("谁的小猫叫伽罗瓦", "我家的。" * 200, *(f"第{n}件事" for n in range(10)))
    await FollowUps([model]).standalone("它为什么叫这个名字？", history)
    told = model.asked[0][-1].content
    assert "谁的小猫叫伽罗瓦" in told
    assert len(told) < 1_000
    await FollowUps([model]).standalone("它为什么叫这个名字？", history * 20)
    assert len(model.asked[1][-1].content) < MAX_SAID_CHARS + 500


async def test_the_model_is_told_what_is_come_back_to() -> None:
    """The question and its answer stand beside the last question."""
    model = FakeChatModel("")
    history = [*KITTEN, *turns("MLA是什么", "台积电在哪里", "GPT-4训练成本多少")]
    await FollowUps([model]).standalone("回到第一个问题，再说详细一点", history)
    told = model.asked[0][-1].content.partition("comes back to this")[2]
    assert "伽罗瓦" in told
    assert "MLA" not in told


THREE = ["谁的小猫叫伽罗瓦", "MLA是什么", "台积电在哪里"]
THREE_EN = ["Whose kitten is called Galois?", "What is MLA?", "Where is TSMC?"]


@pytest.mark.parametrize(
    ("asked", "question", "meant"),
    [
        (THREE, "回到第一个问题，为什么叫这个名字？", THREE[0]),
        (THREE, "回到第二个问题，难在哪", THREE[1]),
        (THREE, "回到最初的话题，为什么叫这个名字？", THREE[0]),
        (THREE, "回到貓的話題，為什麼叫這個名字？", THREE[0]),
        (THREE, "刚才那只猫是纪念谁的", THREE[0]),
        (THREE, "之前说的那个MLA难在哪", THREE[1]),
        (THREE_EN, "Returning to my first question, who is he?", THREE_EN[0]),
        (THREE_EN, "about the kitten again: why this name", THREE_EN[0]),
        (THREE_EN, "Back to the second topic, is it hard?", THREE_EN[1]),
    ],
)
async def test_a_subject_come_back_to_is_the_one_named(asked: list[str], question: str, meant: str) -> None:
    """By its number, by a word of it, or by a part of a word."""
    assert await FollowUps().standalone(question, turns(*asked)) == f"{meant} {question}"


async def test_what_was_said_just_now_is_no_return_where_nothing_of_it_is_named() -> None:
    """``刚才`` is the last thing said, then."""
    standalone = await FollowUps().standalone("刚才那个是真的吗", turns("谁的小猫叫伽罗瓦", "MLA是什么"))
    assert standalone.startswith("MLA是什么 ")
