"""Sends and edits messages within the limits, and says in our words what became of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageEntity, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.aiohttp_request import FloodWait
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.flood import Pacer
from bot.channels.telegram.model import Place
from bot.channels.telegram.styled import StyledText
from bot.errors import TransientError, YinjuError

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNCHANGED = "message is not modified"
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
_BAD_ENTITIES = ("entit", "can't parse", "url", "button")
_GONE = (
    "chat not found", "thread not found", "not enough rights", "have no rights", "write_forbidden", "plain_forbidden",
    "topic_closed", "topic_deleted", "chat_restricted", "peer_id_invalid", "deactivated", "administrator rights",
    "channel_private", "can't access the chat", "kicked", "blocked",
)  # fmt: skip
_ATTEMPTS = 4
_FOLLOWED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """How others know a message: by the chat they asked to send it to, and its id."""

    chat: int
    message_id: int


class ChatGone(YinjuError):
    """The chat doesn't exist any more, or the bot may not write there."""


class MessageLost(YinjuError):
    """The message to edit isn't there any more."""


class Refused(YinjuError):
    """Telegram refuses the message for good; trying again won't help."""


class Sender:
    """Everything that the bot writes goes through here.

    Each call waits for the chat's turn, obeys ``retry_after``, follows a group to its new id, and tries again where the
    network fails. Raises ChatGone, Refused, and TransientError after the last attempt.
    """

    def __init__(self, bot: BotApi, pacer: Pacer, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._bot = bot
        self._pacer = pacer
        self._sleep = sleep
        self._moved: dict[int, int] = {}
        self._followed: dict[_Named, int] = {}

    async def send(
        self, place: Place, styled: StyledText, *, reply_to: int = 0, markup: InlineKeyboardMarkup | None = None
    ) -> int:
        """Send a message, as a reply to ``reply_to`` where that is not 0 and still there; returns its id."""

        async def send(chat: int, said: StyledText) -> Message:
            # a group that became a supergroup counts its messages anew
            reply = reply_to if chat == place.chat else 0
            return await self._bot.send_message(
                chat,
                said.text,
                entities=_entities(said),
                message_thread_id=place.topic or None,
                reply_parameters=ReplyParameters(reply, allow_sending_without_reply=True) if reply else None,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )

        sent = await self._write(place, styled, send)
        if sent.chat.id != place.chat:
            self._remember(_Named(chat=place.chat, message_id=sent.message_id), sent.chat.id)
        return sent.message_id

    def _remember(self, named: "_Named", chat: int) -> None:
        """Note that a message named after a group's old id stands in the chat that it became."""
        if len(self._followed) >= _FOLLOWED:
            del self._followed[next(iter(self._followed))]
        self._followed[named] = chat

    def _where(self, place: Place, message_id: int) -> int | None:
        """The chat where a message can be edited now; None where it stayed behind in what became another chat."""
        stands = self._followed.get(_Named(chat=place.chat, message_id=message_id), place.chat)
        return stands if self._moved.get(place.chat, place.chat) == stands else None

    async def edit(
        self, place: Place, message_id: int, styled: StyledText, *, markup: InlineKeyboardMarkup | None = None
    ) -> None:
        """Put ``styled`` in place of a message's text. Raises MessageLost where there is none to edit."""
        where = self._where(place, message_id)
        if where is None:
            raise MessageLost  # its id is another message's now

        async def edit(chat: int, said: StyledText) -> None:
            if chat != where:
                raise MessageLost
            await self._edit(chat, message_id, said, markup)

        await self._write(place, styled, edit)

    async def edit_if_free(self, place: Place, message_id: int, styled: StyledText) -> bool:
        """As ``edit``, but only if the chat has turns to spare, once, and without a word if it fails."""
        where = self._where(place, message_id)
        turn = self._pacer.spare_turn(where) if where is not None else None
        if where is None or turn is None:
            return False
        try:
            async with turn:
                await self._in_turn(where, lambda chat: self._edit(chat, message_id, styled, None))
        except (TelegramError, MessageLost) as exc:
            _log.debug("a draft was lost: %s", type(exc).__name__)
            return False
        return True

    async def show_typing(self, place: Place) -> None:
        """Show for some five seconds that the bot is at it, unless the chat is to be left alone. Fails silently."""
        chat = self._moved.get(place.chat, place.chat)
        if self._pacer.is_held(chat):
            return
        try:
            await self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=place.topic or None)
        except FloodWait as exc:
            _log.warning("Telegram asks to wait %g s in chat %d", exc.seconds, chat)
            self._pacer.hold(chat, exc.seconds)
        except TelegramError as exc:
            _log.debug("typing was not shown: %s", type(exc).__name__)

    async def answer_callback(self, callback_id: str, text: str = "") -> None:
        """End a button's waiting, with ``text`` shown for a moment. Fails silently: the waiting ends by itself."""
        try:
            await self._bot.answer_callback_query(callback_id, text=text or None)
        except TelegramError as exc:
            _log.debug("a button was not answered: %s", type(exc).__name__)

    async def _edit(self, chat: int, message_id: int, styled: StyledText, markup: InlineKeyboardMarkup | None) -> None:
        try:
            await self._bot.edit_message_text(
                styled.text,
                chat_id=chat,
                message_id=message_id,
                entities=_entities(styled),
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as exc:
            if _says(exc, _UNCHANGED):
                return
            if _says(exc, *_LOST):
                raise MessageLost from exc
            raise

    async def _write(self, place: Place, styled: StyledText, call: Callable[[int, StyledText], Awaitable[_T]]) -> _T:
        """Make ``call`` with the styled text, or the bare one where Telegram refuses its entities."""
        try:
            return await self._call(place, lambda chat: call(chat, styled))
        except BadRequest as exc:
            if not (styled.entities and _says(exc, *_BAD_ENTITIES)):
                raise Refused(exc.message) from exc
            _log.warning("Telegram refused a message's styles, so it goes without them: %s", exc.message)
        try:
            return await self._call(place, lambda chat: call(chat, StyledText(text=styled.text)))
        except BadRequest as exc:
            raise Refused(exc.message) from exc

    async def _call(self, place: Place, call: Callable[[int], Awaitable[_T]]) -> _T:
        failures = 0
        while True:
            chat = self._moved.get(place.chat, place.chat)
            try:
                async with self._pacer.turn(chat):
                    return await self._in_turn(chat, call)
            except FloodWait as exc:
                _log.warning("Telegram asks to wait %g s in chat %d", exc.seconds, chat)
            except ChatMigrated as exc:
                _log.info("group %d is now supergroup %d", chat, exc.new_chat_id)
                self._moved[chat] = exc.new_chat_id
            except Forbidden as exc:
                raise ChatGone(exc.message) from exc
            except BadRequest as exc:
                if _says(exc, *_GONE):
                    raise ChatGone(exc.message) from exc
                raise
            except TelegramError as exc:
                failures += 1
                if failures == _ATTEMPTS or isinstance(exc, InvalidToken):
                    raise TransientError(f"Telegram could not be reached: {type(exc).__name__}") from exc
                await self._sleep(2.0 ** (failures - 1))

    async def _in_turn(self, chat: int, call: Callable[[int], Awaitable[_T]]) -> _T:
        try:
            return await call(chat)
        except FloodWait as exc:
            self._pacer.hold(chat, exc.seconds)  # before the turn ends, so that no one slips in
            raise


def _entities(styled: StyledText) -> list[MessageEntity]:
    return [MessageEntity(e.kind, e.offset, e.length, url=e.url, language=e.language) for e in styled.entities]


def _says(exc: BadRequest, *words: str) -> bool:
    message = exc.message.casefold()
    return any(word in message for word in words)
