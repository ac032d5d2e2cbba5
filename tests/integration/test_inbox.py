"""The inbox on the real durable workflow, with a courier into a file."""

import asyncio
import contextlib
import logging
import os
import shutil
import sqlite3
import subprocess
from dataclasses import replace

import pytest

from bot.answering.model import Answer, Status
from bot.conversation.model import ConversationKey
from bot.delivery.deliver import ANSWERS_AT_ONCE, Patience
from bot.delivery.inbox import Inbox
from bot.delivery.model import Letter
from bot.errors import OperatorError, TransientError
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


@pytest.fixture(scope="module")
def used_before(tmp_path_factory):
    """Give a database that an inbox made: the first start of all takes a second longer to find its queue."""
    house = House(tmp_path_factory.mktemp("used"))

    async def use():
        async with house.open():
            pass

    asyncio.run(use())
    return house.database


@pytest.fixture
def house(tmp_path, used_before):
    house = House(tmp_path)
    house.database.parent.mkdir()
    shutil.copy(used_before, house.database)
    return house


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
    """A letter is never taken by an inbox that could not keep it."""
    inbox = Inbox(house.url, house.answering, house.courier)
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


async def test_a_damaged_file_is_the_operator_s_to_mend(house):
    """What is no database is refused with its name, and without a traceback of the library."""
    house.database.write_bytes(b"this is no database" * 1000)
    with pytest.raises(OperatorError, match=r"inbox\.db"):
        await Inbox(house.url, house.answering, house.courier).start()


async def test_a_database_of_something_else_is_the_operator_s_to_mend(house, tmp_path, caplog):
    """A database that is used for something else is refused, and the process can still open another one."""
    house.sql("DROP TABLE dbos_migrations")
    with pytest.raises(OperatorError, match="cannot be opened"):
        await Inbox(house.url, house.answering, house.courier).start()
    assert not caplog.records
    async with House(tmp_path / "another").open():
        pass


async def test_a_folder_that_cannot_be_made_is_the_operator_s_to_mend(tmp_path):
    """A file where the folder should be is refused."""
    house = House(tmp_path)
    house.database.parent.write_text("a file")
    with pytest.raises(OperatorError):
        await Inbox(house.url, house.answering, house.courier).start()


async def test_a_letter_that_cannot_be_stored_was_not_received(house, caplog):
    """When the database refuses a letter the caller learns it, and the question stays out of the log."""
    async with house.open() as inbox:
        house.sql("ALTER TABLE workflow_status RENAME TO hidden")
        with pytest.raises(TransientError) as caught:
            await inbox.receive(make_letter("a"))
        house.sql("ALTER TABLE hidden RENAME TO workflow_status")
        assert await inbox.receive(make_letter("a"))
        await house.answered("a")
    assert SECRET not in str(caught.value) + caplog.text


async def test_a_step_that_cannot_be_recorded_is_repeated_after_the_next_start(house, caplog):
    """When the database fails in the middle, the letter is neither lost nor ended."""
    house.answering.may_end.clear()
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await house.begun(1)
        house.sql("ALTER TABLE operation_outputs RENAME TO hidden")
        house.answering.may_end.set()
        async with asyncio.timeout(20):
            while "could not be recorded" not in caplog.text:
                await asyncio.sleep(0.01)
        house.sql("ALTER TABLE hidden RENAME TO operation_outputs")
    async with house.open():
        await house.answered("a")
    assert house.answering.begun == ["a", "a"]
    assert SECRET not in caplog.text


async def test_a_step_that_could_not_be_recorded_is_recorded_as_soon_as_that_is_possible(house, caplog):
    """The letter and its line go on without a restart, and what was done is not done again."""
    house.patience = Patience(stranded_s=0.5)
    house.answering.may_end.clear()
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await house.begun(1)
        house.sql("ALTER TABLE operation_outputs RENAME TO hidden")
        house.answering.may_end.set()
        await inbox.receive(make_letter("b"))
        await logged(caplog, "could not be recorded", times=2)
        house.sql("ALTER TABLE hidden RENAME TO operation_outputs")
        await house.answered("a", "b")
    assert house.answering.begun == ["a", "b"]
    assert len(house.courier.log.events("open")) == 2
    assert SECRET not in caplog.text


