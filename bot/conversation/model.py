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


class History(Protocol):
    """Remembers turns. Every call may be repeated without harm."""

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """Note that a question is being answered, so that ``forget`` covers it before there is an answer."""
        ...

    async def recent(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[Turn]:
        """The last ``limit`` turns, oldest first; empty where nothing was said.

        The turns of the question with the id ``apart_from`` are left out: one that is answered again, after
        a crash, is no follow-up to itself.
        """
        ...

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        """Remember a question and its answer once, however often it is called with the same ``question_id``.

        One that was begun before the conversation was last forgotten is not remembered.
        """
        ...

    async def forget(self, key: ConversationKey) -> int:
        """Forget the conversation, what is being answered included; returns how many turns were forgotten."""
        ...
