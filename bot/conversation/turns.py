"""What was said so far: the turns that a question may hang on, and what they say."""

from collections.abc import Callable, Sequence
from itertools import chain

from bot.answering.asker_language import AskerLanguage
from bot.answering.courtesy import asks_something, without_courtesy
from bot.answering.markers import without_markers
from bot.answering.model import Turn
from bot.answering.phrases import phrases
from bot.answering.plain import visible
from bot.answering.prompt import shorten
from bot.conversation.restating import asks_to_restate

MAX_ASKED_CHARS = 400
_LANGUAGES: tuple[AskerLanguage, ...] = ("zh", "zh-Hant", "en")


def without_courtesies(history: Sequence[Turn]) -> list[Turn]:
    """``history`` (oldest first) without thanks, greetings and emoji, and without what was said to them."""
    return _those_that(asks_something, history)


def with_a_subject(history: Sequence[Turn]) -> list[Turn]:
    """The same without requests for another form of what was said, too: they are about nothing of their own."""
    return _those_that(lambda text: asks_something(text) and not asks_to_restate(without_courtesy(text)), history)


def _those_that(ask: Callable[[str], bool], history: Sequence[Turn]) -> list[Turn]:
    kept: list[Turn] = []
    is_kept = True
    for turn in history:
        is_kept = ask(turn.content) if turn.role == "user" else is_kept
        if is_kept:
            kept.append(turn)
    return kept


def questions_in(history: Sequence[Turn]) -> list[str]:
    """What the asker said, without the courtesies around it, each on a line and not too long."""
    said = [turn.content for turn in history if turn.role == "user"]
    return [shorten(" ".join(without_courtesy(text).split()), MAX_ASKED_CHARS) for text in said]


def exchange(history: Sequence[Turn], place: int | None) -> Sequence[Turn]:
    """The question at ``place`` among those asked, and its answer."""
    if place is None:
        return ()
    start = _start(history, place)
    return [history[start], *(turn for turn in history[start + 1 : start + 2] if turn.role == "assistant")]


def before(history: Sequence[Turn], place: int) -> Sequence[Turn]:
    """What was said before the question at ``place`` among those asked; it may be counted from the end."""
    return history[: _start(history, place)]


def _start(history: Sequence[Turn], place: int) -> int:
    return [n for n, turn in enumerate(history) if turn.role == "user"][place]


def is_quoted(answer: str) -> bool:
    """Whether an answer is made of quotes alone, behind a line that says so."""
    _, *blocks = answer.split("\n\n")
    return bool(blocks) and all(block.startswith("> ") for block in blocks)


def substance(answer: str) -> str:
    """An answer without markup and markers; empty where it says that there is none."""
    said = [phrases(lang) for lang in _LANGUAGES]
    empty = [(p.declined, p.declined_empty, p.not_a_question, p.failed) for p in said]
    returned = [(p.greeted, p.thanked, p.chatted, p.introduced) for p in said]
    if answer.startswith(tuple(chain.from_iterable(empty + returned))):
        return ""
    for lead in (lead for p in said for lead in (p.quoted_lead, p.summary_lead)):
        answer = answer.removeprefix(lead)
    for label in (p.original for p in said):
        answer = answer.replace(f"]{label}", "]")
    return visible(without_markers(answer))
