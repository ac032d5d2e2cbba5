"""Equations in answers: read, computed exactly, shown with their operands, and never a way in for invented figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.verification.arithmetic import MAX_EQUATIONS, read_equations, without_equations, written_out
from bot.answering.verification.check import FaultKind, check, read_evidence
from bot.answering.verification.numbers import read_figures
from bot.answering.wanted import asks_to_reckon
from tests.fakes.passages import make_essay, make_passage

FORM = "（计算：{equation}）"
COST = read_evidence(
    make_passage(["训练GPT3要44W美元，训练它的后继者要80万美元。"], essay=make_essay("成本", lang="zh"))
)
NEXT = read_evidence(make_passage(["训练后继者比训练GPT3贵多了，要80万美元。"], essay=make_essay("后继", lang="zh")))

NUMBERS = st.integers(1, 9999)
LEAVES = NUMBERS.map(lambda n: (str(n), Fraction(n)))
SIGNS = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
}


def _joined(one, sign, other):
    if one[1] is None or other[1] is None or (sign == "÷" and other[1] == 0):
        return ("1 ÷ 0", None)
    return (f"({one[0]} {sign} {other[0]})", SIGNS[sign](one[1], other[1]))


SUMS = st.builds(_joined, LEAVES, st.sampled_from(sorted(SIGNS)), LEAVES)
EXPRESSIONS = st.builds(_joined, SUMS, st.sampled_from(sorted(SIGNS)), SUMS | LEAVES)


@given(EXPRESSIONS)
def test_an_expression_is_computed_exactly(expression):
    """Brackets first, in fractions, never in floating point; a division by nothing has no value."""
    text, value = expression
    (equation,) = read_equations(f"{text} = 1")
    assert equation.value == value


@given(NUMBERS, NUMBERS, NUMBERS)
def test_products_come_before_sums_and_all_run_from_the_left(a, b, c):
    """As in school."""
    assert read_equations(f"{a} + {b} × {c} = 1")[0].value == a + b * c
    assert read_equations(f"{a} - {b} - {c} = 1")[0].value == a - b - c
    assert read_equations(f"{a} / {b} / {c} = 1")[0].value == Fraction(a, b) / c


@given(EXPRESSIONS, st.integers(-(10**9), 10**9))
def test_a_wrong_result_is_put_right(expression, said):
    """What is shown follows from the operands, whatever the model made of it."""
    text, value = expression
    if value is None:
        return
    shown = written_out(f"{text} = {abs(said)}", FORM)
    result = Fraction(shown.partition("（")[0].replace(",", ""))
    assert abs(result - value) <= Fraction(1, 200)
    assert (" = " in shown) == (result == value)


@given(st.text("0123456789.,%+-−×÷*/=≈() 万亿美元WkKbillion倍“”", max_size=80))
def test_any_text_is_read_without_an_error(text):
    """Nothing that a model writes raises, and what is left out of a text is part of it."""
    written_out(text, FORM)
    assert len(without_equations(text, read_figures(text))) <= len(text)


@pytest.mark.parametrize(
    "mark", ["(", "1+", "1 ", "1加", "一乘", "1 plus ", "1 and ", "1和", "(1", "1(", "9,", "1=", "1万美元-"]
)
def test_long_nonsense_is_read_in_bounded_time(mark):
    """As long as a sentence may be."""
    read_equations(mark * 500)


def test_only_so_many_equations_are_computed():
    """However many a model writes."""
    assert len(read_equations("1+1=2 " * 5000)) == MAX_EQUATIONS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("两者相差80万美元 − 44W美元 = 36万美元。", "两者相差36万美元（计算：80万美元 − 44W美元 = 36万美元）。"),
        ("比值是44万美元/2万美元=25倍", "比值是22倍（计算：44万美元/2万美元 = 22倍）"),
        ("14.3% ÷ 3.9% = 4倍", "3.67倍（计算：14.3% ÷ 3.9% ≈ 3.67倍）"),
        ("14.3% ÷ 3.9% ≈ 3.7", "3.7（计算：14.3% ÷ 3.9% ≈ 3.7）"),
        ("涨了(80 - 44) ÷ 44 × 100% = 82%", "涨了82%（计算：(80 - 44) ÷ 44 × 100% ≈ 82%）"),
        ("22（计算：44 ÷ 2 = 23）", "22（计算：44 ÷ 2 = 22）"),
        (
            "$500 million + $300 million = $900 million",
            "$800 million（计算：$500 million + $300 million = $800 million）",
        ),
        ("44美元 + 3年 = 47", "44美元 + 3年 = 47"),
        ("44美元 × 3美元 = 132", "44美元 × 3美元 = 132"),
        ("文中写道“35W + 9W = 44W美元”", "文中写道“35W + 9W = 44W美元”"),
        ("`1 + 1 = 3` 是代码", "`1 + 1 = 3` 是代码"),
        ("x = 3, y = 4", "x = 3, y = 4"),
        ("44W美元减去9W美元等于36W美元。", "35W美元（计算：44W美元 - 9W美元 = 35W美元）。"),
        ("35万加9万等于45万美元。", "44万美元（计算：35万 + 9万 = 44万美元）。"),
        ("120加180等于180张。", "300张（计算：120 + 180 = 300张）。"),
        ("44W美元乘以二是99W美元。", "88W美元（计算：44W美元 × 二 = 88W美元）。"),
        ("120和180之和是180。", "300（计算：120 + 180 = 300）。"),
        ("44W ÷ 1024 等于 430", "430（计算：44W ÷ 1024 ≈ 430）"),
        ("180 plus 95 is 95 tickets.", "275（计算：180 + 95 = 275） tickets."),
        ("128 times 8 is 1,024.", "1,024（计算：128 × 8 = 1,024）."),
        ("The sum of 180 and 95 is 120.", "275（计算：180 + 95 = 275）."),
        ("5-10是它的一部分", "5-10是它的一部分"),
        ("from 3-5 is 4 more", "from 3-5 is 4 more"),
    ],
)
def test_how_an_equation_is_shown(text, shown):
    """The result, and behind it how it came about; units go together or nothing is computed; quotations stay."""
    assert written_out(text, FORM) == shown


def test_an_equation_of_the_essays_stays_as_it_is():
    """Their own arithmetic is theirs, right or wrong."""
    assert written_out("按 1 + 1 = 3 算", FORM, "作者按 1 + 1 = 3 算") == "按 1 + 1 = 3 算"


@pytest.mark.parametrize(
    "sentence",
    [
        "两者相差36万美元（计算：80万美元 - 44W美元 = 36万美元）。",
        "后继者的价钱是GPT3的1.82倍（计算：80万美元 ÷ 44万美元 ≈ 1.82倍）。",
        "两者一共124万美元（计算：80万美元 + 440,000美元 = 124万美元）。",
    ],
)
def test_a_computed_figure_stands_on_its_operands(sentence):
    """Each of them is in the passage; so the sentence is."""
    assert check(sentence, [COST]) == ()


def test_a_count_of_the_question_may_be_reckoned_with():
    """Two of a thing cost twice as much; but a number of the question's own is no price."""
    said = "炼两个GPT3要88W美元（计算：44W美元 × 2 = 88W美元）。"
    assert check(said, [COST], allowed="炼两个GPT3要多少钱") == ()
    assert check(said, [COST])
    assert check("炼GPT3要90W美元。", [COST], allowed="炼GPT3要90W美元吗")


