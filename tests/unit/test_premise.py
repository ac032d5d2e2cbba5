"""Figures that a question takes for granted: corrections pass the checks, confirmations don't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.verification.check import check, read_evidence
from bot.answering.verification.numbers import read_figures
from bot.answering.verification.premise import denied_figures, stated_figures, without_yes
from bot.corpus.model import Passage
from tests.fakes.passages import make_essay, make_passage

RATE = make_passage(
    ["根据Vectara的测试,R1的幻觉率确实比V3高不少,R1的幻觉率14.3%,显著高于其前身V3的3.9%。"],
    essay=make_essay("幻觉", lang="zh"),
)
RATE_EN = make_passage(
    ["According to Vectara, R1's hallucination rate is 14.3%, far above the 3.9% of its predecessor V3."],
    essay=make_essay("Hallucination"),
)
COST = make_passage(
    ["像GPT-4这样的公开模型，一次训练花了1亿美元。", "而DeepSeek只花了数百万美元。"],
    essay=make_essay("成本", lang="zh"),
)
COST_EN = make_passage(
    ["One training run of GPT-4 cost 100 million dollars.", "DeepSeek spent only 6 million."], essay=make_essay("Cost")
)
ASKED = {
    RATE.id: "DeepSeek R1 的幻觉率是 25%，作者怎么看",
    RATE_EN.id: "R1's hallucination rate is 25%, why?",
    COST.id: "GPT-4 一次训练花了 5 亿，作者怎么说",
    COST_EN.id: "GPT-4 cost 500 million dollars to train, what does the author say?",
}


def faults(passage: Passage, sentence: str) -> tuple[object, ...]:
    return check(sentence, [read_evidence(passage)], allowed=ASKED[passage.id])


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        (RATE, "R1的幻觉率不是25%，而是14.3%。"),
        (RATE, "文中说R1的幻觉率是14.3%，并非25%。"),
        (RATE, "问题中的25%与文章不符，文章给出的是14.3%。"),
        (RATE, "作者没有说25%，他给出的数字是14.3%。"),
        (RATE, "你提到的25%并不准确：R1的幻觉率是14.3%。"),
        (RATE, "文章里R1的幻觉率是14.3%，而不是问题里说的25%。"),
        (RATE, "问题里说幻觉率是25%，但文章说R1的幻觉率是14.3%。"),
        (RATE_EN, "R1's hallucination rate is not 25% but 14.3%."),
        (RATE_EN, "The question says 25%, but the passage puts R1's hallucination rate at 14.3%."),
        (RATE_EN, "Contrary to the question, R1's hallucination rate is 14.3% rather than 25%."),
        (RATE_EN, "The passages don't say 25%: R1's hallucination rate is 14.3%."),
        (COST, "GPT-4一次训练花的不是5亿，而是1亿美元。"),
        (COST, "GPT-4一次训练并没有花5亿，文中的数字是1亿美元。"),
        (COST, "作者没说一次训练花了5亿，文中说GPT-4一次训练花了1亿美元。"),
        (COST_EN, "GPT-4 did not cost 500 million dollars to train; one training run cost 100 million dollars."),
        (COST_EN, "One training run of GPT-4 cost 100 million dollars, not 500 million."),
    ],
)
def test_a_correction_passes(passage: Passage, sentence: str) -> None:
    """What says that the question's figure is wrong, and gives the passage's, is no fault."""
    assert faults(passage, sentence) == ()


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        (RATE, "是的，R1的幻觉率是25%。"),
        (RATE, "没错，R1的幻觉率是25%。"),
        (RATE, "R1的幻觉率是25%，没有比V3低。"),
        (RATE, "R1的幻觉率确实高达25%，作者不认为这是问题。"),
        (RATE, "正如问题所说，R1的幻觉率是25%。"),
        (RATE, "作者并不否认R1的幻觉率是25%。"),
        (RATE, "R1的幻觉率不是14.3%，而是25%。"),
        (RATE, "你说的没错，R1的幻觉率是25%。"),
        (RATE, "R1的幻觉率，没错是25%。"),
        (RATE, "V3的幻觉率不是3.9%。"),
        (RATE_EN, "Yes, R1's hallucination rate is 25%, not lower than V3's."),
        (RATE_EN, "R1's hallucination rate is not 14.3% but 25%."),
        (RATE_EN, "As the question says, R1's hallucination rate is 25%."),
        (RATE_EN, "Nobody can dispute that R1's hallucination rate is 25%."),
        (COST, "GPT-4一次训练花了5亿，作者没有反对。"),
        (COST, "没错，GPT-4一次训练花了5亿。"),
    ],
)
def test_a_confirmation_is_a_fault(passage: Passage, sentence: str) -> None:
    """A negation somewhere in a sentence does not let the question's figure in."""
    assert faults(passage, sentence)


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("GPT-4 一次训练花了 5 亿，作者怎么说", ["5 亿"]),
        ("伽罗瓦1840年去世，为什么", ["1840年"]),
        ("The rate of R1 is 25%, why?", ["25"]),
        ("R1的幻觉率超过25%吗", []),
        ("R1的幻觉率是25%还是30%", []),
        ("Is the rate over 25%?", []),
        ("如果花了5亿会怎样", []),
        ("昇腾910是谁做的", []),
        ("Who is behind GPT-4 and o3?", []),
    ],
)
def test_what_a_question_states(question: str, stated: list[str]) -> None:
    """Not what it compares with, supposes or leaves open, nor the numbers of names."""
    assert [figure.text for figure in stated_figures(question)] == stated


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("是的。", ""),
        ("**是的**，作者说训练很贵。", "作者说训练很贵。"),
        ("沒錯，訓練很貴。", "訓練很貴。"),
        ("Yes, the author says so.", "The author says so."),
        ("That's right.", ""),
        ("对此作者没有说明。", "对此作者没有说明。"),
        ("Right now it is cheap.", "Right now it is cheap."),
        ("作者说是的。", "作者说是的。"),
    ],
)
def test_a_yes_is_taken_from_the_beginning(said: str, rest: str) -> None:
    """And from nowhere else."""
    assert without_yes(said) == rest


@given(st.text("不是的没错25%, 14.3。而但不符问题说notYes'", max_size=60))
def test_what_the_passages_hold_is_never_denied(said: str) -> None:
    """Whatever a sentence looks like, only figures of the question that no passage holds are let through."""
    told = read_figures(RATE.text)
    assert denied_figures(said, ASKED[RATE.id], told) <= {"25"}
