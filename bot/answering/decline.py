"""Answers to questions that cannot be answered: kind, in the asker's language, and useful where possible."""

from collections.abc import Sequence
from functools import partial

from bot.answering.citations import essay_text
from bot.answering.courtesy import Courtesy
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.phrases import nearest_line, phrases, title_in
from bot.answering.plain import escaped
from bot.answering.sources import without_twins
from bot.retrieval.index import Index
from bot.retrieval.model import Hit

MAX_NEAREST = 3


def decline(inquiry: Inquiry, hits: Sequence[Hit], *, index: Index, linker: Linker) -> Answer:
    """Say that the essays don't answer, and name the essays of the best hits with their links."""
    named: dict[str, str] = {}
    for hit in without_twins(hits):
        passage = hit.passage
        if len(named) < MAX_NEAREST and passage.essay.key not in named:
            place = passage.sentences[0] if passage.sentences else passage.span
            link = linker.link(passage, place, essay_text=partial(essay_text, index, passage.essay))
            named[passage.essay.key] = _linked(title_in(inquiry.lang, passage.essay.title), link)
    nearest = nearest_line(inquiry.lang, tuple(named.values()))
    return _declined(inquiry, "\n\n".join(filter(None, [phrases(inquiry.lang).declined, nearest])))


def decline_empty(inquiry: Inquiry) -> Answer:
    """Say that there are no essays at all."""
    return _declined(inquiry, phrases(inquiry.lang).declined_empty)


def decline_unasked(inquiry: Inquiry) -> Answer:
    """Say that the message holds no question: nothing, only emoji, only a letter or a stop word."""
    return _declined(inquiry, phrases(inquiry.lang).not_a_question)


def return_courtesy(inquiry: Inquiry, courtesy: Courtesy) -> Answer:
    """Greet back, or take the thanks, and say what may be asked."""
    said = phrases(inquiry.lang)
    return _declined(inquiry, said.greeted if courtesy is Courtesy.GREETING else said.thanked)


def fail(inquiry: Inquiry) -> Answer:
    """Say that something broke on our side."""
    return Answer(status=Status.FAILED, text=phrases(inquiry.lang).failed, lang=inquiry.lang)


def _declined(inquiry: Inquiry, text: str) -> Answer:
    return Answer(status=Status.DECLINED, text=text, lang=inquiry.lang)


def _linked(title: str, link: str) -> str:
    # A place in a file (RFC 5147) is nothing to click on, but tells where to look.
    if not link.startswith(("http://", "https://")):
        return f"{escaped(title)} (`{link}`)"
    address = link.replace("(", "%28").replace(")", "%29")  # or the first bracket would end it
    return f"[{escaped(title)}]({address})"
