"""The channel as a whole on a fake Bot API, with what it hands questions to."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from bot.answering.links import Linker
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.flood import Pace
from bot.errors import TransientError
from bot.retrieval.index import Index
from bot.settings import Settings
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.passages import make_essay, make_passage, make_row

FAST = Pace(chat_interval_s=0.0, per_group_minute=1000, drafts_per_minute=1000, per_second=1e6)
ESSAY = make_essay("On Cats")
PASSAGES = [make_passage(["One.", "Two."], essay=ESSAY), make_passage("Three.", essay=ESSAY, start=20)]
EN, ZH = channel_phrases("en"), channel_phrases("zh")


@dataclass
class Inbox:
    """Keeps letters, and has conversations forgotten at once; fails as often as told."""

    letters: list = field(default_factory=list)
    failures: int = 0
    forget: object = None

    def attend(self, forget):
        self.forget = forget

    async def receive(self, letter):
        if self.failures:
            self.failures -= 1
            raise TransientError("the disk is full")
        if letter.forget:
            await self.forget(letter)
            return True
        known = letter.id in {kept.id for kept in self.letters}
        self.letters += [] if known else [letter]
        return not known


@dataclass
class Conversations:
    """Forgets one conversation, once."""

    forgotten: list = field(default_factory=list)

    async def forget(self, key):
        self.forgotten.append(key)
        return 2 if len(self.forgotten) == 1 else 0


@dataclass
class Running:
    """The channel under test with what it works on."""

    server: FakeBotApi
    channel: TelegramChannel
    inbox: Inbox
    conversations: Conversations
    index: Index

    async def replies(self, chat, count=1):
        """The texts that the bot has standing in the chat, once there are so many."""
        await self.server.wait_for(lambda: len(self.server.from_bot(chat)) >= count)
        return [message.text for message in self.server.from_bot(chat)]


def settings(server, **more):
    """Settings of a bot on this server."""
    return Settings(telegram_bot_token=server.token, telegram_api_url=server.url, **more)


@contextlib.asynccontextmanager
async def running(server, **more):
    """Run the channel on the server."""
    channel = TelegramChannel(settings(server, **more), pace=FAST, poll_timeout_s=2)
    await channel.connect()
    inbox, conversations = Inbox(), Conversations()
    index = Index(make_row(passage) for passage in PASSAGES)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(
            channel.run(
                inbox=inbox,
                conversations=conversations,
                index=index,
                linker=Linker(bot_username=channel.username),
            )
        )
        yield Running(server=server, channel=channel, inbox=inbox, conversations=conversations, index=index)
        serving.cancel()
    await channel.close()
