"""Answers that have nothing to do with the question."""

import pytest

from bot.answering.model import Citation
from bot.answering.relevance import NEAREST, is_beside_the_question, lacks_the_figure
from bot.answering.sources import choose_sources
from bot.retrieval.model import Hit
from tests.fakes.passages import make_passage


@pytest.mark.parametrize(("cited", "beside"), [([0], False), ([NEAREST - 1], False), ([NEAREST], True), ([], False)])
def test_what_is_cited_has_to_be_near_the_question(cited: list[int], beside: bool) -> None:
    """Among the nearest sentences of those found; who cites nothing is judged elsewhere."""
    count = NEAREST + 3
    passage = make_passage([f"第{n}句话。" for n in range(count)])
    hit = Hit(
        passage=passage,
        score=1,
        similarity=1,
        dense=1,
        lexical=1,
        coverage=1,
        sentence_scores=tuple(1 - n / count for n in range(count)),
    )
    citations = [
        Citation(
            n=1,
            span=passage.sentences[n],
            quote=passage.sentence_text(passage.sentences[n]),
            essay=passage.essay,
            passage_id=passage.id,
            section="",
            link="",
        )
        for n in cited
    ]
    assert is_beside_the_question(citations, choose_sources([hit])) is beside


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
