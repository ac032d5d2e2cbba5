"""Carries answers into Telegram chats; see ``bot.delivery.model.Courier``."""

import logging
import time
from collections.abc import Callable, Sequence

from bot.answering.model import Answer
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.model import Place
from bot.channels.telegram.render import render_answer, render_draft
from bot.channels.telegram.sender import ChatGone, MessageLost, Sender
from bot.channels.telegram.styled import StyledText
from bot.channels.telegram.typing_sign import TypingSign
from bot.delivery.model import Letter

_log = logging.getLogger(__name__)
_GONE = 0
_MORE = StyledText(text="…")


class TelegramCourier:
    """A placeholder, drafts in it at most every ``draft_every_s`` seconds, then the answer in its place."""

    def __init__(
        self,
        sender: Sender,
        sign: TypingSign,
        *,
        draft_every_s: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sender = sender
        self._sign = sign
        self._draft_every_s = draft_every_s
        self._clock = clock
        self._drafted: dict[str, float] = {}

    async def open(self, letter: Letter) -> int:
        """Send the placeholder and light the typing sign; 0 if the chat is gone."""
        return await self._open(letter, StyledText(text=channel_phrases(letter.lang).placeholder))

    async def open_more(self, letter: Letter) -> int:
        """Send a placeholder for a further message, the typing sign lit again; 0 if the chat is gone."""
        return await self._open(letter, _MORE, reply=False)

    async def draft(self, letter: Letter, message_id: int, text: str) -> None:
        """Show the answer so far, if the last draft is old enough and the chat has a turn to spare."""
        self._sign.begin(letter.id, _place(letter))  # after a restart it is out
        now = self._clock()
        if now - self._drafted.get(letter.id, -self._draft_every_s) < self._draft_every_s:
            return
        if await self._sender.edit_if_free(_place(letter), message_id, render_draft(text)):
            self._drafted[letter.id] = self._clock()

    def compose(self, letter: Letter, answer: Answer) -> Sequence[str]:
        """The answer's messages as JSON."""
        del letter
        return [message.to_json() for message in render_answer(answer)]

    async def write(self, letter: Letter, message_id: int, message: str) -> None:
        """Put a message in place; sent anew where the one to edit is no longer there."""
        styled = StyledText.from_json(message)
        try:
            await self._sender.edit(_place(letter), message_id, styled)
        except MessageLost:
            await self._send(letter, styled)
        except ChatGone as exc:
            self._drop(letter, exc)
        finally:
            self._end(letter)  # also where it failed: whether there is another attempt is not known here

    async def _open(self, letter: Letter, styled: StyledText, *, reply: bool = True) -> int:
        self._sign.begin(letter.id, _place(letter))
        try:
            return await self._send(letter, styled, reply=reply)
        except BaseException:
            self._end(letter)
            raise

    async def _send(self, letter: Letter, styled: StyledText, *, reply: bool = True) -> int:
        try:
            sent = await self._sender.send(_place(letter), styled, reply_to=letter.message_id if reply else 0)
        except ChatGone as exc:
            self._drop(letter, exc)
            return _GONE
        self._drafted[letter.id] = self._clock()
        return sent

    def _drop(self, letter: Letter, exc: ChatGone) -> None:
        _log.warning("letter %s: its answer is dropped, the chat cannot be written to: %s", letter.id, exc)
        self._end(letter)

    def _end(self, letter: Letter) -> None:
        self._sign.end(letter.id)
        self._drafted.pop(letter.id, None)


def _place(letter: Letter) -> Place:
    return Place(chat=letter.conversation.chat, topic=letter.conversation.topic)
