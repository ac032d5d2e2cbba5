"""The file behind a SQLite address: made ready, and kept to one process."""

import sqlite3
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from bot.errors import OperatorError


class SqliteFile:
    """The file of ``sqlite:///path``; for addresses of other databases each call does nothing."""

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url)
        is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        self._path = Path(str(url.database)) if is_file else None
        self._lock: FileLock | None = None

    def claim(self) -> None:
        """Take the file for this process, which is released by ``release`` or the end of the process.

        Two processes that resume the same unfinished questions would answer each twice.
        Raises OperatorError where another process has it or it cannot be used.
        """
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{self._path}.lock", timeout=0, thread_local=False)
            lock.acquire()
            self._lock = lock
            self._write_ahead(self._path)
        except Timeout:
            raise OperatorError("another process is serving from the same data folder; stop it first") from None
        except (OSError, sqlite3.Error) as exc:
            raise OperatorError(f"{self._path.name} in the data folder cannot be used ({exc})") from exc

    @staticmethod
    def _write_ahead(path: Path) -> None:
        """Switch to a write-ahead log, which lasts: a commit then takes a third of the time, as durable as before."""
        connection = sqlite3.connect(path, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()

    def release(self) -> None:
        """Let the file go; repeating it is no error."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
