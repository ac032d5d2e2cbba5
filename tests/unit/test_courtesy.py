"""Greetings and thanks, told from questions."""

import time

import pytest

from bot.answering.courtesy import Courtesy, courtesy_in


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
