"""What every courier must do. A test class inherits this and provides ``courier``, ``letter`` and ``shown``."""

from collections.abc import Awaitable, Callable

import pytest

from bot.answering.model import Answer, Status
from bot.delivery.model import Courier, Letter

Shown = Callable[[], Awaitable[list[str]]]
"""The texts that the bot's messages show in the letter's chat now, oldest first."""


def answer_of(text: str) -> Answer:
    """An answer without citations."""
    return Answer(status=Status.ANSWERED, text=text, lang="en", standalone_question="Which?")


class CourierContract:
    """The contract of the port ``Courier``. Fixtures to provide: ``courier``, ``letter``, ``shown``."""

    @pytest.fixture
    def courier(self) -> Courier:
        """Give the courier under test, into a chat where nothing was said by the bot."""
        raise NotImplementedError

    @pytest.fixture
    def letter(self) -> Letter:
        """Give a letter that the courier can reply to."""
        raise NotImplementedError

    @pytest.fixture
    def shown(self, courier: Courier) -> Shown:
        """Give a way to see the chat."""
        raise NotImplementedError

    async def test_open_shows_a_placeholder(self, courier, letter, shown):
        """Opening shows one message and names it by an id that is not 0."""
        assert await courier.open(letter) != 0
        assert len(await shown()) == 1

    async def test_write_replaces_the_placeholder(self, courier, letter, shown):
        """A composed answer stands in the place of the placeholder, not beside it."""
        message_id = await courier.open(letter)
        (message,) = courier.compose(letter, answer_of("It is the second."))
        await courier.write(letter, message_id, message)
        (text,) = await shown()
        assert "It is the second." in text

    async def test_write_again_changes_nothing(self, courier, letter, shown):
        """Writing a message that is there already, as after a crash, is no error and shows nothing twice."""
        message_id = await courier.open(letter)
        (message,) = courier.compose(letter, answer_of("Once."))
        await courier.write(letter, message_id, message)
        before = await shown()
        await courier.write(letter, message_id, message)
        assert await shown() == before

    async def test_compose_is_repeatable(self, courier, letter):
        """The same answer makes the same messages, and each is a string that JSON can hold."""
        answer = answer_of("First paragraph.\n\nSecond, with “quotes” 与中文 🙂.")
        assert courier.compose(letter, answer) == courier.compose(letter, answer)
        assert all(isinstance(message, str) for message in courier.compose(letter, answer))

    async def test_an_apology_is_composed(self, courier, letter):
        """A failed answer makes at least one message."""
        failed = Answer(status=Status.FAILED, text="Sorry.", lang="en")
        assert courier.compose(letter, failed)

    async def test_a_long_answer_goes_on_in_further_messages(self, courier, letter, shown):
        """All parts of a long answer are shown, in order, each in a message of its own."""
        text = "\n\n".join(f"Paragraph {n}. {'word ' * 150}" for n in range(12))
        messages = courier.compose(letter, answer_of(text))
        assert len(messages) > 1
        for n, message in enumerate(messages):
            await courier.write(letter, await (courier.open_more(letter) if n else courier.open(letter)), message)
        texts = await shown()
        assert len(texts) == len(messages)
        together = "\n".join(texts)
        places = [together.index(f"Paragraph {n}.") for n in range(12)]
        assert places == sorted(places)

    async def test_drafts_never_stand_beside_the_answer(self, courier, letter, shown):
        """Drafts show in the placeholder or not at all, and are gone when the answer is written."""
        message_id = await courier.open(letter)
        await courier.draft(letter, message_id, "It is")
        await courier.draft(letter, message_id, "")
        (message,) = courier.compose(letter, answer_of("Neither."))
        await courier.write(letter, message_id, message)
        (text,) = await shown()
        assert "Neither." in text
        assert "It is" not in text
