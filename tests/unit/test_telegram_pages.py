"""What can be leafed through: a passage in its place, the list of essays."""

from dataclasses import replace

import pytest

from bot.answering.links import Linker, Pointer, parse_start_parameter, start_parameter
from bot.channels.telegram.pages import essays_page, passage_page
from bot.corpus.model import Span
from bot.retrieval.index import Index
from tests.fakes.passages import make_essay, make_passage, make_row
from tests.fakes.telegram import units

CATS = replace(make_essay("On Cats"), author="A. Writer", date="2025-01-28")


def buttons(page):
    """Label and data of each button."""
    rows = page.buttons.inline_keyboard if page.buttons else ()
    return [(button.text, button.callback_data) for row in rows for button in row]


def marked(page):
    """What is marked as the quote."""
    raw = page.text.text.encode("utf-16-le")
    return [raw[2 * e.offset : 2 * e.end].decode("utf-16-le") for e in page.text.entities if e.kind == "underline"]


@pytest.fixture
def passages():
    """Give three passages of an essay, and one of another."""
    texts = ("One 😀. Two.", "Three. Four.", "Five. Six.")
    starts = (0, 20, 40)
    cats = [
        make_passage(t.split(" ", 2), essay=CATS, section="Paws", start=s) for t, s in zip(texts, starts, strict=True)
    ]
    return [*cats, make_passage("Dogs bark.", essay=make_essay("On Dogs", file="dogs.md"))]


@pytest.fixture
def index(passages):
    """Give the index of them."""
    return Index(make_row(passage) for passage in passages)


def test_a_passage_stands_in_its_place(index, passages):
    """Title, author, date and section above; the quote marked; the neighbours one press away."""
    first, middle, last, _ = passages
    pointer = parse_start_parameter(start_parameter(middle, middle.sentences[1]))
    page = passage_page(index, pointer, "en")
    assert page.text.text == "“On Cats” · A. Writer · 2025-01-28\nPaws\n\nThree. Four."
    assert marked(page) == ["Four."]
    assert buttons(page) == [("‹ earlier", f"p:{first.id}"), ("later ›", f"p:{last.id}")]
    assert all(len(data.encode()) <= 64 for _, data in buttons(page))


def test_an_essay_ends_at_its_ends(index, passages):
    """Nothing before the first passage, nothing after the last, and no other essay's."""
    assert [label for label, _ in buttons(passage_page(index, Pointer(passage_id=passages[0].id), "zh"))] == [
        "下一段 ›"
    ]
    assert [label for label, _ in buttons(passage_page(index, Pointer(passage_id=passages[2].id), "zh"))] == [
        "‹ 上一段"
    ]
    assert passage_page(index, Pointer(passage_id=passages[3].id), "zh").buttons is None


@pytest.mark.parametrize(("start", "length", "shown"), [(0, None, []), (99, 5, []), (3, 0, []), (6, 99, [" Four."])])
def test_a_pointer_past_the_text_marks_what_there_is(index, passages, start, length, shown):
    """A link made before an edit still opens."""
    page = passage_page(index, Pointer(passage_id=passages[1].id, start=start, length=length), "en")
    assert page.text.text.endswith("Three. Four.")
    assert marked(page) == shown


def test_a_passage_that_is_gone_has_no_page(index):
    """The essay was edited since the link was made."""
    assert passage_page(index, Pointer(passage_id="f" * 16), "en") is None


def test_a_giant_passage_shows_what_stands_around_the_quote():
    """A table longer than a message is cut, and says so with an ellipsis on each side."""
    sentences = [f"Row {n} 😀 {'x' * 20}." for n in range(400)]
    passage = make_passage(sentences, essay=CATS)
    span = passage.sentences[200]
    pointer = parse_start_parameter(start_parameter(passage, span))
    page = passage_page(Index([make_row(passage)]), pointer, "en")
    assert units(page.text.text) <= 4096
    assert marked(page) == [sentences[200]]
    assert page.text.text.endswith("…")
    assert "\n\n…" in page.text.text


def test_the_essays_are_listed_by_pages_with_links():
    """Ten a page, numbered through, each linked to its beginning."""
    essays = [make_essay(f"Essay {n}", file=f"{n:02}.md") for n in range(1, 24)]
    passages = [make_passage("Words.", essay=essay) for essay in essays]
    index, linker = Index(make_row(p) for p in passages), Linker(bot_username="yinju_bot")
    first, last = essays_page(index, linker, 1, "zh"), essays_page(index, linker, 3, "zh")
    assert first.text.text.startswith("文章列表（共 23 篇）\n1. 《Essay 1》\n2. ")
    assert "\n10. 《Essay 10》" in first.text.text
    assert "11." not in first.text.text
    link = f"https://t.me/yinju_bot?start=p_{passages[0].id}"
    assert next(e.url for e in first.text.entities if e.kind == "text_link") == link
    assert buttons(first) == [("2/3 ›", "e:2")]
    assert buttons(essays_page(index, linker, 2, "zh")) == [("‹ 1/3", "e:1"), ("3/3 ›", "e:3")]
    assert last.text.text.count("\n") == 3
    assert [essays_page(index, linker, n, "zh") for n in (0, 4, 10**9)] == [None] * 3


def test_an_essay_with_an_address_links_to_it():
    """The essay's own page comes before the bot's."""
    passage = make_passage("Words.", essay=replace(CATS, url="https://example.org/cats"))
    page = essays_page(Index([make_row(passage)]), Linker(bot_username="yinju_bot"), 1, "en")
    assert [e.url for e in page.text.entities if e.url] == ["https://example.org/cats"]
    assert page.buttons is None


def test_an_empty_corpus_says_so():
    """The list of no essays is a sentence, and has no second page."""
    empty = Index([])
    assert "no essays" in essays_page(empty, Linker(), 1, "en").text.text
    assert essays_page(empty, Linker(), 2, "en") is None


def test_a_span_of_nothing_marks_nothing(passages):
    """The link to an essay's beginning is the bare one."""
    start = Span(file="cats.md", start=0, end=0)
    assert start_parameter(passages[0], start) == f"p_{passages[0].id}"
