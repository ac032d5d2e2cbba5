"""Answers to questions that cannot be answered: kind, in the asker's language, and useful where possible."""

from collections.abc import Sequence
from functools import partial

from bot.answering.citations import essay_text
from bot.answering.courtesy import Courtesy
from bot.answering.holdings import FEW, MANY, holdings, linked
from bot.answering.links import Linker, is_web_link
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.phrases import nearest_line, phrases, title_in
from bot.answering.plain import escaped
from bot.answering.sources import without_twins
from bot.answering.sufficiency import near_ones
from bot.retrieval.index import Index
from bot.retrieval.model import Hit

MAX_NEAREST = 3


def decline(inquiry: Inquiry, hits: Sequence[Hit], *, index: Index, linker: Linker) -> Answer:
    """Say that the essays don't answer, and name those of the hits that come near with their links.

    Where none does, say what essays there are.
    """
    named: dict[str, str] = {}
    for hit in without_twins(near_ones(hits)):
        passage = hit.passage
        if len(named) < MAX_NEAREST and passage.essay.key not in named:
            place = passage.sentences[0] if passage.sentences else passage.span
            link = linker.link(passage, place, essay_text=partial(essay_text, index, passage.essay))
            named[passage.essay.key] = _linked(title_in(inquiry.lang, passage.essay.title), link)
    nearest = nearest_line(inquiry.lang, tuple(named.values())) or holdings(index, linker, inquiry.lang)
    return _declined(inquiry, _paragraphs(phrases(inquiry.lang).declined, nearest))


def decline_empty(inquiry: Inquiry) -> Answer:
    """Say that there are no essays at all."""
    return _declined(inquiry, phrases(inquiry.lang).declined_empty)


def decline_unasked(inquiry: Inquiry, *, index: Index, linker: Linker) -> Answer:
    """Say that the message holds no question: nothing, only emoji, only a letter or a stop word."""
    return _declined(inquiry, _paragraphs(phrases(inquiry.lang).not_a_question, holdings(index, linker, inquiry.lang)))


def return_courtesy(inquiry: Inquiry, courtesy: Courtesy, *, index: Index, linker: Linker) -> Answer:
    """Greet back, take the thanks, say what the bot is or has; and of what may be asked, save where it has been."""
    said = phrases(inquiry.lang)
    if courtesy is Courtesy.THANKS:
        return _declined(inquiry, said.thanked)
    spoken = {
        Courtesy.GREETING: said.greeted,
        Courtesy.SMALL_TALK: said.chatted,
        Courtesy.WHO_IT_IS: said.introduced,
        Courtesy.WHAT_IT_HAS: "",
    }[courtesy]
    held = holdings(index, linker, inquiry.lang, most=MANY if courtesy is Courtesy.WHAT_IT_HAS else FEW)
    return _declined(inquiry, _paragraphs(spoken, held) or said.declined_empty)


def fail(inquiry: Inquiry) -> Answer:
    """Say that something broke on our side."""
    return Answer(status=Status.FAILED, text=phrases(inquiry.lang).failed, lang=inquiry.lang)


def _declined(inquiry: Inquiry, text: str) -> Answer:
    return Answer(status=Status.DECLINED, text=text, lang=inquiry.lang)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _linked(title: str, link: str) -> str:
    # A place in a file (RFC 5147) is nothing to click on, but tells where to look.
    return linked(title, link) if is_web_link(link) else f"{escaped(title)} (`{link}`)"
