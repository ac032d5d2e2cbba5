"""Commands, buttons and hints: each is answered at once, and forgotten if the process dies."""

import asyncio
import logging
from collections import deque

from bot.answering.asker_language import AskerLanguage
from bot.answering.links import Linker, Pointer, parse_start_parameter
from bot.channels.phrases import ChannelPhrases, channel_phrases
from bot.channels.telegram.model import PASSAGE, Callback, Command, Hint, HintKind, Place
from bot.channels.telegram.pages import ESSAYS, Page, essays_page, passage_page
from bot.channels.telegram.sender import ChatGone, MessageLost, Sender
from bot.channels.telegram.styled import StyledText
from bot.conversation.conversations import Conversations
from bot.delivery.model import Letter
from bot.retrieval.index import Index

_log = logging.getLogger(__name__)
_REMEMBERED_ALBUMS = 200
_ALBUM_S = 1.0  # the pictures of an album come as messages of their own, and only one has the words


class Handlers:
    """Answers what is no question. Raises what ``Sender`` raises."""

    def __init__(self, *, sender: Sender, conversations: Conversations, index: Index, linker: Linker) -> None:
        self._sender = sender
        self._conversations = conversations
        self._index = index
        self._linker = linker
        self._albums: deque[str] = deque(maxlen=_REMEMBERED_ALBUMS)
        self._asked: deque[str] = deque(maxlen=_REMEMBERED_ALBUMS)

    async def command(self, command: Command) -> None:
        """Answer a command with one message."""
        said = channel_phrases(command.lang)
        match command.name:
            case "start":
                page = self._start_page(command.argument, said, command.lang)
            case "help":
                page = _plain(said.help)
            case "essays":
                page = essays_page(self._index, self._linker, 1, command.lang) or _plain(said.no_essays)
            case _:
                page = _plain(said.unknown_command)
        await self._sender.send(command.place, page.text, reply_to=_reply_to(command), markup=page.buttons)

    async def forget(self, letter: Letter) -> None:
        """Forget a conversation and say so, or that there was none."""
        turns = await self._conversations.forget(letter.conversation)
        said = channel_phrases(letter.lang)
        place = Place(chat=letter.conversation.chat, topic=letter.conversation.topic)
        text = StyledText(text=said.forgotten if turns else said.nothing_to_forget)
        try:
            await self._sender.send(place, text, reply_to=0 if place.is_private else letter.message_id)
        except ChatGone as exc:
            _log.info("chat %d cannot be written to: %s", place.chat, exc)

    async def callback(self, callback: Callback) -> None:
        """Show the page that a button leads to, in place of the one above it."""
        said = channel_phrases(callback.lang)
        if not callback.allowed:
            await self._sender.answer_callback(callback.id, said.not_allowed)
            return
        page = self._page(callback.data, callback.lang)
        if page is None:
            gone = said.page_gone if callback.data.startswith(ESSAYS) else said.passage_gone
            await self._sender.answer_callback(callback.id, gone)
            return
        await self._sender.answer_callback(callback.id)
        try:
            await self._sender.edit(callback.place, callback.message_id, page.text, markup=page.buttons)
        except MessageLost:
            _log.debug("a button's message was deleted")

    def asked_by_album(self, album: str) -> None:
        """Take note that an album has words: its other pictures need no hint."""
        self._asked.append(album)

    async def hint(self, hint: Hint) -> None:
        """Say kindly why something is no question; once for pictures sent together."""
        if hint.album:
            if hint.album in self._albums:
                return
            self._albums.append(hint.album)
            await asyncio.sleep(_ALBUM_S)
            if hint.album in self._asked:
                return
        said = channel_phrases(hint.lang)
        text = {
            HintKind.TEXT_ONLY: said.text_only,
            HintKind.NOTHING_ASKED: said.nothing_asked,
            HintKind.NOTHING_DEEP: said.nothing_deep,
            HintKind.NOT_ALLOWED: said.not_allowed,
            HintKind.NOT_STORED: said.not_stored,
        }[hint.kind]
        await self._sender.send(hint.place, StyledText(text=text), reply_to=hint.message_id)

    def _start_page(self, parameter: str, said: ChannelPhrases, lang: AskerLanguage) -> Page:
        pointer = parse_start_parameter(parameter) if parameter else None
        if pointer is None:
            return _plain(said.greeting)
        return passage_page(self._index, pointer, lang) or _plain(said.passage_gone)

    def _page(self, data: str, lang: AskerLanguage) -> Page | None:
        if data.startswith(PASSAGE):
            return passage_page(self._index, Pointer(passage_id=data.removeprefix(PASSAGE)), lang)
        number = data.removeprefix(ESSAYS)
        if data.startswith(ESSAYS) and number.isascii() and number.isdigit():
            return essays_page(self._index, self._linker, int(number), lang)
        return None


def _plain(text: str) -> Page:
    return Page(text=StyledText(text=text))


def _reply_to(command: Command) -> int:
    return 0 if command.place.is_private else command.message_id
