"""Who is talking, and the port that remembers what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answering.model import Answer, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationKey:
    """The turns of one asker in one chat and topic. ``topic`` is 0 where the chat has none."""

    channel: str
    chat: int
    topic: int
    asker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """That a question replies to the bot's message ``message_id`` in its chat; ``quotes``: to a chosen part of it."""

    message_id: int
    quotes: bool = False


class History(Protocol):
    """Remembers turns. Every call may be repeated without harm."""

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """Note that a question is being answered, so that ``forget`` covers it before there is an answer."""
        ...

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        """The last ``limit`` turns of the asker's thread, oldest first; empty where nothing was said.

        What was said before a question is what its asker said before; before one that continues the answer to
        another, it is that one and what was said before it, whoever asked. It ends where that is forgotten.
        The turns of the question with the id ``apart_from`` are left out: one that is answered again, after
        a crash, is no follow-up to itself. With ``until`` the turns of that question, whoever's, are the last.
        """
        ...

    async def asked(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[str]:
        """The last ``limit`` questions that the asker put themselves, oldest first, but for ``apart_from``."""
        ...

    async def append(
        self, key: ConversationKey, *, question_id: str, question: str, answer: Answer, continues: str = ""
    ) -> None:
        """Remember a question and its answer once, however often it is called with the same ``question_id``.

        ``continues``: the id of the question whose answer it hangs on, where that is not the asker's last. One that
        was begun before the conversation was last forgotten is not remembered.
        """
        ...

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        """Note that the message, in the chat of ``key``, shows the answer to a question of its asker."""
        ...

    async def answered_in(self, key: ConversationKey, *, message_id: int) -> str | None:
        """The id of the question, whoever's, whose answer ``message_id`` shows in the chat of ``key``; None if unknown.

        The answer must be remembered: what its asker forgot is continued by nobody.
        """
        ...

    async def forget(self, key: ConversationKey) -> int:
        """Forget the conversation, what is being answered included; returns how many turns were forgotten."""
        ...