async def test_an_end_that_could_not_be_recorded_holds_up_no_line(house):
    """When the database fails at the very last write, the next letter of the line is answered all the same."""
    house.patience = Patience(stranded_s=0.5)
    ends = "BEFORE UPDATE ON workflow_status WHEN NEW.status IN ('SUCCESS', 'ERROR')"
    async with house.open() as inbox:
        house.sql(f"CREATE TRIGGER refuse {ends} BEGIN SELECT RAISE(ABORT, 'full'); END")
        await inbox.receive(make_letter("a"))
        await inbox.receive(make_letter("b"))
        await house.answered("a")
        await asyncio.sleep(0.3)
        house.sql("DROP TRIGGER refuse")
        await house.answered("b")
    assert house.answering.begun == ["a", "b"]


async def test_a_disk_that_was_full_for_a_while_costs_no_answer(small_disk, used_before, caplog):
    """Letters under way go on by themselves once there is room again, each answered once."""
    house = House(small_disk)
    house.courier = FileCourier(used_before.parent.parent / "small.jsonl")
    house.patience = Patience(stranded_s=0.5)
    house.database.parent.mkdir()
    shutil.copy(used_before, house.database)
    filler = small_disk / "filler"
    house.answering.may_end.clear()
    async with house.open() as inbox:
        for number in range(3):
            await inbox.receive(make_letter(f"a{number}", asker=number))
        await house.begun(3)
        fill(filler)
        house.answering.may_end.set()
        await logged(caplog, "could not be recorded", times=3)
        with pytest.raises(TransientError):
            await inbox.receive(make_letter("refused", asker=9))
        await asyncio.sleep(2)
        filler.unlink()
        await house.answered("a0", "a1", "a2")
        await inbox.receive(make_letter("again", asker=0))
        await house.answered("again")
    for letter_id in ("a0", "a1", "a2"):
        assert house.answering.begun.count(letter_id) == 1


@pytest.fixture
def small_disk(tmp_path):
    """Give a folder on a disk of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.getuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let a small disk be mounted")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(path):
    """Write until the disk is full."""
    with path.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


async def logged(caplog, words, *, times=1):
    """Wait until the log says so."""
    async with asyncio.timeout(20):
        while caplog.text.count(words) < times:
            await asyncio.sleep(0.01)


async def test_old_letters_are_deleted(house):
    """What ended a month ago is deleted with all that was asked and answered; what is younger stays."""
    async with house.open() as inbox:
        for letter_id in ("old", "young"):
            await inbox.receive(make_letter(letter_id))
        await house.answered("old", "young")
        await house.ended()
    month_ms = 31 * 24 * 3600 * 1000
    house.sql(f"UPDATE workflow_status SET created_at = created_at - {month_ms} WHERE workflow_uuid = 'old'")
    async with house.open() as inbox:
        await inbox.receive(make_letter("new"))
        await house.answered("new")
    assert {row[0] for row in house.sql("SELECT workflow_uuid FROM workflow_status")} == {"young", "new"}
    assert {row[0] for row in house.sql("SELECT workflow_uuid FROM operation_outputs")} == {"young", "new"}


async def test_old_letters_that_cannot_be_deleted_cost_no_new_one(house, caplog):
    """A letter is received and answered whatever becomes of the old ones."""
    async with house.open() as inbox:
        await inbox.receive(make_letter("old"))
        await house.ended()
    house.sql("UPDATE workflow_status SET created_at = 0")
    house.sql("CREATE TRIGGER keep BEFORE DELETE ON workflow_status BEGIN SELECT RAISE(ABORT, 'full'); END")
    async with house.open() as inbox:
        assert await inbox.receive(make_letter("new"))
        await house.answered("new")
    assert "old letters could not be deleted" in caplog.text


async def test_letters_outlive_an_upgrade(house):
    """Letters are stored under a version and an owner that no change of the code changes."""
    async with house.open() as inbox:
        await inbox.receive(make_letter("a"))
        await house.answered("a")
    stored = house.sql("SELECT application_version, executor_id, name, queue_name FROM workflow_status")
    assert stored == [("1", "yinju", "deliver", "letters")]


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
