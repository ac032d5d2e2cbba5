"""An answer as the terminal prints it."""

from dataclasses import replace

from bot.answering.model import Answer, Citation, Notice, Status
from bot.channels.terminal.render import plain, render
from bot.corpus.model import Essay, Span

ESSAY = Essay(
    key="a.md#1",
    title="写在甲辰年末",
    span=Span(file="a.md", start=0, end=99),
    lang="zh",
    author="某人",
    date="2025-01-28",
)
CITATION = Citation(
    n=1,
    essay=ESSAY,
    passage_id="0" * 16,
    section="",
    span=Span(file="a.md", start=3, end=12),
    quote="我家小猫的**名字**\n叫伽罗瓦",
    link="a.md#char=3,12",
    twin="At Year's End",
)


def test_the_answer_is_followed_by_its_sources() -> None:
    """Number, essay, author, date, twin, quote on one line, link."""
    shown = render(Answer(status=Status.ANSWERED, text="**小猫**叫伽罗瓦\\*。[1]", lang="zh", citations=(CITATION,)))

    assert shown.splitlines() == [
        "小猫叫伽罗瓦*。[1]",
        "",
        "[1] 写在甲辰年末 · 某人 · 2025-01-28 (At Year's End)",
        "    “我家小猫的名字 叫伽罗瓦”",
        "    a.md#char=3,12",
    ]


def test_a_quote_in_another_language_is_labelled_and_translated_below() -> None:
    """What the reader cannot read stands in their language beneath the original."""
    citation = replace(CITATION, translation="Our kitten is called Galois")
    shown = render(Answer(status=Status.ANSWERED, text="Galois. [1]", lang="en", citations=(citation,)))

    assert shown.splitlines()[3:5] == [
        "    “我家小猫的名字 叫伽罗瓦” (original in Chinese)",
        "    Translation (by the model): Our kitten is called Galois",
    ]


def test_an_unreachable_model_is_said_above_the_answer() -> None:
    """The asker is told why there are only quotes."""
    answer = Answer(status=Status.QUOTED, text="x", lang="en", notices=(Notice.MODEL_UNREACHABLE,))

    assert "could not be reached" in render(answer).splitlines()[0]


def test_quotes_are_not_repeated_below_themselves() -> None:
    """An answer without a model is its quotes; the sources then only say where they stand."""
    shown = render(Answer(status=Status.QUOTED, text="我家小猫的名字 叫伽罗瓦 [1]", lang="zh", citations=(CITATION,)))

    assert shown.count("伽罗瓦") == 1
    assert "a.md#char=3,12" in shown


def test_the_essays_of_a_decline_keep_their_addresses() -> None:
    """A terminal has nothing to click on, so the address is shown, each underscore of it."""
    shown = plain(
        r"**Nearest**: [a \[b\] c](https://x.org/__a__%28b%29#:~:text=*d*), [e](http://y.org) (`a.md#char=1`)."
    )

    assert shown == "Nearest: a [b] c <https://x.org/__a__%28b%29#:~:text=*d*>, e <http://y.org> (a.md#char=1)."


def test_a_link_within_an_image_is_left_out_with_it() -> None:
    """What is stripped takes its links along; the links behind it keep their own address."""
    assert plain("![x [b](http://u)](c) [d](http://v)").strip() == "d <http://v>"
