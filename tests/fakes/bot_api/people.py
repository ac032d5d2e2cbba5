"""What people do in the chats: the side of the fake that tests play."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api.methods import Methods
from tests.fakes.bot_api.text import Entity, mark_up, units
from tests.fakes.bot_api.updates import UpdateQueue
from tests.fakes.bot_api.world import FakeChat, FakeMessage, FakeUser, Version, World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that a person wrote, and the update that tells the bot of it."""

    message: FakeMessage
    update: Json

    @property
    def id(self) -> int:
        return self.message.id


class People:
    """Users, chats, and what is said and pressed in them; everything reaches the bot as updates."""

    def __init__(self, world: World, updates: UpdateQueue, methods: Methods) -> None:
        self.world = world
        self.updates = updates
        self.methods = methods
        self._callback_ids = itertools.count(9_000_000_001)

    def user(self, name: str, *, lang: str | None = None, username: str | None = None) -> FakeUser:
        return self.world.add_user(name, username=username, lang=lang)

    def private_chat(self, user: FakeUser) -> FakeChat:
        return self.world.private_chat(user)

    def group(self, title: str, *, topics: Sequence[str] = (), kind: str = "supergroup") -> FakeChat:
        """Open a group, supergroup, or (with topics) forum; General is thread 1 and carries no thread id."""
        return self.world.add_group(title, kind=kind, topics=tuple(topics))

    def say(
        self,
        chat: FakeChat,
        user: FakeUser,
        text: str,
        *,
        reply_to: FakeMessage | None = None,
        quote: str | None = None,
        thread: int | None = None,
        entities: Sequence[Entity] | None = None,
        date: int | None = None,
    ) -> Said:
        """Write a message; commands, mentions and addresses are marked up as Telegram does it."""
        found = mark_up(text) if entities is None else list(entities)
        version = Version(at=time.monotonic(), text=text, entities=tuple(found))
        message = self.world.post(chat, user, version, date=date)
        message.reply_to = reply_to
        message.thread = thread if thread is not None or reply_to is None else _thread_of_reply(chat, reply_to)
        if message.thread is not None and reply_to is None and chat.is_forum:
            message.reply_to = chat.all_messages[message.thread]  # the message that opened the topic
        if quote is not None and reply_to is not None:
            at = units(reply_to.text[: reply_to.text.index(quote)])
            message.quote = {"text": quote, "position": at, "is_manual": True}
        return Said(message=message, update=self.updates.put(message=message.json()))

    def edit(self, message: FakeMessage, text: str) -> Json:
        """Change what a person wrote."""
        message.versions.append(Version(at=time.monotonic(), text=text, entities=tuple(mark_up(text))))
        return self.updates.put(edited_message=message.json())

    def delete(self, message: FakeMessage) -> None:
        """Take a message away; bots are not told."""
        message.deleted = True

    def press_button(
        self, message: FakeMessage, user: FakeUser, *, label: str | None = None, data: str | None = None
    ) -> str:
        """Press the button with this label or data, which must be there; returns the id of the callback query."""
        pressed = [b for b in message.buttons if (b["text"] == label if label else b.get("callback_data") == data)]
        if not pressed or "callback_data" not in pressed[0]:
            raise LookupError(f"no such button: {label or data!r}; there are {[b['text'] for b in message.buttons]}")
        query = str(next(self._callback_ids))
        self.methods.callbacks[query] = None
        sent = {"id": query, "from": user.json(), "message": message.json(), "chat_instance": str(message.chat.id)}
        self.updates.put(callback_query={**sent, "data": pressed[0]["callback_data"]})
        return query

    def redeliver(self, update: Json) -> None:
        """Deliver an update once more, as after a lost confirmation."""
        self.updates.redeliver(update)

    def throw_out(self, chat: FakeChat) -> None:
        """Remove the bot from the group, or block it."""
        chat.bot_is_out = True

    def upgrade(self, chat: FakeChat) -> FakeChat:
        """Make a supergroup of a group; the bot is told by service messages in both."""
        group = self.world.add_group(chat.title or "", kind="supergroup", topics=())
        chat.moved_to = group
        for place, moved in ((chat, {"migrate_to_chat_id": group.id}), (group, {"migrate_from_chat_id": chat.id})):
            message = self.world.post(place, self.world.owner, Version(at=time.monotonic(), text=""))
            message.service = dict(moved)
            self.updates.put(message=message.json())
        return group

    def messages(self, chat: FakeChat, *, thread: int | None = None) -> list[FakeMessage]:
        """Read what stands in the chat now, oldest first, or in one topic of it."""
        return [message for message in self.world.visible(chat) if thread is None or message.thread == thread]

    def from_bot(self, chat: FakeChat) -> list[FakeMessage]:
        """Read what the bot has standing in the chat now, oldest first."""
        return [message for message in self.world.visible(chat) if message.sender == self.world.bot]

    def replies(self, message: FakeMessage) -> list[FakeMessage]:
        """Read what the bot has standing in the chat now in reply to this message."""
        return [sent for sent in self.from_bot(message.chat) if sent.reply_to is message]

    def transcript(self, chat: FakeChat) -> str:
        """Write the chat down as a person would read it, for messages of failed tests."""
        return "\n".join(f"{message.sender.first_name}: {message.text}" for message in self.world.visible(chat))


def _thread_of_reply(chat: FakeChat, reply_to: FakeMessage) -> int | None:
    """Topic of the replied-to message; in other supergroups a reply opens or joins a thread that is no topic."""
    if chat.type != "supergroup":
        return None
    return reply_to.thread if chat.is_forum or reply_to.thread is not None else reply_to.id
