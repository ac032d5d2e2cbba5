"""Which sentences are quoted to a follow-up without a model."""

import pytest

from bot.answering.extractive import best_sentences
from bot.answering.sources import Source
from bot.answering.thread import Thread, letters
from bot.retrieval.model import Hit
from tests.fakes.passages import make_passage

PASSAGE = make_passage(["MLA能省下九成的内存。", "它家的*接口*便宜得多，一半都不到。", "训练只用了两千块显卡。"])
SAID = letters("文中与此最相关的原话：\n\n> MLA能省下九成的内存。 [1]")


def first_quoted(thread: Thread | None, scores: tuple[float, ...]) -> str:
    hit = Hit(passage=PASSAGE, score=1, similarity=1, dense=1, lexical=1, coverage=1, sentence_scores=scores)
    return best_sentences([Source(n=1, hit=hit)], "MLA能省多少内存 那价格呢", thread=thread)[0].shown


@pytest.mark.parametrize(
    ("own", "said", "scores", "place"),
    [
        ((0.0, 0.0, 0.0), "", (0.6, 0.5, 0.1), 0),
        ((0.0, 0.4, 0.0), "", (0.6, 0.5, 0.1), 1),
        ((0.0, 0.0, 0.0), SAID, (0.6, 0.5, 0.1), 1),
        ((0.0, 0.0, 0.0), SAID, (0.9, 0.5, 0.1), 0),
    ],
)
def test_a_follow_up_is_answered_by_what_is_new_and_near_it(
    own: tuple[float, ...], said: str, scores: tuple[float, ...], place: int
) -> None:
    """The words of the follow-up count beside its subject; what was shown comes again only if it is clearly better."""
    sentences = ("MLA能省下九成的内存。", "它家的接口便宜得多，一半都不到。", "训练只用了两千块显卡。")
    assert first_quoted(Thread(own={PASSAGE.id: own}, said=said), scores) == sentences[place]


def test_a_sentence_is_known_again_however_it_was_set() -> None:
    """A long one was shown in part, with marks escaped and its number behind."""
    shown = Thread(own={PASSAGE.id: (0.0,)}, said=letters("> 它家的接口\\*便宜\\*，… [2]"))
    assert shown.lead(PASSAGE.id, 0, "它家的接口*便宜*") < 0
