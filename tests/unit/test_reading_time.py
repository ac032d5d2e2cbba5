"""Whatever people and models write is read in a time that a chat can bear: no mark repeated for ever stops the bot."""

import time
from collections.abc import Callable
from functools import partial
from itertools import product

import pytest

from bot.answering.courtesy import courtesy_in, is_crumb
from bot.answering.drafting import draft_of
from bot.answering.foreign_links import without_foreign_links
from bot.answering.markers import claims, renumber, without_markers
from bot.answering.plain import readable, visible
from bot.answering.question import cleaned
from bot.conversation.dependence import asks_about_the_message, depends_on_what_was_said
from bot.corpus.language import language_of
from bot.corpus.sentences import split_sentences
from bot.retrieval.terms import terms

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
    partial(draft_of, given=5),
    lambda text: list(claims(text)),
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
    *("\n", " ", "\u3000", "\u3000 ", "\u200b", "。", "“", "《", "†", "\\[", "$", "…"),
)
ROWS = (35, 4_000)  # what doubles shows in the short row, what squares in the long one
LIMIT_S = 8.0  # some take a second for 20,000 characters; what squares or doubles takes minutes


@pytest.mark.timeout(60)
@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_a_row_of_anything_is_read_in_time(reader: Callable[[str], object]) -> None:
    """Each mark, repeated as often as a message or an answer can hold, with and without an opening before it."""
    for piece in PIECES:
        for opening, times in product(("", "["), ROWS):
            begun = time.process_time()
            reader(f"{opening}{piece * times}x]")
            assert time.process_time() - begun < LIMIT_S, (opening, piece)
