"""Both scripts of Chinese are read as one."""

import pytest

from bot.retrieval.opencc import simplified


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("誰的小貓叫伽羅瓦？", "谁的小猫叫伽罗瓦？"),
        ("記憶體和軟體有多貴", "内存和软件有多贵"),
        ("MLA 到底省多少顯存", "MLA 到底省多少显存"),
        ("後來", "后来"),
    ],
)
def test_traditional_texts_become_simplified(text: str, wanted: str) -> None:
    """Characters, and the words that Taiwan uses otherwise."""
    assert simplified(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", "what", "😀", "智慧是这个核心话题，显著的程序", "昇腾910哪年出的，几纳米，后来美国那边啥反应", "\ud800猫",
        "李博士建议程序员先抄哪一块",
    ],
)  # fmt: skip
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Simplified Chinese with a stray Traditional character, other languages, nothing."""
    assert simplified(text) == text
