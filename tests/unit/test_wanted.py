"""What a question wants of passages: names and units."""

import pytest

from bot.answering.wanted import lacks_unit, missing_names, names_in
from bot.corpus.model import Language
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage


def hit(text: str, lang: Language, *, title: str = "") -> Hit:
    passage = make_passage(text, essay=make_essay(title, lang=lang))
    return Hit(passage=passage, score=0, similarity=0, dense=0, lexical=0, coverage=0, sentence_scores=())


@pytest.mark.parametrize(
    ("question", "lang", "names"),
    [
        ("deepseek V4啥时候发布", "zh", ["deepseek", "V4"]),
        ("谁的猫叫伽罗瓦", "zh", []),
        ("What did Hinton say about the MI300X?", "en", ["Hinton", "MI300X"]),
        ("Why? Because. And so on", "en", []),
        ("MLA saves how much", "en", ["MLA"]),
    ],
)
def test_what_counts_as_a_name(question: str, lang: Language, names: list[str]) -> None:
    """Capitals and digits make one in English, save at the beginning of a sentence; Latin letters do in Chinese."""
    assert names_in(question, lang) == names


@pytest.mark.parametrize(
    ("question", "lang", "text", "missing"),
    [
        ("V4何时发布", "zh", "V3 发布了", ["V4"]),
        ("deepseek-r1 是什么", "zh", "DeepSeek R1 是模型", []),
        ("how many H100s and TPUs were used", "en", "They had one H100, and a TPU.", []),
        ("Was the deal in Paris-London signed?", "en", "From London to Paris.", []),
        ("what is Deepsek", "en", "DeepSeek is a lab.", []),
        ("which school in Canada is it", "en", "A school in China.", ["Canada"]),
        ("which school in Canada is it", "en", "加拿大的学校", []),
        ("what about the MI300X", "en", "英伟达的卡", ["MI300X"]),
    ],
)
def test_which_names_are_missing(question: str, lang: Language, text: str, missing: list[str]) -> None:
    """Spelling, plurals and slips are no difference, digits are; across languages only marked names count."""
    written: Language = "en" if text.isascii() else "zh"
    assert missing_names(question, lang, [hit(text, written)]) == missing


def test_a_name_in_the_title_is_there() -> None:
    """What an essay is about need not be named in each of its passages."""
    assert missing_names("V4何时发布", "zh", [hit("十二月", "zh", title="V4 的故事")]) == []


@pytest.mark.parametrize(
    ("question", "lang", "text", "lacks"),
    [
        ("用了多少张卡", "zh", "用了两千块卡", True),
        ("用了多少张卡", "zh", "用了 2048 张卡", False),
        ("用了多少张卡", "zh", "two thousand cards", False),
        ("贵好几倍是为什么", "zh", "更贵", False),
        ("how many people work there", "en", "It works. There are 30 rooms.", True),
        ("how many people work there", "en", "Some 30 people do.", False),
        ("how are people", "en", "Fine.", False),
        ("GPT3 有多少层？", "zh", "本文以 175B & 96 layers 的大模型举例子", False),
        ("GPT3 有多少层？", "zh", "我想的是96 Layer那么巨大的算力", False),
        ("GPT3 有多少层？", "zh", "96 个头", True),
        ("训练一个GPT3要几天", "zh", "用1024张卡烧一个月", False),
        ("训练一个GPT3要几天", "zh", "2025年开始训练，四月结束", True),
        ("花了几小时", "zh", "前后三周", False),
        ("花了几小时", "zh", "写于 2025年", True),
        ("绿茶用多少度的水", "zh", "80 degrees for green tea", False),
    ],
)
def test_whether_the_unit_is_missing(question: str, lang: Language, text: str, lacks: bool) -> None:
    """How many of something is answered by a number of just that, spans of time by one another."""
    written: Language = "en" if text.isascii() else "zh"
    assert lacks_unit(question, lang, [hit(text, written)]) is lacks


def test_the_unit_may_stand_in_another_language() -> None:
    """Where most hits are in one, it cannot be told; where few are, they count as well."""
    asked, chinese, english = "绿茶用多少度的水", hit("水要烧开。", "zh"), hit("80 degrees will do.", "en")
    assert lacks_unit(asked, "zh", [chinese])
    assert not lacks_unit(asked, "zh", [chinese, chinese, english])
    assert not lacks_unit("how many chips did they claim to own", "en", [chinese, chinese, hit("Yes.", "en")])
    assert not lacks_unit("how many GPUs did they own", "en", [hit("They did.", "en"), hit("有10,000块GPU。", "zh")])
