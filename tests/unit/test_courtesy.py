"""Greetings and thanks, told from questions."""

import time

import pytest

from bot.answering.courtesy import Courtesy, courtesy_in, without_courtesy


@pytest.mark.parametrize("text", ["你好" * 39 + "吗", "你好" * 2000 + "MLA", "good day all " * 300 + "why"])
def test_a_long_row_of_greetings_costs_no_time(text: str) -> None:
    """It could be cut into greetings in more ways than there is time to try."""
    begun = time.perf_counter()

    assert courtesy_in(text) is None

    assert time.perf_counter() - begun < 1


def test_a_question_far_below_its_greeting_is_one() -> None:
    """However many blank lines are between them."""
    assert courtesy_in("Hello!" + "\n" * 100 + "Whose cat is called Galois?") is None
    assert courtesy_in("Hello!" + "\n" * 100) is Courtesy.GREETING


@pytest.mark.parametrize("text", ["你好你好", "hiya", "早上好", "大家好，早", "您好啊"])
def test_greetings_within_greetings(text: str) -> None:
    """The longer one counts."""
    assert courtesy_in(text) is Courtesy.GREETING


@pytest.mark.parametrize("text", ["okay", "好的，谢谢你们", "谢谢大家", "你好，好的"])
def test_thanks_within_thanks(text: str) -> None:
    """The longer one counts."""
    assert courtesy_in(text) is Courtesy.THANKS


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("thanks, and what about Claude?", "and what about Claude?"),
        ("谢谢！那H20呢？", "那H20呢？"),
        ("你好，请问谁的小猫叫伽罗瓦", "谁的小猫叫伽罗瓦"),
        ("Hello!\n\nWhose cat is called Galois? Thank you!", "Whose cat is called Galois?"),
        ("好的。那第三点呢？谢谢", "那第三点呢？"),
        ("Ok, thanks! Why?", "Why?"),
    ],
)
def test_courtesies_around_a_question_are_not_searched_for(text: str, asked: str) -> None:
    """What is left is the question."""
    assert without_courtesy(text) == asked


@pytest.mark.parametrize(
    "text", ["谢谢！", "好的模型是什么样的", "Nice is in France, right?", "历史上谁说过你好", "早期的GPT"]
)
def test_words_that_belong_to_the_question_stay(text: str) -> None:
    """A word of courtesy within a sentence is a word like others; alone it stays what it is."""
    assert without_courtesy(text) == text
