"""Requests for another form of what was said."""

import pytest

from bot.answering.asker_language import AskerLanguage
from bot.conversation.restating import asks_to_restate, language_asked_for


@pytest.mark.parametrize(
    "question",
    [
        "总结一下上面的回答",
        "用两句话概括",
        "能不能再说一遍？",
        "请翻译成中文",
        "說中文",
        "列成表格",
        "说得简单点",
        "出处在哪",
        "太长了，简短点",
        "用表格列出来",
        "确定？",
        "Summarize that in one sentence",
        "In Chinese please",
        "can you translate it into English?",
        "Too long, shorter please",
        "tl;dr",
        "Explain it like I'm five",
        "Source?",
    ],
)
def test_another_form_is_asked_for(question: str) -> None:
    """Shorter, in another language, once more, or with its source; in both scripts."""
    assert asks_to_restate(question)


@pytest.mark.parametrize(
    "question",
    [
        "总结一下缩放定律",
        "中文模型有哪些",
        "简单吗",
        "来源是谁",
        "翻译会被取代吗",
        "怎么减少",
        "Summarize the resignation essay",
        "Is English the main language?",
        "Translate chip exports",
        "Why?",
    ],
)
def test_a_subject_makes_it_a_question(question: str) -> None:
    """Whoever names what is to be summed up asks for that."""
    assert not asks_to_restate(question)


@pytest.mark.parametrize(
    ("question", "own", "language"),
    [
        ("翻译成英文", "zh", "en"),
        ("In Chinese please", "en", "zh"),
        ("用中文再說一遍", "zh-Hant", "zh-Hant"),
        ("换成繁体", "zh", "zh-Hant"),
        ("总结一下", "zh", None),
        ("英文模型有哪些", "zh", None),
    ],
)
def test_the_language_that_is_asked_for(question: str, own: AskerLanguage, language: AskerLanguage | None) -> None:
    """``中文`` is Chinese in the asker's script; other questions ask for none."""
    assert language_asked_for(question, own) == language