@pytest.mark.parametrize(
    "sentence",
    [
        "两者相差36万美元。",  # from nowhere
        "两者相差40万美元（计算：80万美元 - 44W美元 = 40万美元）。",  # wrong
        "两者相差46万美元（计算：90万美元 - 44W美元 = 46万美元）。",  # 90 is nobody's
        "两者相差26万美元（计算：80万美元 - 44W美元 - 10万美元 = 26万美元）。",  # nor is 10
        "两者相差36万欧元（计算：80万美元 - 44W美元 = 36万欧元）。",  # another currency
        "相差37万美元，即36万美元（计算：80万美元 - 44W美元 = 36万美元）。",
    ],
)
def test_what_is_not_computed_from_the_passage_is_a_fault(sentence):
    """A number without its computation, a wrong one, one from invented operands."""
    assert check(sentence, [COST])


def test_a_result_may_be_named_where_its_operands_are_cited():
    """In another sentence of the answer, over the same passage; not over another."""
    equations = read_equations("80万美元 - 44W美元 = 36万美元")
    said = "训练后继者比训练GPT3贵36万美元。"
    assert check(said, [COST], computed=equations) == ()
    (fault,) = check(said, [NEXT], computed=equations)
    assert (fault.kind, fault.words) == (FaultKind.NUMBER, "36万")


