"""What an update means for this bot. Whatever is not meant for it goes no further than this file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from telegram import CallbackQuery, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.constants import MessageEntityType as Kind

from bot.answering.asker_language import AskerLanguage, asker_language
from bot.answering.links import parse_start_parameter
from bot.channels.phrases import is_own_phrase, language_of_code
from bot.channels.telegram.model import (
    CHANNEL,
    PASSAGE,
    Callback,
    Command,
    Forget,
    Hint,
    HintKind,
    Ignored,
    Meaning,
    Place,
    Question,
)
from bot.channels.telegram.utf16 import index_at, storable, unit_offsets
from bot.conversation.model import ConversationKey, Reply
from bot.delivery.model import Letter

COMMANDS = frozenset({"start", "help", "ask", "deep", "essays", "new"})
_ASKING = frozenset({"ask", "deep"})
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_AFTER_CALL = " \t\n,，:：、"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who the bot is, and where it may speak (``allowed_chats`` empty: everywhere).

    Passages may be read in every private chat: an allowed group's answers link to them.
    """

    bot_id: int
    username: str
    allowed_chats: Collection[int] = frozenset()

    def read(self, update: Update) -> Meaning:
        """What ``update`` means. Of a group's messages none is looked into that does not call the bot."""
        if update.callback_query is not None:
            return self._read_callback(update.callback_query)
        if update.message is None:  # edited messages too: a question is answered once
            return Ignored(reason="kind")
        return self._read_message(update.update_id, update.message)

    def _read_message(self, update_id: int, message: Message) -> Meaning:
        asker = _asker(message)
        if asker is None:
            return Ignored(reason="sender")
        if message.chat.type == ChatType.PRIVATE:
            return self._read_private(update_id, message, asker)
        if message.chat.type in _GROUPS:
            return self._read_group(update_id, message, asker)
        return Ignored(reason="chat")

    def _read_private(self, update_id: int, message: Message, asker: int) -> Meaning:
        text = _text(message)
        if not text and (message.effective_attachment is None or message.successful_payment):
            return Ignored(reason="service")
        call = self._command(message)
        if not self._allows(message.chat.id) and (call is None or not call.opens_passage):
            return self._hint(message, HintKind.NOT_ALLOWED)
        if not text:
            return self._hint(message, HintKind.TEXT_ONLY)
        if call is None:
            return self._question(update_id, message, asker, text)
        return self._read_command(update_id, message, asker, call)

    def _read_group(self, update_id: int, message: Message, asker: int) -> Meaning:
        if not self._allows(message.chat.id):
            return Ignored(reason="not allowed")
        if message.forward_origin is not None:
            return Ignored(reason="forwarded")  # its author called, not the one who sent it here
        call = self._command(message)
        if call is not None:
            if (call.addressee == "" and call.name in COMMANDS) or call.addressee == self.username.casefold():
                return self._read_command(update_id, message, asker, call)
            if call.addressee:
                return Ignored(reason="another bot")
        mentions = self._mentions(message)
        if not mentions and (call is not None or not self._is_reply_to_us(message)):
            return Ignored(reason="not called")
        return self._question(update_id, message, asker, _without(_text(message), mentions))

    def _read_command(self, update_id: int, message: Message, asker: int, call: "_Call") -> Meaning:
        if call.name in _ASKING:
            return self._question(update_id, message, asker, call.argument, deep=call.name == "deep")
        if call.name == "new":
            lang = _sender_language(message)
            return Forget(letter=self._letter(update_id, message, asker, text="", lang=lang, forget=True))
        return Command(
            name=call.name,
            argument=call.argument,
            place=_place(message),
            message_id=message.message_id,
            conversation=_conversation(message, asker),
            lang=_sender_language(message),
        )

    def _question(self, update_id: int, message: Message, asker: int, text: str, *, deep: bool = False) -> Meaning:
        text, context, reply = storable(text).strip(), self._context(message), self._reply(message)
        if not text:
            if message.effective_attachment is not None and not context:
                return self._hint(message, HintKind.TEXT_ONLY)
            text, context, reply = context, "", None  # called from under a message: that message is the question
        if not text:
            return self._hint(message, HintKind.NOTHING_DEEP if deep else HintKind.NOTHING_ASKED)
        lang = _language(text, message)
        letter = self._letter(update_id, message, asker, text=text, lang=lang, context=context, reply=reply, deep=deep)
        return Question(letter=letter, album=message.media_group_id or "")

    def _letter(
        self,
        update_id: int,
        message: Message,
        asker: int,
        *,
        text: str,
        lang: AskerLanguage,
        context: str = "",
        reply: Reply | None = None,
        forget: bool = False,
        deep: bool = False,
    ) -> Letter:
        return Letter(
            id=f"tg-{self.bot_id}-{update_id}",
            conversation=_conversation(message, asker),
            message_id=message.message_id,
            text=text,
            lang=lang,
            context=context,
            reply=reply,
            forget=forget,
            deep=deep,
        )

    def _hint(self, message: Message, kind: HintKind) -> Hint:
        return Hint(
            kind=kind,
            place=_place(message),
            message_id=message.message_id,
            lang=_sender_language(message),
            album=message.media_group_id or "",
        )

    def _read_callback(self, query: CallbackQuery) -> Meaning:
        if query.message is None or query.data is None:
            return Ignored(reason="callback of another kind")
        chat = query.message.chat
        reads_on = chat.type == ChatType.PRIVATE and query.data.startswith(PASSAGE)
        topic = _topic(query.message) if isinstance(query.message, Message) else 0
        return Callback(
            id=query.id,
            data=query.data,
            place=Place(chat=query.message.chat.id, topic=topic),
            message_id=query.message.message_id,
            lang=language_of_code(query.from_user.language_code),
            allowed=reads_on or self._allows(chat.id),
        )

    def _allows(self, chat_id: int) -> bool:
        return not self.allowed_chats or chat_id in self.allowed_chats

    def _command(self, message: Message) -> "_Call | None":
        """The command that a text begins with; in a private chat every command is ours."""
        text = _text(message)
        for entity, called in _entities(message, Kind.BOT_COMMAND).items():
            if entity.offset == 0:
                name, _, addressee = called[1:].casefold().partition("@")
                return _Call(name=name, addressee=addressee, argument=text[len(called) :].lstrip(_AFTER_CALL).rstrip())
        return None

    def _mentions(self, message: Message) -> list[MessageEntity]:
        at = f"@{self.username}".casefold()
        named = _entities(message, Kind.MENTION)
        linked = _entities(message, Kind.TEXT_MENTION)
        return [entity for entity, text in named.items() if text.casefold() == at] + [
            entity for entity in linked if entity.user is not None and entity.user.id == self.bot_id
        ]

    def _is_reply_to_us(self, message: Message) -> bool:
        replied = message.reply_to_message
        if replied is None or replied.from_user is None or replied.from_user.id != self.bot_id:
            return False
        return replied.forum_topic_created is None  # in a topic, every message "replies" to its creation

    def _reply(self, message: Message) -> Reply | None:
        if message.reply_to_message is None or not self._is_reply_to_us(message):
            return None
        quotes = message.quote is not None and bool(message.quote.text)
        return Reply(message_id=message.reply_to_message.message_id, quotes=quotes)

    def _context(self, message: Message) -> str:
        """The text that was quoted or replied to; empty for the bot's own hints, which say nothing of the matter."""
        if message.quote is not None and message.quote.text:
            return storable(message.quote.text).strip()
        replied = message.reply_to_message
        text = storable(_text(replied)).strip() if replied is not None else ""
        return "" if is_own_phrase(text) else text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    name: str
    addressee: str
    argument: str

    @property
    def opens_passage(self) -> bool:
        """Whether this is a link from an answer, which may be followed wherever the answer was given."""
        return self.name == "start" and parse_start_parameter(self.argument) is not None


