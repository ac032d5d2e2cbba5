"""Answers that have nothing to do with the question."""

import pytest

from bot.answering.citations import Cited
from bot.answering.model import Citation
from bot.answering.relevance import MAX_BEHIND, NEAREST, lacks_the_figure, without_what_is_beside
from bot.answering.sources import choose_sources
from bot.corpus.model import Passage
from bot.retrieval.model import Hit
from tests.fakes.passages import make_essay, make_passage

COUNT = NEAREST + 3
PASSAGES = [make_passage([f"{file}的第{n}句话。" for n in range(COUNT)], essay=make_essay(file)) for file in "甲乙丙"]


def found(passage: Passage, score: float, step: float = MAX_BEHIND / COUNT) -> Hit:
    return Hit(
        passage=passage,
        score=score,
        similarity=score,
        dense=score,
        lexical=score,
        coverage=score,
        sentence_scores=tuple(score - n * step for n in range(COUNT)),
    )


def cited(n: int, passage: Passage, sentence: int) -> Citation:
    span = passage.sentences[sentence]
    return Citation(
        n=n,
        essay=passage.essay,
        passage_id=passage.id,
        section="",
        span=span,
        quote=passage.sentence_text(span),
        link="",
    )


@pytest.mark.parametrize(
    ("sentence", "step", "text"),
    [
        (0, 0.01, "是。[1]"),
        (NEAREST - 1, 0.01, "是。[1]"),
        (NEAREST, 0.01, ""),
        (2, MAX_BEHIND / 2, "是。[1]"),
        (3, MAX_BEHIND / 2, ""),
    ],
)
def test_what_is_cited_has_to_be_near_the_question(sentence: int, step: float, text: str) -> None:
    """Among the nearest sentences of those found, and not far behind the nearest."""
    answer = Cited(text="是。[1]", citations=(cited(1, PASSAGES[0], sentence),))
    assert without_what_is_beside(answer, choose_sources([found(PASSAGES[0], 2, step)])).text == text


def test_the_sentences_that_are_left_are_numbered_anew() -> None:
    """What cites nothing stays, and what cites something near beside something far."""
    far, near, nearer = PASSAGES
    answer = Cited(
        text="远的。[1] 近的。[2] 两者。[1][3] 没有引用。",
        citations=(cited(1, far, 0), cited(2, near, 0), cited(3, nearer, 0)),
    )
    left = without_what_is_beside(answer, choose_sources([found(nearer, 9), found(near, 8.99), found(far, 1)]))
    assert left.text == "近的。[1] 两者。[2][3] 没有引用。"
    assert [(one.n, one.passage_id) for one in left.citations] == [(1, near.id), (2, far.id), (3, nearer.id)]


def test_what_is_said_beside_an_answer_from_its_passage_stays() -> None:
    """A passage that is quoted for what is near the question may be quoted for more; by itself, that is no answer."""
    near, beside = cited(1, PASSAGES[0], 0), cited(2, PASSAGES[0], NEAREST)
    sources = choose_sources([found(PASSAGES[0], 2, 0.01)])
    both = without_what_is_beside(Cited(text="是。[1] 还有。[2]", citations=(near, beside)), sources)
    alone = without_what_is_beside(Cited(text="还有。[1]", citations=(cited(1, PASSAGES[0], NEAREST),)), sources)
    assert (both.text, alone.text) == ("是。[1] 还有。[2]", "")


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("按下去会反问几个问题？最多等多久", "DeepSeek-R1 的价格更低，而o3-mini只提供摘要[1]。", True),
        ("按下去会反问几个问题？", "会反问五六个简单的问题[1]。", False),
        ("how long did it take to reach 100 million users", "It took DeepSeek a week[1].", False),
        ("How many TPUs was it trained on?", "On Google's own chips[1].", True),
        ("Which year was the GPT3 paper?", "It came out in May[1].", False),
        ("炼一个GPT3要多少钱", "很多钱[1]。", False),
        ("why do the essays mention R1?", "For its price[1].", False),
    ],
)
def test_who_asks_for_a_figure_is_to_hear_one(question: str, text: str, lacks: bool) -> None:
    """In any form; digits of names and markers are none, and a question that may be answered otherwise is let be."""
    assert lacks_the_figure(question, text) is lacks
