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


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What an answer continues: the conversation ``key`` up to the question ``question_id``, its answer included."""

    key: ConversationKey
    question_id: str


class History(Protocol):
    """Remembers turns. Every call may be repeated without harm."""

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """Note that a question is being answered, so that ``forget`` covers it before there is an answer."""
        ...

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        """The last ``limit`` turns, oldest first; empty where nothing was said.

        The turns of the question with the id ``apart_from`` are left out: one that is answered again, after
        a crash, is no follow-up to itself. With ``until`` the turns of that question are the last.
        """
        ...

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        """Remember a question and its answer once, however often it is called with the same ``question_id``.

        One that was begun before the conversation was last forgotten is not remembered.
        """
        ...

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        """Note that the message, in the chat of ``key``, shows the answer to a question of its asker."""
        ...

    async def thread_of(self, key: ConversationKey, *, message_id: int) -> Thread | None:
        """The thread of the answer that ``message_id`` shows in the chat of ``key``, whoever's it is; None if unknown.

        The answer must be remembered: what its asker forgot is continued by nobody.
        """
        ...

    async def forget(self, key: ConversationKey) -> int:
        """Forget the conversation, what is being answered included; returns how many turns were forgotten.

        What its asker said in the threads of others goes, too.
        """
        ...
