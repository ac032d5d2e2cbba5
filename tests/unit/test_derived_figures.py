"""Figures that the passage has otherwise: in another unit, rounded, reckoned with, or what is left of the whole."""

import pytest

from bot.answering.verification.check import FaultKind, check, read_evidence
from tests.fakes.passages import make_essay, make_passage

COSTS = "推理成本从每百万token 60-70美元降至5美分。服务器功耗为1200-1400瓦，数据中心为2.2吉瓦。"
RATES = "R1的幻觉率为14.3%，V3的幻觉率为3.9%。Meta有40万块GPU，其中1.6万块用于训练。"
MEMORY = "MLA将内存消耗降低80%到90%。年薪有数十万美元。"


def has_wrong_figure(said: str, told: str) -> bool:
    evidence = read_evidence(make_passage(told, essay=make_essay("数字", lang="zh")))
    return any(fault.kind is FaultKind.NUMBER for fault in check(said, [evidence]))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("成本降到了0.05美元。", COSTS),
        ("A server draws 1.2 to 1.4 kilowatts.", COSTS),
        ("The data centre draws 2.2 GW.", COSTS),
        ("R1的幻觉率约14%，V3约4%。", RATES),
        ("R1的幻觉率（14.3%）约是V3（3.9%）的3.7倍。", RATES),
        ("R1的14.3%比V3的3.9%高10.4%。", RATES),
        ("Meta只用了约4%的GPU（40万块中的1.6万块）来训练。", RATES),
        ("MLA只用原来10%的内存。", MEMORY),
        ("The pay is several hundred thousand dollars.", MEMORY),
    ],
)
def test_what_follows(said: str, told: str) -> None:
    """It is no other figure than the passage's."""
    assert not has_wrong_figure(said, told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("成本降到了0.5美元。", COSTS),
        ("A server draws 12 kilowatts.", COSTS),
        ("The data centre draws 2.2 MW.", COSTS),
        ("R1的幻觉率约15%。", RATES),
        ("R1的幻觉率是14%。", RATES),
        ("R1的幻觉率（14.3%）约是V3（3.9%）的4.7倍。", RATES),
        ("R1的幻觉率是V3的3.7倍。", RATES),
        ("MLA降低了10%的内存。", MEMORY),
        ("The pay is several thousand dollars.", MEMORY),
    ],
)
def test_what_does_not_follow(said: str, told: str) -> None:
    """Another value, an exact one that is none, or a ratio whose sides are not said."""
    assert has_wrong_figure(said, told)
