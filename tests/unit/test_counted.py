"""Figures with what they count: which are alike, which follow, which are another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.verification.counted import DATE, follows, is_told, read_counted
from bot.answering.verification.folding import folded


def read(text: str):
    return read_counted(folded(text))


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("功耗18兆瓦", "功耗高达15-20兆瓦"),
        ("功耗1.3千瓦", "可达1200-1400瓦"),
        ("成本350亿美元", "超过300至400亿美元"),
        ("降了85%", "降低80%到90%"),
        ("3块GPU", "两三块GPU"),
        ("25万块GPU", "二三十万块GPU"),
        ("五分之一", "20%"),
        ("0.05 dollars", "5美分"),
        ("一年半", "12到24个月"),
        ("40万块GPU", "40万块用于训练"),
        ("in 1976", "1976年高中毕业"),
    ],
)
def test_what_is_told(stated: str, told: str) -> None:
    """The figure itself, in whatever unit, and what lies in a range that is told."""
    assert is_told(read(stated)[0], read(told))


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("功耗50兆瓦", "功耗高达15-20兆瓦"),
        ("1024颗TPU", "1024张A100"),
        ("in 1966", "1976年高中毕业"),
        ("5000亿美元", "5000个芯片"),
        ("80年", "80%"),
    ],
)
def test_what_is_not_told(stated: str, told: str) -> None:
    """Another number, or the same one of something else."""
    assert not is_told(read(stated)[0], read(told))


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("10.4个百分点", "14.3%高于3.9%"),
        ("3.7倍", "14.3%高于3.9%"),
        ("1500亿美元", "2000亿美元与500亿美元"),
        ("4%", "40万块GPU里的1.6万块GPU"),
    ],
)
def test_what_follows(stated: str, told: str) -> None:
    """A difference, a ratio, a share of two that count the same."""
    assert follows(read(stated)[0], read(told), of_the_rest=False)


def test_what_is_left_follows_only_where_the_rest_is_spoken_of() -> None:
    """15 % are left of what was cut by 80 to 90 %; 80 % are no 20 %."""
    (left,), told = read("剩15%"), read("降低80%到90%")
    assert follows(left, told, of_the_rest=True)
    assert not follows(left, told, of_the_rest=False)


def test_nothing_is_multiplied_out_of_many_figures() -> None:
    """Of a whole calculation, some two figures have nearly any number as their product."""
    told = read("8卡机10W美元，128x10W/36+24x30x128x10Kx0.1 = 35W + 9W = 44W美元")
    assert not follows(read("440万美元")[0], told, of_the_rest=False)


def test_a_bare_year_is_one_behind_its_preposition() -> None:
    """``in 1966`` is a date, ``1966 chips`` are not."""
    assert [figure.unit for figure in read("sent there in 1966, with 1966 chips")] == [DATE, None]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PaLM 在 1024 颗 TPU 上", "1024 颗 TPU"),
        ("有50个芯片", "50个芯片"),
        ("花了$300 million", "$300 million"),
        ("高达25%吗", "25%"),
    ],
)
def test_a_figure_is_shown_with_what_it_counts(text: str, shown: str) -> None:
    """As it stands in the text."""
    assert read(text)[0].shown_in(folded(text)) == shown


PIECES = st.sampled_from(
    [
        *(
            "1. ",
            "第一，",
            "一、",
            "二三十",
            "万",
            "亿",
            "1/3",
            "分之",
            "$",
            "€",
            "20",
            "1966",
            "in ",
            "年",
            "年半",
            "个",
            "块GPU",
        ),
        *(
            " chips",
            "%",
            "-",
            "到",
            "约",
            "下午3点",
            "半",
            "百万",
            "half a million",
            "an hour",
            "³",
            "两",
            "成",
            "千瓦",
        ),
        *(" million", "，", "元", "10^3", "44W"),
    ]
)


@given(st.lists(PIECES, max_size=9))
def test_each_figure_is_shown_from_its_own_place(pieces: list[str]) -> None:
    """However numbers, units and marks stand together."""
    text = folded("".join(pieces))
    for figure in read_counted(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.text in figure.shown_in(text)
        assert figure.is_near(figure) or not figure.values
