"""What the fake server remembers: people, chats, messages with every version, and how each looks as JSON."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.text import Entity, cut

Json = dict[str, Any]

GENERAL_TOPIC = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeUser:
    id: int
    first_name: str
    username: str | None = None
    lang: str | None = None
    is_bot: bool = False

    def json(self) -> Json:
        extra = {"username": self.username, "language_code": self.lang}
        present = {name: value for name, value in extra.items() if value is not None}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **present}


@dataclass(slots=True, kw_only=True, eq=False)
class FakeChat:
    """A chat. ``topics`` maps thread ids to names; ``partner`` is the person of a private chat."""

    id: int
    type: str
    title: str | None = None
    partner: FakeUser | None = None
    topics: dict[int, str] = field(default_factory=dict)
    all_messages: dict[int, "FakeMessage"] = field(default_factory=dict)
    actions: list[tuple[float, str, int | None]] = field(default_factory=list)
    bot_is_out: bool = False
    moved_to: "FakeChat | None" = None

    @property
    def is_forum(self) -> bool:
        return bool(self.topics)

    @property
    def is_group(self) -> bool:
        return self.type != "private"

    def json(self) -> Json:
        if self.partner is not None:
            names = {key: value for key, value in self.partner.json().items() if key in {"first_name", "username"}}
            return {"id": self.id, "type": "private", **names}
        extra: Json = {"is_forum": True} if self.is_forum else {}
        if self.type == "group":
            extra["all_members_are_administrators"] = True
        return {"id": self.id, "type": self.type, "title": self.title, **extra}

    def topic(self, name: str) -> int:
        """Find the thread id of a topic by its name."""
        return next(thread for thread, title in self.topics.items() if title == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """How a message looked from a moment (``time.monotonic``) on."""

    at: float
    text: str
    entities: tuple[Entity, ...] = ()
    markup: Json | None = None
    preview_off: bool = False

    def same_as(self, other: "Version") -> bool:
        """Whether a reader would see no difference."""
        return (self.text, self.entities, self.markup) == (other.text, other.entities, other.markup)


@dataclass(slots=True, kw_only=True, eq=False)
class FakeMessage:
    chat: FakeChat
    id: int
    sender: FakeUser
    date: int
    versions: list[Version]
    thread: int | None = None
    reply_to: "FakeMessage | None" = None
    quote: Json | None = None
    service: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def text(self) -> str:
        return self.versions[-1].text

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.versions[-1].entities

    @property
    def markup(self) -> Json | None:
        return self.versions[-1].markup

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons now under the message, row by row."""
        return [button for row in (self.markup or {}).get("inline_keyboard", []) for button in row]

    @property
    def links(self) -> list[str]:
        return [entity["url"] for entity in self.entities if entity["type"] == "text_link"]

    def stretches(self, kind: str) -> list[str]:
        """Read the texts under the entities of one kind."""
        return [
            cut(self.text, entity["offset"], entity["length"]) for entity in self.entities if entity["type"] == kind
        ]

    def json(self, *, nested: bool = False) -> Json:
        now = self.versions[-1]
        made: Json = {"message_id": self.id, "from": self.sender.json(), "chat": self.chat.json(), "date": self.date}
        if self.thread is not None:
            made["message_thread_id"] = self.thread
            if self.chat.is_forum:
                made["is_topic_message"] = True
        if len(self.versions) > 1:
            made["edit_date"] = max(self.date, int(time.time()))
        if now.text:
            made["text"] = now.text
        if now.entities:
            made["entities"] = list(now.entities)
        if now.markup and self.sender.is_bot:
            made["reply_markup"] = now.markup
        if now.preview_off:
            made["link_preview_options"] = {"is_disabled": True}
        if self.reply_to is not None and not nested:
            made["reply_to_message"] = self.reply_to.json(nested=True)
        if self.quote is not None:
            made["quote"] = self.quote
        return {**made, **self.service}


class World:
    """Everyone and everything, found by id; ids are given out in order, so runs are alike."""

    def __init__(self, bot: FakeUser) -> None:
        self.bot = bot
        self.owner = FakeUser(id=4_999_999, first_name="Owner")
        self.users: dict[int, FakeUser] = {bot.id: bot}
        self.chats: dict[int, FakeChat] = {}
        self._user_ids = itertools.count(5_000_001)
        self._group_ids = itertools.count(2_000_000_001)
        self._message_ids = itertools.count(1001)

    def add_user(self, name: str, *, username: str | None, lang: str | None) -> FakeUser:
        user = FakeUser(id=next(self._user_ids), first_name=name, username=username, lang=lang)
        self.users[user.id] = user
        return user

    def private_chat(self, user: FakeUser) -> FakeChat:
        return self.chats.setdefault(user.id, FakeChat(id=user.id, type="private", partner=user))

    def add_group(self, title: str, *, kind: str, topics: tuple[str, ...]) -> FakeChat:
        number = next(self._group_ids)
        chat = FakeChat(id=int(f"-100{number}") if kind != "group" else -number, type=kind, title=title)
        self.chats[chat.id] = chat
        if topics:
            chat.topics[GENERAL_TOPIC] = "General"
        for name in topics:
            made = self.post(chat, self.owner, Version(at=time.monotonic(), text=""))
            made.thread = made.id
            made.service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            chat.topics[made.id] = name
        return chat

    def find_chat(self, chat_id: object) -> FakeChat | None:
        return self.chats.get(chat_id) if isinstance(chat_id, int) else None

    def post(self, chat: FakeChat, sender: FakeUser, version: Version, *, date: int | None = None) -> FakeMessage:
        message = FakeMessage(
            chat=chat,
            id=next(self._message_ids),
            sender=sender,
            date=int(time.time()) if date is None else date,
            versions=[version],
        )
        chat.all_messages[message.id] = message
        return message

    def visible(self, chat: FakeChat) -> Iterator[FakeMessage]:
        return (message for message in chat.all_messages.values() if not message.deleted and not message.service)
