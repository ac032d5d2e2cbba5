"""An inbox on the real durable workflow in a folder of its own, with a courier into a file."""

import asyncio
import contextlib
import sqlite3

from bot.answering.model import Answer, Status
from bot.conversation.model import ConversationKey
from bot.delivery.deliver import Patience
from bot.delivery.inbox import Inbox
from bot.delivery.model import Letter
from tests.fakes.courier import FileCourier

SECRET = "a question that must not be logged"  # ASCII, as it is stored escaped


def make_letter(letter_id, *, asker=1):
    key = ConversationKey(channel="test", chat=1, topic=0, asker=asker)
    return Letter(id=letter_id, conversation=key, message_id=1, text=SECRET, lang="zh")


class Answering:
    """An answer function that says which letter it answers; each answer waits for ``may_end``."""

    def __init__(self):
        self.begun = []
        self.under_way = 0
        self.most_under_way = 0
        self.cleanup_s = 0.0
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, letter, on_draft):
        self.begun.append(letter.id)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.may_end.wait()
        finally:
            await asyncio.sleep(self.cleanup_s)
            self.under_way -= 1
        return Answer(status=Status.ANSWERED, text=f"re {letter.id}", lang=letter.lang, standalone_question=letter.text)


class House:
    """A folder with an inbox and its chats; an inbox can be opened in it again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "data" / "inbox.db"
        self.url = f"sqlite:///{self.database}"
        self.courier = FileCourier(folder / "chat.jsonl")
        self.answering = Answering()
        self.patience = Patience()

    @contextlib.asynccontextmanager
    async def open(self):
        inbox = Inbox(self.url, self.answering, self.courier, patience=self.patience)
        await inbox.start()
        try:
            yield inbox
        finally:
            await inbox.close()

    async def answered(self, *letter_ids):
        async with asyncio.timeout(20):
            while any(self.courier.log.answers(letter_id) != [f"re {letter_id}"] for letter_id in letter_ids):
                await asyncio.sleep(0.01)

    async def ended(self):
        async with asyncio.timeout(20):
            while self.sql("SELECT 1 FROM workflow_status WHERE status <> 'SUCCESS'"):
                await asyncio.sleep(0.01)

    async def begun(self, count):
        async with asyncio.timeout(20):
            while len(self.answering.begun) < count:
                await asyncio.sleep(0.01)

    def sql(self, statement):
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return connection.execute(statement).fetchall()
