"""What the lasting history does beyond the contract of histories."""

import asyncio
import contextlib
import sqlite3

import pytest

from bot.answering.model import Answer, Status
from bot.conversation.model import ConversationKey
from bot.conversation.sql_history import SqlHistory
from bot.errors import OperatorError, TransientError

KEY = ConversationKey(channel="telegram", chat=-(10**15), topic=0, asker=7 * 10**12)
SECRET = "什么是不能写进日志的问题"


def said(text):
    return Answer(status=Status.ANSWERED, text=text, lang="zh")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "history.db"


def sql(file, statement):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def bytes_of(file):
    return b"".join(part.read_bytes() for part in sorted(file.parent.iterdir()) if part.name.startswith(file.name))


async def contents(history):
    return [turn.content for turn in await history.recent(KEY, limit=100)]


async def test_turns_outlive_the_process(file):
    """What was appended is there when the file is opened again, in a folder made on the way."""
    for n in range(2):
        async with SqlHistory(f"sqlite:///{file}") as history:
            await history.append(KEY, question_id=f"q{n}", question=f"{n}?", answer=said(f"{n}!"))
    async with SqlHistory(f"sqlite:///{file}") as history:
        assert await contents(history) == ["0?", "0!", "1?", "1!"]


async def test_many_at_once_are_all_kept(file):
    """Appends from two open histories at the same time lose and double nothing."""
    async with SqlHistory(f"sqlite:///{file}") as one, SqlHistory(f"sqlite:///{file}") as other:
        await asyncio.gather(
            *(
                history.append(KEY, question_id=f"q{n}", question=f"{n}?", answer=said("!"))
                for n in range(20)
                for history in (one, other)
            )
        )
        questions = [content for content in await contents(one) if content != "!"]
    assert sorted(questions) == sorted(f"{n}?" for n in range(20))


async def test_what_no_database_holds_is_replaced(file):
    """Half a surrogate pair and a NUL, which people do paste, cost neither the turn nor the rest of its text."""
    async with SqlHistory(f"sqlite:///{file}") as history:
        await history.append(KEY, question_id="q", question="a\ud800b\0c 🙂", answer=said("d"))
        assert await contents(history) == ["a?b\ufffdc 🙂", "d"]


async def test_what_is_forgotten_is_no_longer_in_the_file(file):
    """Neither the database nor its log holds the words, while the program still runs."""
    async with SqlHistory(f"sqlite:///{file}") as history:
        for n in range(50):
            await history.append(KEY, question_id=f"q{n}", question=f"{SECRET} {n}", answer=said(SECRET * 30))
        assert SECRET.encode() in bytes_of(file)
        await history.forget(KEY)
        assert SECRET.encode() not in bytes_of(file)


async def test_an_answer_under_way_stays_forgotten_after_a_restart(file):
    """A question begun and forgotten before the process died is not remembered by the next one."""
    async with SqlHistory(f"sqlite:///{file}") as history:
        await history.begin(KEY, question_id="q")
        await history.forget(KEY)
    async with SqlHistory(f"sqlite:///{file}") as history:
        await history.begin(KEY, question_id="q")
        await history.append(KEY, question_id="q", question="a?", answer=said("a"))
        assert await contents(history) == []


async def test_a_record_of_a_later_version_is_left_alone(file):
    """A file that a newer program wrote is refused, not misread."""
    async with SqlHistory(f"sqlite:///{file}"):
        pass
    sql(file, "UPDATE history_schema SET version = 2")
    with pytest.raises(OperatorError, match="form 2"):
        await SqlHistory(f"sqlite:///{file}").open()


async def test_a_damaged_file_is_the_operator_s_to_mend(file):
    """What is no database is refused in one line."""
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 1000)
    with pytest.raises(OperatorError):
        await SqlHistory(f"sqlite:///{file}").open()


async def test_a_folder_that_cannot_be_made_is_the_operator_s_to_mend(file):
    """A file where the folder should be is refused."""
    file.parent.write_text("a file")
    with pytest.raises(OperatorError):
        await SqlHistory(f"sqlite:///{file}").open()


async def test_a_database_that_fails_may_work_later(file):
    """Each call fails in a way that may pass, and no error holds what was said."""
    async with SqlHistory(f"sqlite:///{file}") as history:
        sql(file, "ALTER TABLE exchanges RENAME TO hidden")
        with pytest.raises(TransientError) as caught:
            await history.append(KEY, question_id="q", question=SECRET, answer=said(SECRET))
        assert SECRET not in f"{caught.value} {caught.value.__cause__}"
        with pytest.raises(TransientError):
            await history.recent(KEY, limit=2)
        with pytest.raises(TransientError):
            await history.forget(KEY)
        sql(file, "ALTER TABLE hidden RENAME TO exchanges")
        assert await contents(history) == []


async def test_a_closed_history_says_so(file):
    """Opening and closing twice is no error; use after that is a mistake of the program."""
    history = SqlHistory(f"sqlite:///{file}")
    await history.close()
    await history.open()
    await history.open()
    await history.close()
    await history.close()
    with pytest.raises(RuntimeError):
        await history.recent(KEY, limit=2)
