"""The contract of couriers, on the one that the other tests use."""

import pytest

from bot.conversation.model import ConversationKey
from bot.delivery.model import Letter
from tests.contracts.courier import CourierContract
from tests.fakes.courier import FileCourier


class TestFileCourier(CourierContract):
    """A courier into a file."""

    @pytest.fixture
    def courier(self, tmp_path):
        """Give a courier into an empty chat."""
        return FileCourier(tmp_path / "chat.jsonl")

    @pytest.fixture
    def letter(self):
        """Give any letter."""
        key = ConversationKey(channel="test", chat=1, topic=0, asker=1)
        return Letter(id="q", conversation=key, message_id=1, text="Which?", lang="en")

    @pytest.fixture
    def shown(self, courier):
        """Give what stands in the file."""

        async def texts() -> list[str]:
            return [message.text for message in courier.log.shown()]

        return texts