@pytest.mark.parametrize(
    ("question", "reckons"),
    [
        ("R1的幻觉率是V3的多少倍", True),
        ("两个模型的训练成本差多少", True),
        ("How many times more expensive is it?", True),
        ("What do they cost in total?", True),
        ("谁的小猫叫伽罗瓦", False),
        ("R1的幻觉率是多少", False),
        ("How many authors are there?", False),
    ],
)
def test_who_asks_to_reckon(question, reckons):
    """Differences, sums, ratios and shares are asked for in words."""
    assert asks_to_reckon(question) is reckons


RATES = read_evidence(make_passage(["R1的幻觉率是14.3%，显著高于V3的3.9%。"], essay=make_essay("幻觉", lang="zh")))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("14.3% - 3.9% = 10.4个百分点", "10.4个百分点（计算：14.3% - 3.9% = 10.4个百分点）"),
        ("14.3% − 3.9% = 9.4 个百分点", "10.4 个百分点（计算：14.3% − 3.9% = 10.4 个百分点）"),
        ("14.3% - 3.9% = 10.4% higher", "10.4 percentage points（计算：14.3% - 3.9% = 10.4 percentage points） higher"),
        ("R1高出14.3% - 3.9% = 10.4%", "R1高出10.4个百分点（计算：14.3% - 3.9% = 10.4个百分点）"),
        ("14.3% - 3.9% = 10.4%", "10.4%（计算：14.3% - 3.9% = 10.4%）"),
        ("100% - 14.3% = 85.7% more", "85.7%（计算：100% - 14.3% = 85.7%） more"),
    ],
)
def test_a_difference_of_percentages_is_in_points(said: str, shown: str) -> None:
    """In the language of the sentence; where something is compared by it, percent would say something else."""
    assert written_out(said, FORM) == shown
    (equation,) = read_equations(said)
    assert equation.stands_on(RATES.figures)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("(14.3% + 3.9%) ÷ 2 = 9.1%", True),
        ("（14.3% + 3.9%）/ 2 = 9.1%", True),
        ("(14.3% + 3.9%) ÷ 3 = 6.07%", False),
        ("(14.3% - 3.9%) ÷ 2 = 5.2%", False),
        ("(14.3% + 3.9% + 5%) ÷ 3 = 7.73%", False),
        ("14.3% ÷ 2 = 7.15%", False),
        ("14.3 ÷ 3.9 ≈ 3.67倍", True),
        ("14.3 ÷ 3.8 ≈ 3.76倍", False),
        ("14.3 × 3.9 = 55.77", False),
    ],
)
def test_the_number_of_terms_of_a_mean_need_not_be_told(said: str, stands: bool) -> None:
    """It counts what stands there; nothing else is let in, but that a ratio of percentages may leave out their sign."""
    (equation,) = read_equations(said)
    assert equation.holds
    assert equation.stands_on(RATES.figures) is stands
