"""The way to Telegram: the token and the network, told before anything is served."""

import pytest

from bot.answering.links import Linker
from bot.channels.telegram.channel import TelegramChannel
from bot.errors import OperatorError, SettingsError
from bot.retrieval.index import Index
from bot.settings import Settings
from tests.fakes.telegram import answered
from tests.integration.telegram_channel.stage import Conversations, Inbox, settings


async def test_the_channel_knows_itself_before_it_runs(server):
    """Links need the bot's name, and the inbox the courier, before updates are taken."""
    channel = TelegramChannel(settings(server))
    await channel.connect()
    assert (channel.username, channel.bot_id) == ("yinju_bot", server.bot.id)
    assert channel.courier.compose(None, answered("Text."))
    assert channel.is_alive() is False
    await channel.close()
    await channel.close()


async def test_connecting_waits_for_the_network(server):
    """A network that comes up late is waited for; one that does not is the operator's matter."""
    channel = TelegramChannel(settings(server))
    server.fail("getMe", times=3)
    with pytest.raises(OperatorError, match="TELEGRAM_API_URL"):
        await channel.connect(waits_s=[0.01])
    await channel.connect(waits_s=[0.01])
    assert channel.username == "yinju_bot"
    await channel.close()


@pytest.mark.parametrize("token", [None, "", "42:a b", "42:a/b", "42:令牌"])
def test_what_can_be_no_token_is_said_before_anything_is_sent(token):
    """None, or one with signs that would change the address."""
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        TelegramChannel(Settings(telegram_bot_token=token))


async def test_a_wrong_token_is_the_operators_matter(server, caplog):
    """Refused at the start: a clear line without the token."""
    wrong = Settings(telegram_bot_token="42:wrong", telegram_api_url=server.url)
    channel = TelegramChannel(wrong)
    with pytest.raises(OperatorError, match="TELEGRAM_BOT_TOKEN") as caught:
        await channel.connect()
    assert "wrong" not in str(caught.value)
    await channel.close()


async def test_a_token_taken_back_ends_the_channel(server):
    """One clear error, not a group of errors."""
    channel = TelegramChannel(settings(server))
    await channel.connect()
    server.token = "42:another"
    with pytest.raises(OperatorError, match="no longer accepts"):
        await channel.run(inbox=Inbox(), conversations=Conversations(), index=Index([]), linker=Linker())
    await channel.close()
