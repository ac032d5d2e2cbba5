"""A question within its conversation: remembered, made to stand on its own, answered."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.answering.asker_language import AskerLanguage, asker_language, in_simplified, in_traditional
from bot.answering.courtesy import asks_something, courtesy_in
from bot.answering.model import Answer, DraftListener, Inquiry, Status, Turn
from bot.answering.prompt import shorten
from bot.answering.question import is_askable
from bot.conversation.follow_up import FollowUps
from bot.conversation.model import ConversationKey, History, Reply
from bot.conversation.restating import language_asked_for
from bot.conversation.turns import substance, without_courtesies
from bot.errors import YinjuError

MAX_READ_CHARS = 1_000  # of a message tell its language
HISTORY_TURNS = 12  # six questions and their answers; the prompt takes the later half of them
RECALLED_TURNS = 60  # among which a subject is looked for that the asker comes back to

_SCRIPTS: Mapping[AskerLanguage, Callable[[str], str]] = {"zh": in_simplified, "zh-Hant": in_traditional}

logger = logging.getLogger(__name__)


class Answers(Protocol):
    """Answers a question that stands on its own."""

    async def answer(self, inquiry: Inquiry, *, on_draft: DraftListener | None = None) -> Answer:
        """The answer; never raises. ``on_draft`` is told how far it is."""
        ...


class Conversations:
    """Answers questions, each in the light of what the same asker said before."""

    def __init__(
        self, history: History, follow_ups: FollowUps, answerer: Answers, deep_answerer: Answers | None = None
    ) -> None:
        """``deep_answerer`` answers what is asked in depth; left out, that is ``answerer``, too."""
        self._history = history
        self._follow_ups = follow_ups
        self._answerer = answerer
        self._deep_answerer = deep_answerer or answerer

    async def ask(
        self,
        key: ConversationKey,
        *,
        question_id: str,
        text: str,
        context: str = "",
        reply: Reply | None = None,
        lang: AskerLanguage | None = None,
        deep: bool = False,
        on_draft: DraftListener | None = None,
    ) -> Answer:
        """Answer ``text`` and remember both.

        ``context`` is the message that was replied to or quoted; it is part of the question. A ``reply`` to an
        answer that is remembered continues the thread of that answer, whoever asked for it, from there: as a turn
        of the one who replies, and none of the other's. ``lang``
        is the asker's language as far as the channel knows it, for messages without a word. ``deep``: by a report.
        Repeating a ``question_id`` answers again, not in the light of itself, and remembers once. What is forgotten
        while it is being answered stays forgotten. A history that fails costs the memory, not the answer.
        """
        continues = await self._continued(key, reply)
        history, asked = await self._recall(key, question_id, text, continues)
        if continues and reply is not None and not reply.quotes:
            context = ""  # the history ends with it
        answer = await self.answer(
            text,
            history,
            asked=asked,
            context=context,
            replies=bool(continues),
            lang=lang,
            deep=deep,
            on_draft=on_draft,
        )
        if asks_something(text):
            await self._remember(key, question_id, text, answer, continues)
        return answer

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        """Note which message shows the answer to a question, so that a reply to it continues the thread."""
        try:
            await self._history.note_shown(key, question_id=question_id, message_id=message_id)
        except YinjuError:
            logger.exception("where an answer is shown could not be written")

    async def answer(
        self,
        text: str,
        history: Sequence[Turn],
        *,
        asked: Sequence[str] | None = None,
        context: str = "",
        replies: bool = False,
        lang: AskerLanguage | None = None,
        deep: bool = False,
        on_draft: DraftListener | None = None,
    ) -> Answer:
        """Answer ``text`` as the next turn of ``history`` (oldest first), remembering nothing.

        ``asked``: what of it the same asker asked; left out, that is all. ``replies``: it was sent as a reply to the
        last of them. ``deep``: by a report.
        """
        asked_at = asyncio.get_running_loop().time()
        recalled = without_courtesies(history)[-RECALLED_TURNS:]
        standalone = await self._standalone(text, recalled, context, replies=replies)
        recent = recalled[-HISTORY_TURNS:]
        own = [turn.content for turn in recent if turn.role == "user"] if asked is None else asked
        asked_in = _language(text, own, context, lang)
        inquiry = Inquiry(
            text=text,
            standalone=standalone,
            lang=asked_in,
            history=recent,
            context=context,
            asked_at=asked_at,
        )
        answerer = self._deep_answerer if deep else self._answerer
        return _in_script(await answerer.answer(inquiry, on_draft=_drafts_in_script(asked_in, on_draft)))

    async def forget(self, key: ConversationKey) -> int:
        """Forget what was said and what is being answered; returns how many turns were remembered."""
        return await self._history.forget(key)

    async def _standalone(self, text: str, history: Sequence[Turn], context: str, *, replies: bool) -> str:
        if courtesy_in(text) is not None or not (context or asks_something(text)):
            return text
        if substance(context):  # whoever replies to a message means it, whatever else was said before
            return await self._follow_ups.about(text, context)
        return await self._follow_ups.standalone(text, history, replies=replies)

    async def _continued(self, key: ConversationKey, reply: Reply | None) -> str:
        """The question whose answer is replied to; empty where that is none, or not known."""
        if reply is None:
            return ""
        try:
            return await self._history.answered_in(key, message_id=reply.message_id) or ""
        except YinjuError:
            logger.exception("the thread of an answer could not be read")
            return ""

    async def _recall(
        self, key: ConversationKey, question_id: str, text: str, until: str
    ) -> tuple[Sequence[Turn], Sequence[str]]:
        """The thread up to here, and what of it the asker said."""
        try:
            if asks_something(text):
                await self._history.begin(key, question_id=question_id)
            turns = await self._history.recent(key, limit=RECALLED_TURNS, apart_from=question_id, until=until)
            return turns, await self._history.asked(key, limit=HISTORY_TURNS, apart_from=question_id)
        except YinjuError:  # a lost database must not cost the answer
            logger.exception("the conversation could not be read")
            return (), ()

    async def _remember(
        self, key: ConversationKey, question_id: str, text: str, answer: Answer, continues: str
    ) -> None:
        try:
            await self._history.append(key, question_id=question_id, question=text, answer=answer, continues=continues)
        except YinjuError:  # nor a full disk
            logger.exception("the conversation could not be written")


def _language(text: str, asked: Sequence[str], context: str, known: AskerLanguage | None) -> AskerLanguage:
    # ``???`` or an emoji has no language of its own, so it takes that of what it follows, or of the asker's app.
    said = [earlier for earlier in asked if is_askable(earlier)]
    words = next((words for words in (text, context, *reversed(said)) if is_askable(words)), None)
    if words is None:
        return known or asker_language(text)
    script = known
    for earlier in said:  # ``成本呢`` is in the script of the Chinese before it
        lang = asker_language(shorten(earlier, MAX_READ_CHARS), script)
        script = script if lang == "en" else lang
    lang = asker_language(shorten(words, MAX_READ_CHARS), script)
    return language_asked_for(text, script or lang) or lang


def _in_script(answer: Answer) -> Answer:
    """What a model wrote, in the asker's script; the other answers are phrases in it already, and quotes."""
    if answer.lang not in _SCRIPTS or answer.status is not Status.ANSWERED:
        return answer
    return replace(answer, text=_SCRIPTS[answer.lang](answer.text))


def _drafts_in_script(lang: AskerLanguage, on_draft: DraftListener | None) -> DraftListener | None:
    if lang not in _SCRIPTS or on_draft is None:
        return on_draft
    in_script = _SCRIPTS[lang]
    return lambda text: on_draft(in_script(text))
