"""Which language a question or an essay is in."""

import pytest

from bot.corpus.language import language_of


@pytest.mark.parametrize(
    "text",
    [
        "谁的小猫叫伽罗瓦",
        "MLA到底省多少显存",
        "LLM 是什么",
        "The Bitter Lesson 是什么？",
        "Transformer 和 RNN 区别",
        "deepseek V4啥时候发布，文章里有提吗",
        "R1: query+CoT --〉answer 怎么理解",
        "那第二条呢？",
        "猫",
    ],
)
def test_chinese_with_english_names_is_chinese(text: str) -> None:
    """A Chinese sentence stays Chinese with any number of English terms in it."""
    assert language_of(text) == "zh"


@pytest.mark.parametrize(
    "text",
    [
        "whose cat is called Galois",
        "what is 思维链",
        "which paper does the essay (写在甲辰年末) cite for Scaling Law?",
        "Who wrote 《瞎扯一下AI的未来》?",
        "how many TPUs",
        'The Q vector of "追逐" (chase) finds "激光点" (laser dot).',
        "why?",
    ],
)
def test_english_with_chinese_names_is_english(text: str) -> None:
    """An English sentence stays English with Chinese titles and examples in it."""
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["", "🐱🐱", "42", "https://example.org/思维链"])
def test_text_without_letters_is_english(text: str) -> None:
    """Where there is nothing to count the answer is always the same."""
    assert language_of(text) == "en"
