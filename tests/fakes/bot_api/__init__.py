"""A stateful stand-in for Telegram's Bot API over real HTTP, with a way for tests to play the people."""

from tests.fakes.bot_api.flood import Limits
from tests.fakes.bot_api.server import FakeBotApi
from tests.fakes.bot_api.world import FakeChat, FakeMessage, FakeUser

__all__ = ["FakeBotApi", "FakeChat", "FakeMessage", "FakeUser", "Limits"]
