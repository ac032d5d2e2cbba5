"""A follow-up made a question of its own: by a model where there is one, else from the words said before."""

import asyncio
import logging
from collections.abc import Sequence

from bot.answering.courtesy import without_courtesy
from bot.answering.model import ChatModel, Turn
from bot.answering.planned_search import Search
from bot.answering.prompt import shorten
from bot.answering.sufficiency import BACKGROUND, READ
from bot.answering.wanted import names_in
from bot.conversation.completeness import (
    Completeness,
    asks_about_the_message,
    completeness,
    depends_on_what_was_said,
)
from bot.conversation.dependence import names_another, what_is_said
from bot.conversation.restating import asks_to_restate
from bot.conversation.returning import is_bare_return, returned_to, with_its_subject
from bot.conversation.rewriting import rewrite
from bot.conversation.turns import before, exchange, is_quoted, questions_in, substance, with_a_subject
from bot.corpus.language import language_of
from bot.errors import TransientError, YinjuError
from bot.retrieval.opencc import simplified
from bot.retrieval.terms import terms

REWRITE_TIMEOUT_S = 8.0
MAX_TOLD = 12  # turns that a model is told: six questions and their answers
MAX_CONTEXT_CHARS = 300
MAX_GIST_CHARS = 200
MAX_NAMES = 3
LEAST_LETTERS = 2

logger = logging.getLogger(__name__)


class FollowUps:
    """Makes questions stand on their own. ``models``: first choice first; only the first is asked.

    ``search`` tells, where no model does, whether the essays answer a question that may be meant either way.
    """

    def __init__(
        self,
        models: Sequence[ChatModel] = (),
        *,
        search: Search | None = None,
        timeout_s: float = REWRITE_TIMEOUT_S,
    ) -> None:
        self._models = tuple(models)
        self._search = search
        self._timeout_s = timeout_s

    async def standalone(self, question: str, history: Sequence[Turn], *, replies: bool = False) -> str:
        """``question`` so that it can be searched for without ``history`` (oldest first).

        One that names its own subject comes back as it is, but for greetings and thanks around it; a short one that
        may be meant either way does, too, where a model repeats it or, without one, unless the essays speak of it
        only beside what was said. One that only asks for another
        form of what was said is the question before it. Waits for a model at most ``timeout_s``; never raises for
        one. ``replies``: it was sent as a reply to the last turn, so ``this`` means that.
        """
        question, history = without_courtesy(question), with_a_subject(history)
        asked = questions_in(history)
        if not asked:
            return question
        if asks_to_restate(question):
            return await self.standalone(asked[-1], before(history, -1))
        place = returned_to(question, asked)
        verdict = completeness(question)
        if place is not None or (replies and asks_about_the_message(question)):
            verdict = Completeness.INCOMPLETE
        named = with_its_subject(question) if place is None else None
        if named is not None or verdict is Completeness.COMPLETE:
            return named or question
        rewritten = await self._rewritten(question, history, exchange(history, place))
        if rewritten and (verdict is not Completeness.INCOMPLETE or terms(rewritten) != terms(question)):
            return rewritten
        together = with_what_was_said(question, history)
        stands = verdict is Completeness.SHORT and not await self._is_answered_beside(question, together)
        return question if stands else together

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
        if rewritten and terms(rewritten) != terms(question):
            return rewritten
        return f"{question.strip()} {shorten(said, MAX_CONTEXT_CHARS)}".strip()

    async def _is_answered_beside(self, question: str, together: str) -> bool:
        """Whether the essays do not answer ``question`` alone, and have its words beside what was said before."""
        if self._search is None:
            return False
        try:
            if (await self._search.find(question, k=BACKGROUND)).is_sufficient:
                return False
            hits = (await self._search.find(together, k=READ)).hits
        except YinjuError:  # the answer's own search will tell
            logger.info("whether a question hangs on what was said could not be looked up")
            return False
        own = set(terms(what_is_said(simplified(question))))
        return any(2 * len(own.intersection(terms(hit.passage.text))) >= len(own) > 0 for hit in hits)

    async def _rewritten(self, question: str, history: Sequence[Turn], returns_to: Sequence[Turn] = ()) -> str | None:
        if not self._models:
            return None
        try:
            async with asyncio.timeout(self._timeout_s):
                return await rewrite(self._models[0], question, history[-MAX_TOLD:], returns_to=returns_to)
        except (TransientError, TimeoutError) as exc:
            logger.info("a follow-up is taken as it was said: %s", type(exc).__name__)
            return None


def with_what_was_said(question: str, history: Sequence[Turn]) -> str:
    """``question`` after what it hangs on: the question that stands on its own, the last one, and of the last answer.

    Of an answer in the bot's words that is the beginning: on the follow-ups of the development questions it moved
    hit@5 from 0.8 to 1.0. Of quotes only the names are carried over, for whole ones would find themselves again. All of
    it is left out where the follow-up names something else: it would outweigh the name. Who comes back to an earlier
    subject means the question that was about it, and nothing since.
    """
    asked = questions_in(history)
    place = returned_to(question, asked)
    if place is not None:
        return asked[place] if is_bare_return(question) else f"{asked[place]} {question.strip()}"
    chain = _chain(asked)
    if names_another(question, " ".join(chain)):
        return f"{chain[0]} {question.strip()}"
    said = _carried_over(history[-1].content, question, chain) if history[-1].role == "assistant" else ""
    return " ".join(filter(None, [*chain, said, question.strip()]))


def _carried_over(answer: str, question: str, chain: Sequence[str]) -> str:
    said = gist(answer)
    lang = language_of(said)
    if lang != language_of(question):
        return ""
    if not is_quoted(answer):
        return said
    known = " ".join([*chain, question]).casefold()
    names = [name for name in names_in(said, lang) if _is_telling(name) and name.casefold() not in known]
    return " ".join(names[:MAX_NAMES])


def _is_telling(name: str) -> bool:
    # ``AI`` and ``Dr`` tell nothing; a bare number means nothing without its unit.
    return name[0].isalpha() and name.lower() != name and (len(name) > LEAST_LETTERS or not name.isalpha())


def _chain(asked: Sequence[str]) -> list[str]:
    """The last of ``asked`` back to one that stands on its own: that one, and the newest."""
    chain: list[str] = []
    for place, earlier in reversed(list(enumerate(asked))):
        back = returned_to(earlier, asked[:place])
        if back is None or not is_bare_return(earlier):
            chain.insert(0, earlier)
        if back is not None:
            chain.insert(0, asked[back])
            break
        if not depends_on_what_was_said(earlier):
            break
    return [*chain[:1], *chain[1:][-1:]]


def gist(answer: str) -> str:
    """The beginning of what an answer says."""
    return substance(answer)[:MAX_GIST_CHARS]