def _asker(message: Message) -> int | None:
    """Who speaks: a person, or the group or channel in whose name one does. None for bots and for what no one said."""
    if message.via_bot is not None or message.is_automatic_forward:
        return None
    if message.sender_chat is not None:  # anonymous admins and channels come under a bot's name
        return message.sender_chat.id
    if message.from_user is None or message.from_user.is_bot:
        return None
    return message.from_user.id


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _entities(message: Message, kind: str) -> Mapping[MessageEntity, str]:
    """The entities of a kind with their texts. PTB's own way to them fails on half of a surrogate pair."""
    text = _text(message)
    found = [e for e in (message.entities if message.text else message.caption_entities) if e.type == kind]
    offsets = unit_offsets(text) if found else []
    return {e: text[index_at(offsets, e.offset) : index_at(offsets, e.offset + e.length)] for e in found}


def _without(text: str, entities: Collection[MessageEntity]) -> str:
    """``text`` without the calls to the bot, and without the comma or colon after one at the beginning."""
    offsets = unit_offsets(text)
    for entity in sorted(entities, key=lambda entity: entity.offset, reverse=True):
        start, end = index_at(offsets, entity.offset), index_at(offsets, entity.offset + entity.length)
        before, after = text[:start], text[end:]
        if not before.strip():
            after = after.lstrip(_AFTER_CALL)
        elif before.endswith(" ") and after.startswith(" "):
            after = after[1:]
        text = before + after
    return text.strip()


def _topic(message: Message) -> int:
    # outside forums a thread id is that of a reply chain, which is no place to answer in
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _place(message: Message) -> Place:
    return Place(chat=message.chat.id, topic=_topic(message))


def _conversation(message: Message, asker: int) -> ConversationKey:
    return ConversationKey(channel=CHANNEL, chat=message.chat.id, topic=_topic(message), asker=asker)


def _sender_language(message: Message) -> AskerLanguage:
    return language_of_code(message.from_user.language_code if message.from_user else None)


def _language(text: str, message: Message) -> AskerLanguage:
    known = _sender_language(message)
    return asker_language(text, known) if any(char.isalpha() for char in text) else known
