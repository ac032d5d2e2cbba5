"""What becomes of letters when the database of the inbox is damaged, full or old."""

import asyncio
import contextlib
import os
import shutil
import subprocess

import pytest

from bot.delivery.deliver import Patience
from bot.delivery.inbox import Inbox
from bot.errors import OperatorError, TransientError
from tests.fakes.courier import FileCourier
from tests.fakes.letter_house import SECRET, House, make_letter


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
