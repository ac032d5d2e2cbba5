"""The contract of couriers, on the one into Telegram, over real HTTP."""

import pytest

from bot.channels.telegram.api import make_bot
from bot.channels.telegram.courier import TelegramCourier
from bot.channels.telegram.flood import Pace, Pacer
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.typing_sign import TypingSign
from bot.conversation.model import ConversationKey
from bot.delivery.model import Letter
from tests.contracts.courier import CourierContract
from tests.fakes.bot_api import FakeBotApi, Limits


class TestTelegramCourier(CourierContract):
    """A courier into a private chat, with the limits out of the way."""

    @pytest.fixture
    async def server(self):
        """Give a Telegram that lets everything through."""
        async with FakeBotApi(limits=Limits(enforced=False)) as server:
            yield server
        assert not server.violations

    @pytest.fixture
    def said(self, server):
        """Give a question that somebody asked."""
        person = server.user("Asker", lang="en")
        return server.say(server.private_chat(person), person, "Which?")

    @pytest.fixture
    async def courier(self, server):
        """Give a courier of a bot that is connected."""
        bot = make_bot(server.token, server.url)
        sender = Sender(bot, Pacer(Pace(chat_interval_s=0.0)))
        await bot.initialize()
        yield TelegramCourier(sender, TypingSign(sender.show_typing))
        await bot.shutdown()

    @pytest.fixture
    def letter(self, said):
        """Give the question as a letter."""
        chat = said.message.chat.id
        key = ConversationKey(channel="telegram", chat=chat, topic=0, asker=chat)
        return Letter(id="tg-1-1", conversation=key, message_id=said.message.id, text="Which?", lang="en")

    @pytest.fixture
    def shown(self, server, said):
        """Give what the bot has standing in the chat."""

        async def texts() -> list[str]:
            return [message.text for message in server.from_bot(said.message.chat)]

        return texts
