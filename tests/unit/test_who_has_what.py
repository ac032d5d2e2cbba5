"""Figures, names and doings of the passage that a sentence gives to somebody else, and what it makes too sure."""

import pytest

from bot.answering.verification.check import FaultKind, check, read_evidence
from tests.fakes.passages import make_essay, make_passage

CHIPS = (
    "回溯历史，AlexNet仅用两三块GPU；GPT-4则动用了2万块A100 GPU，功耗高达15-20兆瓦。"
    "OpenAI和微软部署了10万块GPU，Meta为训练Llama 4投入了10万至12.8万块GPU。"
    "有消息称软银可能通过出售其股份，向OpenAI投资250亿美元。"
)
WEAPONS = "Google刚说要30W张H100，Meta反手就下定20W张H100，谁也不知道未来需要多少。"
RATES = "R1的幻觉率为14.3%，V3的幻觉率为3.9%，Vectara做了这个测试。"
SAID = "The model costs much. Sutskever invoked Kolmogorov complexity as a foundation. LeCun and Hinton did not."


def faults(said: str, told: str) -> set[FaultKind]:
    """What is wrong with ``said`` over ``told``."""
    essay = make_essay("芯片", lang="zh") if any(char > "\u2e7f" for char in told) else make_essay("Chips")
    return {fault.kind for fault in check(said, [read_evidence(make_passage(told, essay=essay))], allowed="GPT-5?")}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("GPT-5动用了2万块A100。", CHIPS),
        ("AlexNet was trained on 20,000 A100 GPUs.", CHIPS.replace("则", "")),
        ("OpenAI动用了2万块A100 GPU。", CHIPS),
        ("Meta订了30万张H100。", WEAPONS),
        ("Meta wants 300,000 H100s, while Google ordered 200,000.", WEAPONS),
        ("R1的幻觉率为3.9%，V3的幻觉率为14.3%。", RATES),
        ("V3 hallucinates 14.3% of the time.", RATES),
        ("Hinton invoked Kolmogorov complexity as a foundation.", SAID),
    ],
)
def test_a_figure_or_a_deed_of_another(said: str, told: str) -> None:
    """What the passage tells of one is not let through of another, in either language."""
    assert faults(said, told) & {FaultKind.NAME, FaultKind.NUMBER}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("GPT-4用了2万块A100。", CHIPS),
        ("GPT-4 was trained on 20,000 A100 GPUs.", CHIPS),
        ("软银可能投资250亿美元。", CHIPS),
        ("SoftBank may invest $25 billion in OpenAI.", CHIPS),
        ("Meta投入了10万至12.8万块GPU来训练Llama 4。", CHIPS),
        ("Google要30万张H100，而Meta订了20万张。", WEAPONS),
        ("R1的幻觉率是14.3%，高于V3的3.9%。", RATES),
        ("Sutskever invoked Kolmogorov complexity.", SAID),
    ],
)
def test_a_figure_of_its_own(said: str, told: str) -> None:
    """What the passage tells of the same, be it named a clause before, goes through."""
    assert faults(said, told) == set()


@pytest.mark.parametrize(
    ("said", "is_too_sure"),
    [
        ("软银已经向OpenAI投资250亿美元。", True),
        ("有消息称软银向OpenAI投资250亿美元。", False),
        ("软银或许会向OpenAI投资250亿美元。", False),
        ("GPT-4动用了2万块A100 GPU。", False),
    ],
)
def test_what_is_only_supposed(said: str, *, is_too_sure: bool) -> None:
    """A rumour or a guess of the passage is no fact of the answer."""
    assert (FaultKind.MODALITY in faults(said, CHIPS)) is is_too_sure


@pytest.mark.parametrize(
    ("said", "told", "is_turned"),
    [
        ("推理成本从5美分飙升至60美元。", "推理成本从60美元骤降至5美分。", True),
        ("H20的订单大幅增加。", "H20的订单大幅削减。", True),
        ("The stock soared last year.", "The stock plummeted last year.", True),
        ("H20的订单大幅减少。", "H20的订单大幅削减。", False),
        ("The stock fell last year.", "The stock plummeted last year.", False),
    ],
)
def test_which_way_it_goes(said: str, told: str, *, is_turned: bool) -> None:
    """Any word for up is the opposite of any for down."""
    assert (FaultKind.POLARITY in faults(said, told)) is is_turned


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("由钱雷作曲。", False),
        ("主持人张伟问了很多问题。", True),
        ("由王小明作曲。", True),
        ("任何人都说好。", True),
        ("科学家李飞飞领导了这个测试。", False),
    ],
)
def test_people_without_a_title(said: str, *, is_told: bool) -> None:
    """Who is named with an office or with what only people do stands in the passage; a common word is no name."""
    told = "这首歌由王小明作曲，主持人张伟问了他很多问题，做了这个测试，大家都说好。"
    assert (FaultKind.NAME not in faults(said, told)) is is_told


def test_who_tells_a_figure_is_not_whose_it_is() -> None:
    """An estimate is of what it is about, not of whom it is from."""
    told = "据SemiAnalysis的专家估计，DeepSeek实际拥有的GPU总量接近50,000块。"
    assert faults("SemiAnalysis的专家估计其GPU总数接近5万块。", told) == set()
    assert FaultKind.NAME in faults("OpenAI拥有的GPU总数接近5万块。", told.replace("据SemiAnalysis的专家估计，", ""))


def test_a_passage_without_the_figure_is_not_what_was_meant() -> None:
    """However many words it shares, where the one that is cited tells the figure."""
    cited = make_passage(
        "按10W美元一台算，= 35W + 9W = 44W美元一个GPT3，童叟无欺。", essay=make_essay("成本", lang="zh")
    )
    other = make_passage("训练一个模型大约需要多少美元，没有人知道。", essay=make_essay("其他", lang="zh"))
    said = "训练一个GPT3大约需要44万美元。"
    assert check(said, [read_evidence(cited)], others=[read_evidence(other)], allowed="训练要多少钱") == ()
    assert check(said.replace("44", "46"), [read_evidence(cited)], others=[read_evidence(other)]) != ()


@pytest.mark.parametrize("said", ["作者把AI分成四类。", "训练分成五个阶段。", "训练采用了五阶段的流程。"])
def test_how_many_kinds(said: str) -> None:
    """成 before a number is no part of it, and stages are counted."""
    assert FaultKind.NUMBER in faults(said, "作者把AI分成三类，训练分成四个阶段，采用四阶段的流程。")


def test_a_quotation_within_a_quotation() -> None:
    """Its marks are others than in the passage; its words are not."""
    told = "它只激活模型中的特定“专家”部分。"
    assert faults("作者说：“只激活模型中的特定‘专家’部分”。", told) == set()
    assert FaultKind.QUOTATION in faults("作者说：“只激活模型中的特定‘学者’部分”。", told)
