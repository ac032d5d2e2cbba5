"""What travels through the durable workflow, and the port of the channel at its end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.answering.asker_language import AskerLanguage
from bot.answering.model import Answer
from bot.conversation.model import ConversationKey, Reply

JsonValue = TypeVar("JsonValue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A question received, with all that is needed to answer it after a restart.

    ``id`` names it for ever (``tg-<bot id>-<update id>``): the same id is answered once.
    ``context`` is the message that was replied to or quoted, empty where there was none; ``reply`` is set where
    that was one of the bot's. With ``forget``
    it is no question, but the wish that the conversation be forgotten, which waits in the same line.
    ``deep``: it asks for a report.
    """

    id: str
    conversation: ConversationKey
    message_id: int
    text: str
    lang: AskerLanguage
    context: str = ""
    forget: bool = False
    reply: Reply | None = None
    deep: bool = False


class Steps(Protocol):
    """The durable steps of one letter. A replay after a crash goes through the same names in the same order."""

    async def run(self, name: str, action: Callable[[], Awaitable[JsonValue]], *, brief: bool = True) -> JsonValue:
        """What ``action`` returned, a plain JSON value, once that is recorded.

        A recorded step is never run again; one that a crash cut short is run again from its start. An
        orderly stop waits a moment for ``brief`` actions, and cuts the others short at once.
        """
        ...


class Courier(Protocol):
    """Carries answers into a chat. Each call is a step that may run twice after a crash.

    Every call waits as long as the chat's flood limits ask for, and raises TransientError where trying
    again later may help (no network, the service is down). A chat that no longer exists, or that the
    bot was thrown out of, is no error: the answer is dropped and the operator's log says so.
    """

    async def open(self, letter: Letter) -> int:
        """Send a placeholder that replies to the question; returns its message id, 0 if the chat is gone."""
        ...

    async def open_more(self, letter: Letter) -> int:
        """Send a placeholder for a further message of a long answer; as ``open`` otherwise."""
        ...

    async def draft(self, letter: Letter, message_id: int, text: str) -> None:
        """Show the answer so far in the placeholder; may skip, never raises for a lost draft.

        Drafts of a letter are never sent at the same time, nor once its writing has begun.
        """
        ...

    def compose(self, letter: Letter, answer: Answer) -> Sequence[str]:
        """The answer as one or more messages, each opaque (JSON) and the same for the same answer."""
        ...

    async def write(self, letter: Letter, message_id: int, message: str) -> None:
        """Put a composed message in place of what the message says now. Repeating it is no error."""
        ...
