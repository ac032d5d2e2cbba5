"""Conversations in a SQL database: a SQLite file by default, PostgreSQL where several processes share them."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

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

    async def recent(self, key: ConversationKey, *, limit: int) -> Sequence[Turn]:
        """The last ``limit`` turns, oldest first; empty where nothing was said or ``limit`` is 0 or less."""
        if limit <= 0:
            return ()
        newest = (
            sa.select(_exchanges.c.question, _exchanges.c.answer)
            .where(_of(key))
            .order_by(_exchanges.c.id.desc())
            .limit((limit + 1) // TURNS_A_ROW)
        )
        rows = await self._in_thread(lambda connection: connection.execute(newest).all())
        turns: list[Turn] = []
        for row in reversed(rows):
            turns += [Turn(role="user", content=row.question), Turn(role="assistant", content=row.answer)]
        return tuple(turns[-limit:])

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        """Remember a question and its answer once, however often it is called with the same ``question_id``."""
        row = sa.insert(_exchanges).values(
            question_id=question_id,
            channel=key.channel,
            chat=key.chat,
            topic=key.topic,
            asker=key.asker,
            question=_storable(question),
            answer=_storable(answer.text),
            status=answer.status.value,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with contextlib.suppress(IntegrityError):  # it is there already
            await self._in_thread(lambda connection: connection.execute(row))

    async def forget(self, key: ConversationKey) -> int:
        """Forget the conversation; returns how many turns were forgotten."""
        return TURNS_A_ROW * await self._in_thread(
            lambda connection: connection.execute(sa.delete(_exchanges).where(_of(key))).rowcount
        )

    async def _in_thread(self, work: Callable[[sa.Connection], Result]) -> Result:
        return await asyncio.to_thread(self._transact, work)

    def _transact(self, work: Callable[[sa.Connection], Result]) -> Result:
        if self._opened is None:
            raise RuntimeError("the history is not open")
        with _translated(), self._opened.begin() as connection:
            return work(connection)

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


def _of(key: ConversationKey) -> sa.ColumnElement[bool]:
    columns = _exchanges.c
    return sa.and_(
        columns.channel == key.channel, columns.chat == key.chat, columns.topic == key.topic, columns.asker == key.asker
    )


def _storable(text: str) -> str:
    """Replace what databases refuse: halves of surrogate pairs (SQLite), NUL (PostgreSQL)."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
