"""Stretches of the essays as a report shows them."""

from dataclasses import replace

from bot.answering.links import Linker
from bot.corpus.model import Span
from bot.evaluation.model import Case, Target
from bot.evaluation.places import Places
from bot.retrieval.index import Index
from tests.fakes.passages import make_essay, make_passage, make_row

CATS, DOGS = make_essay("On Cats", file="cats.md"), make_essay("On Dogs", file="dogs.md")
PASSAGES = (
    make_passage(["A cat sleeps all day.", "Galois is a cat."], essay=CATS, section="Sleep"),
    make_passage(["Cats were holy in Egypt."], essay=CATS, section="Egypt", start=100),
    make_passage(["Dogs bark at night."], essay=DOGS),
)


def places() -> Places:
    return Places(Index([make_row(passage) for passage in PASSAGES]), Linker())


def test_what_should_have_come_is_shown_in_its_passage() -> None:
    """Under the passage that it begins in, of its own file, with a link that marks it."""
    span = Span(file="cats.md", start=105, end=116)
    case = Case(id="q", type="factoid", lang="en", question="?", evidence=(Target(span=span, quote="were holy"),))
    (shown,) = places().wanted(case)
    assert (shown.title, shown.text, shown.is_right) == (PASSAGES[1].header, "were holy", True)
    assert shown.link.startswith("cats.md#char=105,116:~:text=")


def test_what_stands_in_no_passage_is_shown_by_its_place() -> None:
    """The index may lack it, or the answer may be broken: the file and its characters are told."""
    span = Span(file="cats.md", start=5000, end=5003)
    case = Case(id="q", type="factoid", lang="en", question="?", alternates=(Target(span=span, quote="abc"),))
    (shown,) = places().wanted(case)
    quoted = places().quote("0" * 16, span, "abc", is_right=False)
    assert (shown.title, shown.link) == ("cats.md", "cats.md#char=5000,5003")
    assert quoted == replace(shown, is_right=False)
