"""Sentences of both languages, and the marks that do not end one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.markup import VISIBLE
from bot.corpus.sentences import split_sentences


def sentences(text: str) -> list[str]:
    """The sentences of a text as texts."""
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他来了。她走了！真的？是的。", ["他来了。", "她走了！", "真的？", "是的。"]),
        ("He came. She left! Really? Yes.", ["He came.", "She left!", "Really?", "Yes."]),
        ("「你居然没点评 DeepSeek，不习惯。」\n好吧。", ["「你居然没点评 DeepSeek，不习惯。」", "好吧。"]),
        ("“我来了。”“他走了。”", ["“我来了。”", "“他走了。”"]),
        ("“为什么？”总工程师不解地问。他不懂。", ["“为什么？”总工程师不解地问。", "他不懂。"]),
        ('"Why?" she said. "Go!" He went.', ['"Why?" she said.', '"Go!"', "He went."]),
        ("**扩展性不均衡。** 下一句。", ["**扩展性不均衡。**", "下一句。"]),
        ("它很好。**DeepSeek**也好。", ["它很好。", "**DeepSeek**也好。"]),
        ("（算法才是动力）。下一句。", ["（算法才是动力）。", "下一句。"]),
    ],
)
def test_sentences_end_where_their_marks_stand(text: str, expected: list[str]) -> None:
    """Full stops, exclamation and question marks of both scripts end a sentence; closing marks go with it."""
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The rate is 14.3% in version 3.5 of the test.",
        "Dr. Bai, Shuo once remarked on it.",
        "Models (e.g. Llama, i.e. open ones) cost less vs. closed ones.",
        "Brown, T. B. and Wu, J. wrote it.",
        "See https://doi.org/10.48550/ARXIV.2501.12948?x=1 for more.",
        "The successor of GPT-4. is not out, and o1. neither.",
        "This follows Smith et al. in all respects.",
        "Yahoo! is a company.",
        "分三步：第一，看；第二，想；第三，写。",
        "Meta反手就下定20W张H100......然后还有一众同学",
        "记忆、观察、推导、深思……不同的行为应当激发不同的深度。",
        "1. 模型只在自然流形上训练。",
        "I. The Driving Force",
        "他用了2.5小时。",
    ],
)
def test_marks_inside_a_sentence_do_not_end_it(text: str) -> None:
    """Decimals, abbreviations, initials, addresses, numbering, ellipses, colons and semicolons end nothing."""
    assert sentences(text) == [text]


def test_half_width_marks_end_chinese_sentences() -> None:
    """Chinese set with ASCII question marks and full stops is split too."""
    assert sentences("有何作用?这一策略很好!是的.") == ["有何作用?", "这一策略很好!", "是的."]


def test_a_reference_entry_is_one_sentence() -> None:
    """An entry of a list of references stays whole, however many full stops it has."""
    entry = "[4]: Kaplan, J., McCandlish, S. (2020). Scaling Laws (Version 1). arXiv. https://doi.org/10.1/x"
    assert sentences(f"References:\n{entry}\n[5]: The Economist. (n.d.). Data.") == [
        "References:",
        entry,
        "[5]: The Economist. (n.d.). Data.",
    ]


def test_a_line_break_ends_a_sentence() -> None:
    """Lines of a list, a table or a poem are sentences of their own."""
    assert sentences("H₁ H₂ 结果\n0 0 0\n- 训练时间\n- 推断时间") == ["H₁ H₂ 结果", "0 0 0", "- 训练时间", "- 推断时间"]


def test_lines_wrapped_by_hand_are_joined() -> None:
    """A paragraph wrapped at some 70 columns is split at its full stops, not at its line breaks."""
    text = (
        "The essence of this compression causes models to grasp incorrect signals\n"
        "that they find in all of the data. Then in new environments they fail a\n"
        "Great many times."
    )
    assert sentences(text) == [text[: text.index(" Then")], text[text.index("Then") :]]


def test_a_line_that_goes_on_in_small_letters_is_joined() -> None:
    """One line break inside a sentence is no end where the next line begins with a small letter."""
    assert sentences("Inference is not\nreasoning. Is it?") == ["Inference is not\nreasoning.", "Is it?"]


def test_an_empty_line_always_ends_a_sentence() -> None:
    """Paragraphs are never joined, in either convention of line breaks."""
    assert sentences("no full stop\r\n\r\nand small letters") == ["no full stop", "and small letters"]


def test_empty_text_has_no_sentences() -> None:
    """Nothing, white space and unseen characters give none."""
    assert sentences("") == sentences(" \n\u00a0\n\u200b") == []


@pytest.mark.parametrize("unit", ["**a。", "a.“", 'a." ', "“a。", "a.'"])
def test_strange_lines_end(unit: str) -> None:
    """Marks that never close, or end nothing, in their hundred thousands keep within the time limit of a test."""
    text = unit * 150_000
    assert split_sentences(text)[-1].end == len(text.rstrip())


@given(st.text())
def test_every_visible_character_is_in_one_sentence(text: str) -> None:
    """Whatever the text: sentences are in order, apart, without white space around, and cover what is visible."""
    found = split_sentences(text)
    covered = [offset for sentence in found for offset in range(sentence.start, sentence.end)]
    assert covered == sorted(set(covered))
    assert {m.start() for m in VISIBLE.finditer(text)} <= set(covered)
    assert all(VISIBLE.match(text[s.start]) and VISIBLE.match(text[s.end - 1]) for s in found)
