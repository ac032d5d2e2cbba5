"""Updates as Telegram sends them, answers as the bot makes them, and a clock that tests turn by hand."""

import asyncio
from typing import Any

from telegram import Update

from bot.answering.model import Answer, Citation, Status
from bot.conversation.model import ConversationKey
from bot.corpus.model import Essay, Language, Span
from bot.delivery.model import Letter

Json = dict[str, Any]

BOT_ID = 1234567890
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Yinju", "username": "yinju_bot"}
ANN = {"id": 501, "is_bot": False, "first_name": "Ann", "language_code": "en"}


def units(text: str) -> int:
    """Length in UTF-16 units, by another way than the bot's own."""
    return len(text.encode("utf-16-le")) // 2


def entity(text: str, part: str, kind: str, **more: object) -> Json:
    """An entity over the first ``part`` in ``text``."""
    return {"type": kind, "offset": units(text[: text.index(part)]), "length": units(part), **more}


def private(**fields: object) -> Json:
    """A message of Ann's in her private chat."""
    chat = {"id": ANN["id"], "type": "private", "first_name": "Ann"}
    return {"message_id": 7, "date": 1_700_000_000, "chat": chat, "from": ANN, **fields}


def in_group(**fields: object) -> Json:
    """A message of Ann's in a supergroup."""
    chat = {"id": -1001, "type": "supergroup", "title": "Readers"}
    return {"message_id": 7, "date": 1_700_000_000, "chat": chat, "from": ANN, **fields}


def by_bot(text: str = "An answer.", **fields: object) -> Json:
    """A message of the bot's own in that supergroup."""
    return in_group(message_id=6, text=text, **{"from": BOT, **fields})


def update(message: Json, *, kind: str = "message", update_id: int = 42) -> Update:
    """The update that carries the message."""
    return Update.de_json({"update_id": update_id, kind: message}, None)


def letter(number: int = 1, *, chat: int = 501, topic: int = 0, message_id: int = 7, lang: Language = "en") -> Letter:
    """A question from a chat."""
    key = ConversationKey(channel="telegram", chat=chat, topic=topic, asker=501)
    return Letter(id=f"tg-{BOT_ID}-{number}", conversation=key, message_id=message_id, text="Which?", lang=lang)


def cited(
    n: int, *, quote: str = "A cat sat.", link: str = "https://example.org/e", twin: str | None = None
) -> Citation:
    """A citation of an essay on cats."""
    span = Span(file="cats.md", start=0, end=len(quote))
    essay = Essay(key="cats.md#1", title="On Cats", span=span, lang="en", author="A. Writer", date="2025-01-28")
    return Citation(n=n, essay=essay, passage_id="0" * 16, section="", span=span, quote=quote, link=link, twin=twin)


def answered(text: str, *citations: Citation, lang: Language = "en", status: Status = Status.ANSWERED) -> Answer:
    """An answer that says ``text``."""
    return Answer(status=status, text=text, lang=lang, citations=citations, standalone_question="Which?")


class HandClock:
    """A clock whose time passes only while everyone sleeps on it; it then jumps to the next who wakes."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._untils: list[float] = []
        self._events = 0

    def __call__(self) -> float:
        """What time it is, in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep on this clock."""
        until = self.now + seconds
        self.slept.append(seconds)
        self._untils.append(until)
        self._events += 1
        try:
            while self.now < until:
                if await self._all_is_quiet() and until == min(self._untils):
                    self.now = until
        finally:
            self._untils.remove(until)
            self._events += 1

    async def _all_is_quiet(self) -> bool:
        """Let the others go as far as they get; whether none of them went to sleep or woke."""
        before = self._events
        for _ in range(20):
            await asyncio.sleep(0)
        return self._events == before
