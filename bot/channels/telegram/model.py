"""What an update is for us, and where in Telegram an answer goes."""

from dataclasses import dataclass
from enum import StrEnum

from bot.answering.asker_language import AskerLanguage
from bot.conversation.model import ConversationKey
from bot.delivery.model import Letter

CHANNEL = "telegram"
PASSAGE = "p:"
"""How the data of a button begins that leads to a passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat and the topic in it, 0 where it has none. Groups have negative ids, people positive ones."""

    chat: int
    topic: int = 0

    @property
    def is_private(self) -> bool:
        """Whether one person alone is there with the bot."""
        return self.chat > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text to be answered from the essays. ``album`` joins pictures sent as one."""

    letter: Letter
    album: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """``/new``: stored like a question, for it must neither overtake one nor be overtaken."""

    letter: Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``/name argument``; the name in lower case without the slash."""

    name: str
    argument: str
    place: Place
    message_id: int
    conversation: ConversationKey
    lang: AskerLanguage


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A button pressed under the bot's message ``message_id``; not ``allowed`` where the bot is not to speak."""

    id: str
    data: str
    place: Place
    message_id: int
    lang: AskerLanguage
    allowed: bool = True


class HintKind(StrEnum):
    """Why something that was meant for the bot is no question."""

    TEXT_ONLY = "text_only"  # a picture, a sticker, a voice message without words
    NOTHING_ASKED = "nothing_asked"  # the bot was called, and nothing said
    NOTHING_DEEP = "nothing_deep"  # the same by /deep
    NOT_ALLOWED = "not_allowed"  # the operator keeps the bot to other chats
    NOT_STORED = "not_stored"  # the question could not be written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something meant for the bot that it can't answer, to be said kindly. ``album`` joins pictures sent as one."""

    kind: HintKind
    place: Place
    message_id: int
    lang: AskerLanguage
    album: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing for us; ``reason`` is for tests and the debug log, and says nothing of the content."""

    reason: str


Meaning = Question | Forget | Command | Callback | Hint | Ignored
