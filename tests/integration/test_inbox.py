"""The inbox on the real durable workflow, with a courier into a file."""

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.delivery.deliver import ANSWERS_AT_ONCE
from bot.delivery.inbox import Inbox
from bot.errors import OperatorError
from tests.fakes.courier import FileCourier
from tests.fakes.letter_house import House, make_letter


async def test_the_first_letter_of_all_is_answered(tmp_path):
    """A folder that does not exist yet is made, and the first letter is answered there."""
    house = House(tmp_path)
    async with house.open() as inbox:
        assert await inbox.receive(make_letter("a"))
        await house.answered("a")


async def test_a_letter_is_answered_once_however_often_it_comes(house):
    """The same id again is refused, while it is under way, afterwards, and after a restart."""
    async with house.open() as inbox:
        house.answering.may_end.clear()
        assert await inbox.receive(make_letter("a"))
        assert not await inbox.receive(make_letter("a"))
        house.answering.may_end.set()
        await house.answered("a")
        assert not await inbox.receive(make_letter("a"))
    async with house.open() as inbox:
        assert not await inbox.receive(make_letter("a"))
        assert await inbox.receive(make_letter("b"))
        await house.answered("b")
    assert house.answering.begun == ["a", "b"]


async def test_many_at_once_with_the_same_id_are_one(house):
    """A flood of redeliveries is one letter."""
    async with house.open() as inbox:
        received = await asyncio.gather(*(inbox.receive(make_letter("a")) for _ in range(20)))
        await house.answered("a")
    assert received.count(True) == 1
    assert house.answering.begun == ["a"]


async def test_a_conversation_goes_in_order_and_holds_up_no_other(house):
    """Letters of one asker are answered one by one as received; another asker's does not wait for them."""
    house.answering.may_end.clear()
    async with house.open() as inbox:
        for letter_id in ("a1", "a2", "a3"):
            await inbox.receive(make_letter(letter_id, asker=1))
        await inbox.receive(make_letter("b1", asker=2))
        await house.begun(2)
        await asyncio.sleep(0.3)
        assert sorted(house.answering.begun) == ["a1", "b1"]
        house.answering.may_end.set()
        await house.answered("a1", "a2", "a3", "b1")
    assert [begun for begun in house.answering.begun if begun[0] == "a"] == ["a1", "a2", "a3"]
    assert house.answering.most_under_way == 2


async def test_a_wish_to_forget_waits_in_line_and_is_waited_for(house):
    """It neither overtakes the question before it nor is overtaken by the one behind, through a restart too."""

    async def forget(letter):
        await asyncio.sleep(0.2)
        house.answering.begun.append(f"forgot by {letter.id}")

    house.answering.may_end.clear()
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await inbox.receive(replace(make_letter("b"), forget=True))
        await inbox.receive(make_letter("c"))
        await house.begun(1)
    house.answering.may_end.set()
    async with house.open() as inbox:
        await house.answered("a")
        await asyncio.sleep(0.3)
        assert house.courier.log.answers("c") == []  # until it is known how to forget
        inbox.attend(forget)
        await house.answered("c")
    assert house.answering.begun == ["a", "a", "forgot by b", "c"]
    assert [event["letter"] for event in house.courier.log.events("open")] == ["a", "c"]


async def test_an_answer_cut_short_by_a_stop_is_made_after_the_next_start(house):
    """A stop in the middle of an answer waits for it to clean up, not to end, and nothing is lost or sent twice."""
    house.answering.cleanup_s = 0.8
    house.answering.may_end.clear()
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await inbox.receive(make_letter("b"))
        await house.begun(1)
        async with asyncio.timeout(2.5):
            await inbox.close()
        assert house.answering.under_way == 0
    house.answering.may_end.set()
    async with house.open():
        await house.answered("a", "b")
    assert house.answering.begun == ["a", "a", "b"]
    assert len(house.courier.log.events("open")) == 2


async def test_a_stop_waits_for_a_message_that_is_being_sent(house):
    """A placeholder under way when the stop comes is recorded, not sent again after the next start."""
    house.courier = SlowToOpen(house.folder / "chat.jsonl")
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        async with asyncio.timeout(20):
            await house.courier.opening.wait()
    async with house.open():
        await house.answered("a")
    assert len(house.courier.log.events("open")) == 1


class SlowToOpen(FileCourier):
    """A courier that takes its time, as a network does."""

    opening: asyncio.Event

    def __init__(self, path):
        super().__init__(path)
        self.opening = asyncio.Event()

    async def open(self, letter):
        message_id = await super().open(letter)
        self.opening.set()
        await asyncio.sleep(0.5)
        return message_id


async def test_closing_twice_or_unopened_is_no_error(house):
    """Close may be called at any time."""
    inbox = Inbox(house.url, house.answering, house.courier)
    await inbox.close()
    await inbox.start()
    await inbox.close()
    await inbox.close()


async def test_a_closed_inbox_takes_nothing(house):
    """A letter is never taken by an inbox that could not keep it, before the first start as little as after the end."""
    inbox = Inbox(house.url, house.answering, house.courier)
    with pytest.raises(RuntimeError):
        await inbox.receive(make_letter("a"))
    async with house.open() as inbox:
        pass
    with pytest.raises(RuntimeError):
        await inbox.receive(make_letter("a"))


async def test_the_program_s_own_threads_are_left_alone(house):
    """Work in threads goes on after the inbox is closed."""
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await house.answered("a")
    assert await asyncio.to_thread(lambda: 7) == 7


async def test_one_inbox_a_folder_and_a_process(house, tmp_path):
    """A second one is refused with a clear line, and leaves the first at work."""
    async with house.open() as inbox:
        with pytest.raises(OperatorError, match="another process"):
            await Inbox(house.url, house.answering, house.courier).start()
        with pytest.raises(RuntimeError, match="open in this process"):
            await Inbox(f"sqlite:///{tmp_path / 'other.db'}", house.answering, house.courier).start()
        await inbox.receive(make_letter("a"))
        await house.answered("a")


async def test_the_library_logs_through_the_program(house, capfd, caplog, monkeypatch):
    """Nothing is written to the terminal but through the program's own log."""
    monkeypatch.setattr(logging.getLogger("dbos"), "handlers", [])
    monkeypatch.setattr(logging.getLogger("dbos"), "propagate", True)
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await house.answered("a")
        logging.getLogger("dbos").warning("of interest")
    assert capfd.readouterr() == ("", "")
    assert "of interest" in caplog.text


async def test_letters_that_wait_for_a_chat_keep_no_other_waiting(house):
    """However many askers stand before a chat that must be left alone, another chat is answered at once."""
    held = [f"held{number}" for number in range(60)]
    house.courier = Held(house.folder / "chat.jsonl", letters=held)
    async with house.open() as inbox:
        for number, letter_id in enumerate(held):
            await inbox.receive(make_letter(letter_id, asker=100 + number))
        async with asyncio.timeout(20):
            while house.courier.waiting < len(held):
                await asyncio.sleep(0.01)
        await inbox.receive(make_letter("free", asker=1))
        async with asyncio.timeout(5):
            await house.answered("free")
        house.courier.released.set()
        await house.answered(*held)
    assert house.answering.most_under_way <= ANSWERS_AT_ONCE


class Held(FileCourier):
    """A courier that is told to wait by the chats of some letters."""

    def __init__(self, path, *, letters):
        super().__init__(path)
        self.released = asyncio.Event()
        self.waiting = 0
        self._letters = set(letters)

    async def open(self, letter):
        if letter.id in self._letters:
            self.waiting += 1
            await self.released.wait()
        return await super().open(letter)
