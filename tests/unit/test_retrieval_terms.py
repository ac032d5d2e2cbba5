"""Texts as terms, and what BM25 makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.lexical import LexicalIndex, LexicalScores
from bot.retrieval.segment import whole
from bot.retrieval.segment_build import segment_of
from bot.retrieval.terms import terms
from tests.fakes.passages import make_essay, make_passage, make_row


def scored(texts: list[str], question: str) -> LexicalScores:
    """Each text a passage of an essay without a title."""
    essay = make_essay(title="")
    segment = segment_of([make_row(make_passage(text, essay=essay)) for text in texts])
    return LexicalIndex([whole(segment)]).question(question).scores()


def test_a_question_that_mixes_scripts_gives_words_and_pairs_of_characters() -> None:
    """The Latin name and the Chinese around it are terms of their own."""
    assert terms("MLA到底省多少显存") == ["mla", "到底", "底省", "省多", "多少", "少显", "显存"]


def test_width_and_case_make_no_difference() -> None:
    """Full-width letters and ideographic variants of form are folded."""
    assert terms("ＧＲＰＯ　Kimi") == terms("grpo kimi") == ["grpo", "kimi"]


def test_english_endings_meet() -> None:
    """The forms of a word are one term."""
    assert terms("costs") == terms("cost") == terms("costing")
    assert terms("policies") == terms("policy")
    assert terms("passes") == terms("pass")
    assert terms("training") == terms("trained") == terms("trains")


def test_a_lone_character_is_a_term() -> None:
    """A question of one character can still find something."""
    assert terms("猫") == ["猫"]


def test_words_without_content_are_left_out() -> None:
    """What occurs in every question says nothing."""
    assert terms("What is the cat of which you spoke about?") == ["cat", "spok"]


@given(st.text())
def test_terms_are_the_same_for_the_same_text_and_never_empty(text: str) -> None:
    """Any text gives terms, or none, but no empty ones."""
    assert terms(text) == terms(text)
    assert all(terms(text))


def test_the_text_that_holds_the_rare_word_scores_best() -> None:
    """A term of one text weighs more than one of all."""
    scores = scored(["the cat sat here", "a cat named Galois sat here", "dogs and cats sat here"], "cat Galois")
    assert scores.bm25.argmax() == 1
    assert scores.coverage[1] == pytest.approx(1)
    assert 0 < scores.coverage[0] < 0.5


def test_a_word_that_no_text_holds_lowers_the_coverage() -> None:
    """A question about something else is not covered by the one common word in it."""
    texts = ["the cat sat", "the dog ran"]
    assert scored(texts, "cat").coverage[0] == pytest.approx(1)
    assert scored(texts, "cat zirconium").coverage[0] < 0.5


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_scores_stay_in_their_ranges(texts: list[str], question: str) -> None:
    """Any texts and any question: one score a text, coverage a share."""
    scores = scored(texts, question)
    assert len(scores.bm25) == len(scores.coverage) == len(texts)
    assert (scores.bm25 >= 0).all()
    assert ((scores.coverage >= 0) & (scores.coverage <= 1.0001)).all()
