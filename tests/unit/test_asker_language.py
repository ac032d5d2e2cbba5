"""Simplified or Traditional: the asker's script is told, and answered in."""

import pytest

from bot.answering.asker_language import asker_language, in_simplified, in_traditional
from bot.answering.phrases import original_label, phrases
from bot.channels.phrases import channel_phrases, is_own_phrase, language_of_code


@pytest.mark.parametrize(
    ("text", "before", "lang"),
    [
        ("誰的小貓叫伽羅瓦？", None, "zh-Hant"),
        ("谁的小猫叫伽罗瓦？", "zh-Hant", "zh"),
        ("成本呢", "zh-Hant", "zh-Hant"),
        ("成本呢", "zh", "zh"),
        ("成本呢", None, "zh"),
        ("Whose cat?", "zh-Hant", "en"),
        ("R1 API 价格", None, "zh"),
        ("比較 R1 與 V3", None, "zh-Hant"),
        ("H20 vs H800 區別", None, "zh-Hant"),
        ("OpenAI o3 价格？", None, "zh"),
        ("TPU vs GPU 优劣", None, "zh"),
        ("解释一下 chain of thought", None, "zh"),
        ("TSMC Arizona 廠", "zh", "zh-Hant"),
        ("Who is 立委?", None, "en"),
        ("what does 幻觉 mean", "zh", "en"),
        ("And 立委?", "zh", "en"),
        ("explain “缩放定律”", "zh", "en"),
    ],
)
def test_the_script_is_told(text, before, lang):
    """By the text; where both scripts write it alike, by what the asker wrote before."""
    assert asker_language(text, before) == lang


def test_prose_becomes_traditional_and_what_is_quoted_stays():
    """Quotes, titles, links, addresses and code are the essays', not the bot's."""
    own = "作者说这个内存问题很难[1]。"
    kept = (
        "“我家小猫的名字叫伽罗瓦”", "「软件」", '"内存"', "《写在甲辰年末》", "[书](https://a.cn/书)", "https://a.cn/书",
        "`变量`", "```\n变量 内存\n```",
    )  # fmt: skip
    converted = in_traditional(own + "，".join(kept) + "\n\n> 这是原文 [2]\n\n" + own)
    assert (
        converted
        == "作者說這個記憶體問題很難[1]。" + "，".join(kept) + "\n\n> 这是原文 [2]\n\n作者說這個記憶體問題很難[1]。"
    )


def test_prose_becomes_simplified_and_what_is_quoted_stays():
    """A text that is Simplified but for a name stays as it is."""
    assert in_simplified("作者說這個記憶體很難，見「軟體」[1]。") == "作者说这个内存很难，见「軟體」[1]。"
    mostly = "作者在这篇文章里说了很多关于王菲和張忠谋的事情，也说到了别的许多人。"
    assert in_simplified(mostly) == mostly


def test_the_bots_phrases_are_there_in_traditional():
    """Those of answers and of channels, and they are known for the bot's own."""
    assert phrases("zh-Hant").declined == "這些文章裡沒有找到能回答這個問題的內容。"
    assert channel_phrases("zh-Hant").sources == "出處"
    assert is_own_phrase(channel_phrases("zh-Hant").nothing_asked)


@pytest.mark.parametrize(
    ("code", "lang"),
    [
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hans-HK", "zh"),
        ("zh-hans", "zh"),
        ("zh", "zh"),
        (None, "zh"),
        ("en", "en"),
        ("tw", "en"),
    ],
)
def test_the_apps_language_tells_the_script(code, lang):
    """By the tag's script, else by the place."""
    assert language_of_code(code) == lang


@pytest.mark.parametrize(
    ("lang", "quote", "label"),
    [
        ("zh", "Stay alert and cross-verify.", "（英文原文）"),
        ("zh-Hant", "Stay alert and cross-verify.", "（英文原文）"),
        ("zh-Hant", "我家小猫的名字叫伽罗瓦", ""),
        ("en", "我家小猫的名字叫伽罗瓦", " (original in Chinese)"),
        ("en", "Stay alert and cross-verify.", ""),
    ],
)
def test_quotes_in_another_language_are_labelled(lang, quote, label):
    """Another script of the same language is no other language."""
    assert original_label(lang, quote) == label
