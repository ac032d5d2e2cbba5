"""The stretch of a passage that a citation quotes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.citations import MAX_PAIR_CHARS, supporting_span
from bot.corpus.model import Passage
from tests.fakes.passages import make_passage
from tests.fakes.searcher import FakeSearcher

CATS = make_passage(
    ["The dog sleeps.", "The cat is called Galois.", "It honours a mathematician.", "All else is silence."]
)


async def quoted(passage: Passage, said: str = "") -> str:
    return passage.sentence_text(await supporting_span(passage, said, FakeSearcher(passage)))


async def test_the_sentence_that_says_it() -> None:
    """One sentence where one supports the claim."""
    assert await quoted(CATS, "cat called Galois") == "The cat is called Galois."


async def test_two_neighbours_where_the_claim_rests_on_both() -> None:
    """One stretch from the first letter of the first to the last of the second."""
    said = "Galois honours mathematician called"
    assert await quoted(CATS, said) == "The cat is called Galois. It honours a mathematician."


async def test_sentences_apart_are_not_joined() -> None:
    """What lies between two sentences that support a claim is not quoted."""
    passage = make_passage(["The cat is called Galois.", "Rain fell.", "It honours a mathematician."])
    assert await quoted(passage, "Galois called, honours mathematician") == "The cat is called Galois."


async def test_numbers_weigh_more_than_words() -> None:
    """Of two sentences with as many words of the claim, the one with its number is quoted."""
    passage = make_passage(["Training costs millions.", "Rain fell.", "Training ran for 2,048 hours."])
    assert await quoted(passage, "training costs 2,048") == "Training ran for 2,048 hours."


async def test_long_neighbours_stay_apart() -> None:
    """Two sentences that would fill a message are not quoted together."""
    passage = make_passage(["Cats purr" + " softly" * MAX_PAIR_CHARS + ".", "Cats purr loudly."])
    assert (await supporting_span(passage, "cats purr", FakeSearcher(passage))) in passage.sentences


async def test_nothing_said_quotes_the_beginning() -> None:
    """A marker without a claim gets the first sentence."""
    assert await quoted(CATS) == "The dog sleeps."


@given(
    sentences=st.lists(st.text(st.sampled_from("cat 猫。12,\n*"), min_size=1, max_size=30), min_size=1, max_size=6),
    said=st.text(st.sampled_from("cat 猫12,"), max_size=20),
)
async def test_a_quote_is_one_sentence_or_two_neighbours(sentences: list[str], said: str) -> None:
    """Whatever is said, the span begins where a sentence does and ends where it or the next one does."""
    passage = make_passage(sentences)
    span = await supporting_span(passage, said, FakeSearcher(passage))
    first = [sentence.start for sentence in passage.sentences].index(span.start)
    assert span.end in [sentence.end for sentence in passage.sentences[first : first + 2]]
