"""Which sentence is put against a figure of the question, and which is not."""

import pytest

from bot.answering.contradiction import contradiction_in
from bot.answering.sources import Source
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage

SENTENCES = {
    "zh": ["PaLM 模型是在6144颗TPU上用空间计算的策略训练的。", "另一个模型用了1024张A100。", "它的成本是1/27。"],
    "en": ["It all began when Mao sent us to the farm in 1976.", "The path was long.", "We came home in 1977."],
}


def sources(lang: str, *, near: float = 0.7) -> list[Source]:
    passage = make_passage(SENTENCES[lang], essay=make_essay("T", lang=lang))
    scores = (near,) * len(passage.sentences)
    hit = Hit(passage=passage, score=1, similarity=1, dense=1, lexical=1, coverage=1, sentence_scores=scores)
    return [Source(n=1, hit=hit)]


def told(question: str, lang: str, *, near: float = 0.7) -> str | None:
    """The sentence that is put against ``question``."""
    given = sources(lang, near=near)
    found = contradiction_in(question, given)
    return found and given[0].passage.sentence_text(found.span)


@pytest.mark.parametrize("count", ["1024", "3000"])
def test_a_number_told_of_something_else_does_not_confirm(count: str) -> None:
    """The 1024 of another model's chips are not those that PaLM was trained on."""
    assert told(f"PaLM 模型是在{count}颗TPU上训练的，用什么策略？", "zh") == SENTENCES["zh"][0]


@pytest.mark.parametrize("question", ["PaLM 模型是在6144颗TPU上训练的吗？", "另一个模型用了1024张A100，贵吗？"])
def test_a_number_that_is_told_is_confirmed(question: str) -> None:
    """Nobody is corrected who says what the essays say."""
    assert told(question, "zh") is None


def test_across_languages_a_near_sentence_with_the_names_is_put_against_it() -> None:
    """Words can't be compared there: its nearness in meaning has to do, and a name."""
    question = "PaLM was trained on 3000 TPU chips; how?"
    assert told(question, "zh") == SENTENCES["zh"][0]
    assert told(question, "zh", near=0.2) is None
    assert told("The model was trained on 3000 TPUs; how?", "zh") is None


def test_a_person_that_no_source_names_may_be_us() -> None:
    """Where the essay says "us", the other words have to do."""
    assert told("Li Wei was sent to the farm in 1966; what happened?", "en") == SENTENCES["en"][0]
    assert told("Li Wei opened a shop in 1966; what happened?", "en") is None
