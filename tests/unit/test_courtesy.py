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
    ("text", "kind"),
    [
        ("早安", Courtesy.GREETING),
        ("哈囉", Courtesy.GREETING),
        ("晚上好，請問", Courtesy.GREETING),
        ("謝謝", Courtesy.THANKS),
        ("謝啦", Courtesy.THANKS),
        ("thank u", Courtesy.THANKS),
        ("收到", Courtesy.THANKS),
        ("hey, how are you?", Courtesy.SMALL_TALK),
        ("How's it going?", Courtesy.SMALL_TALK),
        ("lol", Courtesy.SMALL_TALK),
        ("test", Courtesy.SMALL_TALK),
        ("good bot", Courtesy.SMALL_TALK),
        ("哈哈哈", Courtesy.SMALL_TALK),
        ("呵呵", Courtesy.SMALL_TALK),
        ("在干嘛", Courtesy.SMALL_TALK),
        ("你真笨", Courtesy.SMALL_TALK),
        ("你好吗", Courtesy.SMALL_TALK),
        ("who are you?", Courtesy.WHO_IT_IS),
        ("what can you do", Courtesy.WHO_IT_IS),
        ("What's your name?", Courtesy.WHO_IT_IS),
        ("你好，你是谁呀", Courtesy.WHO_IT_IS),
        ("你会做什么？", Courtesy.WHO_IT_IS),
        ("你會做什麼？", Courtesy.WHO_IT_IS),
        ("有哪些文章？", Courtesy.WHAT_IT_HAS),
        ("這裡有哪些文章？", Courtesy.WHAT_IT_HAS),
        ("Which essays are there?", Courtesy.WHAT_IT_HAS),
        ("这些文章都讲了什么", Courtesy.WHAT_IT_HAS),
        ("what can I ask you?", Courtesy.WHAT_IT_HAS),
    ],
)
def test_what_is_said_to_the_bot_itself(text: str, kind: Courtesy) -> None:
    """Small talk, and questions about the bot and what it has, are told from questions to the essays, in any script."""
    assert courtesy_in(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "西西弗斯",
        "what is a test",
        "what can o3 do",
        "who made R1",
        "R1会做什么",
        "怎么用MLA",
        "你知道MLA吗",
        "那篇文章讲了什么",
        "哈哈哈这个词出现在哪",
        "How are GPUs doing?",
        "Which essays are about GPUs?",
        "哪些文章提到了R1",
    ],
)
def test_who_asks_of_something_asks_the_essays(text: str) -> None:
    """The same words with a subject other than the bot are a question."""
    assert courtesy_in(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("thanks, and what about Claude?", "and what about Claude?"),
        ("谢谢！那H20呢？", "那H20呢？"),
        ("你好，请问谁的小猫叫伽罗瓦", "谁的小猫叫伽罗瓦"),
        ("Hello!\n\nWhose cat is called Galois? Thank you!", "Whose cat is called Galois?"),
        ("好的。那第三点呢？谢谢", "那第三点呢？"),
        ("Ok, thanks! Why?", "Why?"),
        ("哈囉，MLA是什麼？謝謝", "MLA是什麼？"),
        ("你好，請問誰的小貓叫伽羅瓦", "誰的小貓叫伽羅瓦"),
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
