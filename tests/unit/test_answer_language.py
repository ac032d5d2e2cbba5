"""Which answers are in another language than the question."""

import pytest

from bot.answering.answer_language import is_in_wrong_language

TITLE = "Notes on the Cost of Training"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "The cat is called Galois, and it is three years old[1]."),
        ("zh-Hant", "The cat is called 伽羅瓦[1]. It was named for a mathematician[1]."),
        ("zh", "根据文章：\n\n- The model was trained on 1024 cards[1].\n- It took a month and cost 44W dollars[2]."),
        ("zh", "Kitten named Galois, honoring French mathematician Évariste Galois [1]."),
        ("en", "我家小猫的名字叫伽罗瓦，以纪念数学家[1]。"),
        ("en", "DeepSeek的MLA把内存消耗降低了80%到90%[1]。"),
        ("en", "我家小貓的名字叫伽羅瓦，是為了紀念數學家[1]。"),
    ],
)
def test_sentences_in_another_language_are_noticed(lang: str, text: str) -> None:
    """An English answer to a Chinese question, and the other way, whatever names and numbers stand in it."""
    assert is_in_wrong_language(text, lang, [TITLE])


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "小猫叫伽罗瓦[1]。"),
        ("zh-Hant", "小貓叫伽羅瓦[1]。"),
        ("zh-Hant", "小猫叫伽罗瓦，今年三岁了[1]。"),
        ("zh", "DeepSeek-V3 and Qwen2.5[1]"),
        ("zh", "Llama 3, Qwen2.5, Mistral Large, DeepSeek V3, Gemma[1]"),
        ("zh", "Multi-head Latent Attention[1]。"),
        ("zh", f"{TITLE}[1]。"),
        ("zh", "“What I cannot create, I do not understand, and that is that”[1]。"),
        ("zh", "> What I cannot create, I do not understand.\n\n[1]"),
        ("zh", "```python\nfor i in range(3):  # the count of it\n    print(i)\n```\n[1]"),
        ("zh", "用 `import this` 就能看到[1]：\n\n```\nBeautiful is better than ugly, and that is it.\n```"),
        ("zh", "https://example.org/what-is-the-cost-of-the-model[1]"),
        ("en", "The cat is called Galois[1]."),
        ("en", "伽罗瓦[1]"),
        ("en", "《写在甲辰年末的一些话，和别的》[1]"),
        ("en", 'The author says: "我家小猫的名字叫伽罗瓦，以纪念数学家，它是一只很好的猫"[1].'),
        ("en", "42[1]"),
        ("zh", ""),
    ],
)
def test_names_titles_quotations_and_code_are_no_language(lang: str, text: str) -> None:
    """They stay in their own, and the script of Chinese is not a language either."""
    assert not is_in_wrong_language(text, lang, [TITLE])
