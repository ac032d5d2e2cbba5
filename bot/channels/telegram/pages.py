"""What can be leafed through: a passage in its place, the list of essays."""

from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.answering.asker_language import AskerLanguage
from bot.answering.links import Linker, Pointer
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.model import PASSAGE
from bot.channels.telegram.render import write_essay_line
from bot.channels.telegram.styled import StyledText, StyledWriter
from bot.channels.telegram.utf16 import fitting_prefix, unit_count
from bot.corpus.model import Passage, Span
from bot.retrieval.index import Index

# Callback data, at most 64 bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton
ESSAYS = "e:"
_ESSAYS_A_PAGE = 10
_MAX_PASSAGE_UNITS = 3000  # a table or a listing may be longer than a message
_BEFORE_QUOTE_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A message with buttons to its neighbours."""

    text: StyledText
    buttons: InlineKeyboardMarkup | None = None


def passage_page(index: Index, pointer: Pointer, lang: AskerLanguage) -> Page | None:
    """The passage that ``pointer`` names, with its quote marked; None where it is no longer there."""
    passage = index.passage(pointer.passage_id)
    if passage is None:
        return None
    writer = StyledWriter()
    write_essay_line(writer, passage.essay, lang=lang, link=passage.essay.url or "")
    if passage.section:
        writer.write(f"\n{fitting_prefix(passage.section, 300)}", "italic")
    writer.write("\n\n")
    start = min(pointer.start, len(passage.text))
    _write_marked(writer, passage.text, start, min(start + (pointer.length or 0), len(passage.text)))
    said = channel_phrases(lang)
    neighbours = ((said.earlier, index.before(passage.id)), (said.later, index.after(passage.id)))
    return Page(text=writer.done(), buttons=_row([(label, PASSAGE + p.id) for label, p in neighbours if p is not None]))


def essays_page(index: Index, linker: Linker, number: int, lang: AskerLanguage) -> Page | None:
    """Page ``number`` (from 1) of the essays, in corpus order; None where there is no such page."""
    said = channel_phrases(lang)
    if not index.essays:
        return Page(text=StyledText(text=said.no_essays)) if number == 1 else None
    first = (number - 1) * _ESSAYS_A_PAGE
    last_page = -(-len(index.essays) // _ESSAYS_A_PAGE)
    if not 1 <= number <= last_page:
        return None
    writer = StyledWriter()
    writer.write(said.essays.format(count=len(index.essays)), "bold")
    for place, essay in enumerate(index.essays[first : first + _ESSAYS_A_PAGE], start=first + 1):
        writer.write(f"\n{place}. ")
        passages = index.passages_of(essay.key)
        write_essay_line(writer, essay, lang=lang, link=_beginning(linker, passages[0]) if passages else "")
    buttons = [
        (f"{label}{near}/{last_page}{after}", f"{ESSAYS}{near}")
        for label, near, after in (("‹ ", number - 1, ""), ("", number + 1, " ›"))
        if 1 <= near <= last_page
    ]
    return Page(text=writer.done(), buttons=_row(buttons))


def _beginning(linker: Linker, passage: Passage) -> str:
    """A link to where an essay begins, with nothing marked."""
    start = passage.span.start
    return linker.link(passage, Span(file=passage.span.file, start=start, end=start))


def _write_marked(writer: StyledWriter, text: str, start: int, end: int) -> None:
    """``text`` with ``start`` to ``end`` marked; of a text too long for a message, what stands around the quote."""
    begin = 0
    if unit_count(text) > _MAX_PASSAGE_UNITS:
        begin = max(0, start - _BEFORE_QUOTE_CHARS)
    shown = fitting_prefix(text[begin:], _MAX_PASSAGE_UNITS)
    start, end = start - begin, min(end - begin, len(shown))
    if begin:
        writer.write("…")
    writer.write(shown[:start])
    writer.write(shown[start:end], "bold", "underline")
    writer.write(shown[end:])
    if begin + len(shown) < len(text):
        writer.write("…")


def _row(buttons: list[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data) for label, data in buttons]])
