"""A follow-up made a question of its own: by a model where there is one, else from the words said before."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import chain

from bot.answering.courtesy import without_courtesy
from bot.answering.markers import without_markers
from bot.answering.model import ChatModel, Turn
from bot.answering.phrases import phrases
from bot.answering.plain import visible
from bot.answering.prompt import shorten
from bot.conversation.dependence import asks_about_the_message, depends_on_what_was_said, names_another
from bot.conversation.returning import returned_to
from bot.conversation.rewriting import rewrite
from bot.corpus.language import language_of
from bot.errors import TransientError

REWRITE_TIMEOUT_S = 8.0
MAX_ASKED_CHARS = 400
MAX_QUESTIONS_BACK = 3
MAX_CONTEXT_CHARS = 300
MAX_GIST_CHARS = 200

logger = logging.getLogger(__name__)


class FollowUps:
    """Makes questions stand on their own. ``models``: first choice first; only the first is asked."""

    def __init__(self, models: Sequence[ChatModel] = (), *, timeout_s: float = REWRITE_TIMEOUT_S) -> None:
        self._models = tuple(models)
        self._timeout_s = timeout_s

    async def standalone(self, question: str, history: Sequence[Turn], *, replies: bool = False) -> str:
        """``question`` so that it can be searched for without ``history`` (oldest first).

        A question that depends on nothing said before comes back as it is, but for greetings and thanks around
        it. Waits for a model at most ``timeout_s``; never raises for one. ``replies``: it was sent as a reply to the
        last turn, so ``this`` means that.
        """
        question = without_courtesy(question)
        asked = _all_asked(history)
        place = returned_to(question, asked)
        depends = asks_about_the_message if replies else depends_on_what_was_said
        if not asked or (place is None and not depends(question)):
            return question
        rewritten = await self._rewritten(question, history, _exchange(history, place))
        return rewritten or with_what_was_said(question, history)

    async def about(self, question: str, context: str) -> str:
        """``question`` together with the message that it replies to or quotes.

        One that stands on its own comes back as it is: to reply is also a way to call the bot, and the words
        of its last answer would outweigh those of a new question. Waits and fails as ``standalone`` does.
        """
        question = without_courtesy(question)
        said = substance(context)
        if not said or not asks_about_the_message(question):
            return question
        rewritten = await self._rewritten(question, [Turn(role="user", content=context)])
        return rewritten or f"{question.strip()} {shorten(said, MAX_CONTEXT_CHARS)}".strip()

    async def _rewritten(self, question: str, history: Sequence[Turn], returns_to: Sequence[Turn] = ()) -> str | None:
        if not self._models:
            return None
        try:
            async with asyncio.timeout(self._timeout_s):
                return await rewrite(self._models[0], question, history, returns_to=returns_to)
        except (TransientError, TimeoutError) as exc:
            logger.info("a follow-up is taken as it was said: %s", type(exc).__name__)
            return None


def with_what_was_said(question: str, history: Sequence[Turn]) -> str:
    """``question`` after what it hangs on: the question that stands on its own, those since, and the last answer.

    On the follow-ups of the development questions, the answer's beginning moved hit@5 from 0.8 to 1.0. It is left
    out where the follow-up names something else: it would outweigh the name. Who comes back to an earlier
    subject means the question that was about it, and nothing since.
    """
    asked = _all_asked(history)
    place = returned_to(question, asked)
    if place is not None:
        return f"{asked[place]} {question.strip()}"
    chain = _chain(asked)
    if names_another(question, " ".join(chain)):
        return f"{chain[0]} {question.strip()}"
    said = gist(history[-1].content) if history and history[-1].role == "assistant" else ""
    if language_of(said) != language_of(question):
        said = ""
    return " ".join(filter(None, [*chain, said, question.strip()]))


def _chain(asked: Sequence[str]) -> list[str]:
    """The last of ``asked`` back to one that stands on its own: that one, and the newest after it."""
    chain: list[str] = []
    for place, earlier in reversed(list(enumerate(asked))):
        chain.insert(0, earlier)
        back = returned_to(earlier, asked[:place])
        if back is not None:
            chain.insert(0, asked[back])
            break
        if not depends_on_what_was_said(earlier):
            break
    return [*chain[:1], *chain[1:][-(MAX_QUESTIONS_BACK - 1) :]]


def _all_asked(history: Sequence[Turn]) -> list[str]:
    said = [turn.content for turn in history if turn.role == "user"]
    return [shorten(" ".join(without_courtesy(text).split()), MAX_ASKED_CHARS) for text in said]


def _exchange(history: Sequence[Turn], place: int | None) -> Sequence[Turn]:
    """The question at ``place`` among those asked, and its answer."""
    if place is None:
        return ()
    start = [n for n, turn in enumerate(history) if turn.role == "user"][place]
    return [history[start], *(turn for turn in history[start + 1 : start + 2] if turn.role == "assistant")]


def gist(answer: str) -> str:
    """The beginning of what an answer says."""
    return substance(answer)[:MAX_GIST_CHARS]


def substance(answer: str) -> str:
    """An answer without markup and markers; empty where it says that there is none."""
    said = [phrases("zh"), phrases("zh-Hant"), phrases("en")]
    empty = [(p.declined, p.declined_empty, p.not_a_question, p.failed) for p in said]
    returned = [(p.greeted, p.thanked, p.chatted, p.introduced) for p in said]
    if answer.startswith(tuple(chain.from_iterable(empty + returned))):
        return ""
    for lead in (lead for p in said for lead in (p.quoted_lead, p.summary_lead)):
        answer = answer.removeprefix(lead)
    for label in (p.original for p in said):
        answer = answer.replace(f"]{label}", "]")
    return visible(without_markers(answer))
