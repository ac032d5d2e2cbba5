"""Figures in words: orders of magnitude, spans, times of day, multiples, bounds; what they are and are not told by."""

import pytest

from bot.answering.verification.folding import folded
from bot.answering.verification.numbers import read_figures, unsupported_figures

FURNACE = "1024张A100组合成炼丹炉，放把火烧一个月，就能炼出一个GPT3，约44W美元，8卡机10W美元一台，不考虑基建。"
SUBSIDY = "《芯片法案》提供了500亿美元的补贴，中国每年高达2000亿美元。"
FERRY = "The ferry leaves at 21:30. Since the storm of 2003 the crossing takes three hours and ten minutes."
FERRY_ZH = "开往赫伦的渡轮晚上九点半开船，票价十四欧元。"
USERS = "Its user acquisition speed (100 million in a week) surpassed ChatGPT's."
ORDERS = "差距有 6 个以上数量级。"
TOP500 = "Top500从1993年至今，已经8年。"


def unsupported(said: str, told: str) -> list[str]:
    return list(unsupported_figures(read_figures(folded(said)), read_figures(folded(told))))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("花费上亿美元。", FURNACE),
        ("花费数千万美元。", FURNACE),
        ("花费近百万美元。", FURNACE),
        ("花费百万美元。", FURNACE),
        ("花费玖仟万美元。", FURNACE),
        ("花费廿万美元。", FURNACE),
        ("花费卅万美元。", FURNACE),
        ("只能炼出半个GPT3。", FURNACE),
        ("能炼出一打GPT3。", FURNACE),
        ("It costs half a million dollars.", FURNACE),
        ("It costs hundreds of millions of dollars.", FURNACE),
        ("It costs a tenth of that.", FURNACE),
        ("The costs doubled.", FURNACE),
        ("They nearly quadruple.", FURNACE),
        ("费用翻了一番。", FURNACE),
        ("烧一整年。", FURNACE),
        ("烧一年。", FURNACE),
        ("烧一个季度。", FURNACE),
        ("烧一天一夜。", FURNACE),
        ("近一个世纪后。", TOP500),
        ("半个世纪后。", TOP500),
        ("几十年后。", TOP500),
        ("它始于上世纪八十年代。", TOP500),
        ("It took a day.", USERS),
        ("It took a fortnight.", USERS),
        ("It happened overnight.", USERS),
        ("China spends $200 billion a decade.", SUBSIDY),
        ("The act gives $50 billion a month.", SUBSIDY),
        ("中国每月2000亿美元。", SUBSIDY),
        ("约44W日元。", FURNACE),
        ("约44W瓦。", FURNACE),
        ("约44\u2060W人民币。", FURNACE),
        ("It gained 100 million dollars.", USERS),
        ("不足 6 个数量级。", ORDERS),
        ("远超44W美元。", FURNACE),
        ("不到44W美元。", FURNACE),
        ("超过20万美元。", FURNACE),
        ("五十多万美元。", FURNACE),
        ("渡轮晚上八点半开船。", FERRY_ZH),
        ("渡轮早上九点半开船。", FERRY_ZH),
        ("渡轮晚上九点开船。", FERRY_ZH),
        ("The ferry leaves at 9:30 am.", FERRY),
        ("The ferry leaves at 8 pm.", FERRY),
        ("The crossing takes 180 minutes and more.", "The crossing takes two hours."),
        ("差距有一千万倍。", ORDERS),
        ("一千零二十五块A100。", FURNACE),
        ("耗时半年。", FURNACE),
        ("超过40万日元。", FURNACE),
        ("China spends $200 billion every month.", SUBSIDY),
        ("It costs less than half a million yen.", FURNACE),
    ],
)
def test_another_figure_in_words(said: str, told: str) -> None:
    """Whatever words a figure is put in, it has to be told."""
    assert unsupported(said, told) != []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("花费几十万美元。", FURNACE),
        ("花费数十万美元。", FURNACE),
        ("四十多万美元。", FURNACE),
        ("超过40万美元。", FURNACE),
        ("不到50万美元。", FURNACE),
        ("一千多张A100。", FURNACE),
        ("一千零二十四块A100。", FURNACE),
        ("440 000美元。", FURNACE),
        ("约44万美元。", FURNACE),
        ("大约需要30天。", FURNACE),
        ("大约需要720小时。", FURNACE),
        ("It takes a month.", FURNACE),
        ("over six thousand TPUs", "6144 TPUs"),
        ("fourteen point three percent", "14.3%"),
        ("half of it", "50%"),
        ("50% of it", "half of it"),
        ("1750亿参数", "GPT3: 175B & 96 layers"),
        ("至少10⁶ 倍。", ORDERS),
        ("一百万倍。", ORDERS),
        ("至少 6 个数量级。", ORDERS),
        ("它始于上世纪九十年代初。", TOP500),
        ("It began in the 1990s.", TOP500),
        ("The ferry leaves at 9:30 pm.", FERRY),
        ("The ferry leaves at 9.30 p.m.", FERRY),
        ("The ferry leaves at half past nine in the evening.", FERRY),
        ("渡轮晚上九点半开船。", FERRY),
        ("渡轮晚上9:30开船。", FERRY_ZH),
        ("渡轮晚上九点三十分开船。", FERRY_ZH),
        ("渡轮21:30开船。", FERRY_ZH),
        ("The crossing takes 190 minutes.", FERRY),
        ("within one week", USERS),
        ("It costs less than half a million dollars.", FURNACE),
        ("每度0.1美元。", "电费按0.1刀/KW算。"),
        ("China spends $200 billion a year.", SUBSIDY),
        ("Sales doubled.", "Sales rose from 90 tickets to 180 tickets."),
        ("花费数千万美元。", "It costs tens of millions of dollars."),
    ],
)
def test_the_same_figure_in_words(said: str, told: str) -> None:
    """A figure is told in whatever words it is put; a bound that it keeps may be named."""
    assert unsupported(said, told) == []


def test_a_vague_sum_is_not_told_by_a_count() -> None:
    """A million chips are no millions of dollars, though dollars are spoken of beside them."""
    told = "英伟达合法向中国出货了100万块H20 GPU，训练成本飙升至数十亿甚至百亿美元级别。"
    assert list(unsupported_figures(read_figures("价格是数百万美元。"), read_figures(told))) != []
    assert list(unsupported_figures(read_figures("训练成本达百亿美元。"), read_figures(told))) == []
