"""Whatever people and models write is read in a time that a chat can bear: no mark repeated for ever stops the bot."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from bot.answering.courtesy import courtesy_in, is_crumb
from bot.answering.drafting import draft_of
from bot.answering.errand import is_errand
from bot.answering.foreign_links import without_foreign_links
from bot.answering.markers import claims, renumber, without_markers
from bot.answering.plain import readable, visible
from bot.answering.question import cleaned
from bot.answering.verification.assertion import asserts_something
from bot.answering.verification.check import check, read_evidence
from bot.answering.verification.sentences import read_sentences
from bot.answering.verification.verify import MAX_SENTENCE_CHARS
from bot.answering.wanted import lacks_unit, missing_names
from bot.conversation.completeness import asks_about_the_message, depends_on_what_was_said
from bot.corpus.language import language_of
from bot.corpus.model import Language
from bot.corpus.sentences import split_sentences
from bot.retrieval.model import Hit
from bot.retrieval.terms import terms
from tests.fakes.passages import make_essay, make_passage


def check_against_itself(text: str) -> object:
    """All that is read of a sentence and of a passage."""
    return asserts_something(text, text), check(text, [read_evidence(make_passage(text))])


def hit_of(text: str, lang: Language = "en") -> Hit:
    return Hit(
        passage=make_passage(text, essay=make_essay(lang=lang)),
        score=0,
        similarity=0,
        dense=0,
        lexical=0,
        coverage=0,
        sentence_scores=(),
    )


READERS: tuple[Callable[[str], object], ...] = (
    cleaned,
    courtesy_in,
    is_crumb,
    language_of,
    terms,
    split_sentences,
    depends_on_what_was_said,
    asks_about_the_message,
    readable,
    visible,
    partial(renumber, given=5),
    without_markers,
    without_foreign_links,
    draft_of,
    lambda text: list(claims(text)),
    read_sentences,
    lambda text: check_against_itself(text[:MAX_SENTENCE_CHARS]),
    is_errand,
    lambda text: missing_names(text, language_of(text), [hit_of(text[::-1])]),
    lambda text: lacks_unit(f"几天 {text}", "zh", [hit_of(text, "zh")]),
    lambda text: lacks_unit(f"how many a{text} how many cats", "en", [hit_of(text)]),
)
NAMES = [
    "cleaned",
    "courtesy_in",
    "is_crumb",
    "language_of",
    "terms",
    "split_sentences",
    "depends",
    "asks_about",
    "readable",
    "visible",
    "renumber",
    "without_markers",
    "without_foreign_links",
    "draft_of",
    "claims",
    "read_sentences",
    "check",
    "is_errand",
    "missing_names",
    "lacks_unit_zh",
    "lacks_unit_en",
]
PIECES = (
    *(
        "你好",
        "谢谢",
        "hi ",
        "thanks ",
        "那",
        "第二个",
        "it ",
        "a",
        "1, ",
        "1 and ",
        "[1",
        "[1, ",
        "1/",
        "1-",
        "十万",
        "1,000",
        "two hundred ",
        "A-",
        "《a》",
        "阿尔",
        "Jan 1 ",
        "[1]",
        "[",
        "]",
        "](",
        "![",
        "(",
        ")",
    ),
    *(
        "&#91;1",
        "`",
        "```\n",
        "**",
        "_",
        "~~",
        "<think>",
        "</think>",
        "[a](b) ",
        "[a]: b\n",
        "http://a ",
        "- ",
        "> ",
        "# ",
        "|",
    ),
    *("\n\n    a\n`a`\n", "\n", " ", "\u3000", "\u3000 ", "\u200b", "。", "“", "《", "†", "\\[", "$", "…"),
)
FEW, MANY = 35, 4_000  # pieces: what doubles shows in the short row, what squares in the long one
LIMIT_S = 8.0  # what doubles takes minutes
NOTICED_S = (
    0.1  # what takes longer is tried with twice as much, which takes twice as long, and four times if it squares
)
GROWTH = 3.0


def seconds(reader: Callable[[str], object], opening: str, piece: str, times: int) -> float:
    """The processor time of reading a row."""
    begun = time.process_time()
    reader(f"{opening}{piece * times}x]")
    return time.process_time() - begun


@pytest.mark.timeout(240)  # traced for coverage on a busy machine, `check` takes a minute
@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_a_row_of_anything_is_read_in_time(reader: Callable[[str], object]) -> None:
    """Each mark, repeated as often as a message or an answer can hold, with and without an opening before it."""
    for piece in PIECES:
        for opening in ("", "["):
            assert seconds(reader, opening, piece, FEW) < LIMIT_S, (opening, piece)
            took = seconds(reader, opening, piece, MANY)
            assert took < LIMIT_S, (opening, piece)
            if took > NOTICED_S:
                assert seconds(reader, opening, piece, 2 * MANY) < GROWTH * took, (opening, piece)
