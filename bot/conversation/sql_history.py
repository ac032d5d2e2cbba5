"""Conversations in a SQL database: a SQLite file by default, PostgreSQL where several processes share them."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey
from bot.errors import OperatorError, TransientError

Result = TypeVar("Result")

VERSION = 1
TURNS_A_ROW = 2
BUSY_S = 30

_metadata = sa.MetaData()
_schema = sa.Table("history_schema", _metadata, sa.Column("version", sa.Integer, nullable=False))
_exchanges = sa.Table(
    "exchanges",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("question_id", sa.Text, nullable=False, unique=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("topic", sa.BigInteger, nullable=False),
    sa.Column("asker", sa.BigInteger, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),  # UTC, ISO 8601
    sa.Index("exchanges_by_conversation", "channel", "chat", "topic", "asker", "id"),
)
# Which question the answer is to that a reply hangs on; other questions hang on what their asker asked before.
_continued = sa.Table(
    "continued",
    _metadata,
    sa.Column("question_id", sa.Text, primary_key=True),
    sa.Column("continues", sa.Text, nullable=False),
)
# Questions whose answer is not written yet. One that was forgotten meanwhile stays, so that neither the answer
# under way nor the one after a crash is remembered; its words are not kept.
_under_way = sa.Table(
    "under_way",
    _metadata,
    sa.Column("question_id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("topic", sa.BigInteger, nullable=False),
    sa.Column("asker", sa.BigInteger, nullable=False),
    sa.Column("forgotten", sa.Boolean, nullable=False),
)
# Which messages show the answer to a question, and who put it.
_shown = sa.Table(
    "shown",
    _metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("chat", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("topic", sa.BigInteger, nullable=False),
    sa.Column("asker", sa.BigInteger, nullable=False),
    sa.Column("question_id", sa.Text, nullable=False, index=True),
)


class SqlHistory:
    """A ``History`` that lasts. Open it before use; it may be closed and opened again.

    An exchange is a question and its answer, so two turns. Raises TransientError where the database
    cannot be read or written now.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._opened: sa.Engine | None = None

    async def open(self) -> None:
        """Connect, and create what is missing. Raises OperatorError where that cannot be."""
        try:
            await asyncio.to_thread(self._open)
        except (SQLAlchemyError, OSError) as exc:
            await self.close()
            raise OperatorError(f"the record of conversations cannot be opened ({type(exc).__name__})") from exc
        except OperatorError:
            await self.close()
            raise

    async def close(self) -> None:
        """Disconnect; repeating it is no error."""
        engine, self._opened = self._opened, None
        if engine is not None:
            await asyncio.to_thread(engine.dispose)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """Note that a question is being answered. Repeating it changes nothing, even if it was forgotten since."""
        row = sa.insert(_under_way).values(question_id=question_id, forgotten=False, **asdict(key))
        with contextlib.suppress(IntegrityError):  # it was begun before a crash
            await self._in_thread(lambda connection: connection.execute(row))

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        """The last ``limit`` turns, oldest first; see ``History``. Empty for a ``limit`` below 1."""
        if limit <= 0:
            return ()
        start = _exchanges.c.question_id == until if until else _of(key, _exchanges)
        exchanges = (limit + 1) // TURNS_A_ROW
        rows = await self._in_thread(lambda connection: _thread(connection, start, exchanges, apart_from))
        turns: list[Turn] = []
        for row in reversed(rows):
            turns += [Turn(role="user", content=row.question), Turn(role="assistant", content=row.answer)]
        return tuple(turns[-limit:])

    async def asked(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[str]:
        """The asker's last ``limit`` questions, oldest first; see ``History``."""
        newest = (
            sa.select(_exchanges.c.question)
            .where(_of(key, _exchanges), _exchanges.c.question_id != apart_from)
            .order_by(_exchanges.c.id.desc())
            .limit(max(limit, 0))
        )
        rows = await self._in_thread(lambda connection: connection.execute(newest).all())
        return tuple(row.question for row in reversed(rows))

    async def append(
        self, key: ConversationKey, *, question_id: str, question: str, answer: Answer, continues: str = ""
    ) -> None:
        """Remember a question and its answer once; not if the conversation was forgotten since it was begun."""
        row = sa.insert(_exchanges).values(
            question_id=question_id,
            **asdict(key),
            question=_storable(question),
            answer=_storable(answer.text),
            status=answer.status.value,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with contextlib.suppress(IntegrityError):  # it is there already
            await self._in_thread(lambda connection: _append(connection, question_id, row, continues))

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        """Note which message shows an answer; the newest note of a message counts (a new bot counts from 1 again)."""
        row = sa.insert(_shown).values(question_id=question_id, message_id=message_id, **asdict(key))
        await self._in_thread(lambda connection: _note(connection, _shows(key, message_id), row))

    async def answered_in(self, key: ConversationKey, *, message_id: int) -> str | None:
        """Which question a message shows the answer to; None where it shows none, or a forgotten one."""
        shown = sa.select(_exchanges.c.question_id).join(_shown, _shown.c.question_id == _exchanges.c.question_id)
        found = shown.where(_shows(key, message_id))
        return await self._in_thread(lambda connection: connection.execute(found).scalar())

    async def forget(self, key: ConversationKey) -> int:
        """Forget the conversation, what is being answered included; returns how many turns were forgotten.

        A SQLite file does not hold their words afterwards, unless another process reads it meanwhile.
        """
        rows = await self._in_thread(lambda connection: _forget(connection, key))
        if rows:
            await asyncio.to_thread(self._empty_log)
        return TURNS_A_ROW * rows

    async def _in_thread(self, work: Callable[[sa.Connection], Result]) -> Result:
        return await asyncio.to_thread(self._transact, work)

    def _transact(self, work: Callable[[sa.Connection], Result]) -> Result:
        if self._opened is None:
            raise RuntimeError("the history is not open")
        with _translated(), self._opened.begin() as connection:
            return work(connection)

    def _empty_log(self) -> None:
        # The write-ahead log still has what was said; a reader in the way means that a later checkpoint takes it.
        if self._opened is not None and self._opened.dialect.name == "sqlite":
            with contextlib.suppress(SQLAlchemyError), self._opened.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _open(self) -> None:
        if self._opened is not None:
            return
        is_sqlite = self._url.get_backend_name() == "sqlite"
        if is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        # Parameters are people's questions: they must not stand in the text of an error.
        engine = sa.create_engine(
            self._url,
            hide_parameters=True,
            pool_pre_ping=not is_sqlite,
            connect_args={"timeout": BUSY_S} if is_sqlite else {},
        )
        self._opened = engine
        if is_sqlite:
            sa.event.listen(engine, "connect", _overwrite_what_is_deleted)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        _prepare(engine)


def _prepare(engine: sa.Engine) -> None:
    """Create the tables, or check that those there are of a version that this program knows."""
    with engine.begin() as connection:
        _metadata.create_all(connection)
        version = connection.execute(sa.select(_schema.c.version)).scalar()
        if version is None:
            connection.execute(sa.insert(_schema).values(version=VERSION))
        elif version != VERSION:
            raise OperatorError(
                f"the record of conversations has the form {version}, which this version of the program does not know"
            )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as exc:
        raise TransientError(f"the record of conversations cannot be used ({type(exc).__name__})") from exc


def _thread(
    connection: sa.Connection, start: sa.ColumnElement[bool], exchanges: int, apart_from: str
) -> list[sa.Row[Any]]:
    """The newest exchange at ``start`` and those before it, newest first; at most so many ``exchanges``."""
    said = sa.select(_exchanges, _continued.c.continues).outerjoin(
        _continued, _continued.c.question_id == _exchanges.c.question_id
    )
    said = said.where(_exchanges.c.question_id != apart_from).order_by(_exchanges.c.id.desc()).limit(1)
    rows: list[sa.Row[Any]] = []
    row = connection.execute(said.where(start)).first()
    while row is not None:
        rows.append(row)
        if len(rows) == exchanges:
            break
        key = ConversationKey(channel=row.channel, chat=row.chat, topic=row.topic, asker=row.asker)
        earlier = _of(key, _exchanges) if row.continues is None else _exchanges.c.question_id == row.continues
        row = connection.execute(said.where(earlier, _exchanges.c.id < row.id)).first()
    return rows


def _append(connection: sa.Connection, question_id: str, row: sa.Insert, continues: str) -> None:
    # To delete comes first: it locks, so that no forgetting comes between the look and the insertion.
    mine = _under_way.c.question_id == question_id
    connection.execute(sa.delete(_under_way).where(mine, sa.not_(_under_way.c.forgotten)))
    if connection.execute(sa.select(_under_way.c.question_id).where(mine)).first() is not None:
        return
    known = sa.select(_exchanges.c.id).where(_exchanges.c.question_id == question_id)
    if connection.execute(known).first() is not None:
        return
    connection.execute(row)
    if continues:
        connection.execute(sa.insert(_continued).values(question_id=question_id, continues=continues))


def _forget(connection: sa.Connection, key: ConversationKey) -> int:
    connection.execute(sa.update(_under_way).where(_of(key, _under_way)).values(forgotten=True))
    mine = sa.select(_exchanges.c.question_id).where(_of(key, _exchanges))
    connection.execute(sa.delete(_continued).where(_continued.c.question_id.in_(mine)))
    rows = connection.execute(sa.delete(_exchanges).where(_of(key, _exchanges))).rowcount
    connection.execute(sa.delete(_shown).where(_of(key, _shown)))
    return rows


def _note(connection: sa.Connection, same_message: sa.ColumnElement[bool], row: sa.Insert) -> None:
    connection.execute(sa.delete(_shown).where(same_message))
    connection.execute(row)


def _shows(key: ConversationKey, message_id: int) -> sa.ColumnElement[bool]:
    columns = _shown.c
    return sa.and_(columns.channel == key.channel, columns.chat == key.chat, columns.message_id == message_id)


def _overwrite_what_is_deleted(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA secure_delete=ON")  # https://www.sqlite.org/pragma.html#pragma_secure_delete


def _of(key: ConversationKey, table: sa.Table) -> sa.ColumnElement[bool]:
    columns = table.c
    return sa.and_(
        columns.channel == key.channel, columns.chat == key.chat, columns.topic == key.topic, columns.asker == key.asker
    )


def _storable(text: str) -> str:
    """Replace what databases refuse: halves of surrogate pairs (SQLite), NUL (PostgreSQL)."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
