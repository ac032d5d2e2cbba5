"""Passages in Chroma: embedded in a folder, or behind its server."""

import logging
import shutil
import socket
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np

from bot.corpus.model import Passage
from bot.errors import IndexDamaged, OperatorError, SettingsError
from bot.retrieval.data_folder import UNWRITABLE, obstacle_to_writing
from bot.retrieval.model import DataUnwritable, StoredPassage, StoreUnreachable
from bot.retrieval.sqlite_header import is_whole
from bot.retrieval.stored_row import decode_passage, decode_row, encode_passage, encode_vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

COLLECTION = "passages"
HTTP_PORT = 8000
HTTPS_PORT = 443
CONNECT_TIMEOUT_S = 10.0
DISK_FULL = "disk is full"  # SQLite's words, which Chroma hands on
DATABASE_FILE = "chroma.sqlite3"
ROWS_A_WRITE = 128  # far below what a request of Chroma's server may hold
ROWS_A_READ = 2_000
DAMAGED = "the index cannot be read: run `yinju ingest`, which builds it anew from the essays"

log = logging.getLogger(__name__)


class ChromaStore:
    """A PassageStore in the folder ``path``, or in the server at ``url`` (which then wins).

    One row a passage: its text as the document, its vector as the embedding, and two strings of
    metadata, the rest of the passage and all vectors in float16. So a row is written at once, whole,
    and 700 rows are read in 15 ms, where reading the embeddings back from Chroma took 135 ms
    (they are there for searching in Chroma, should a corpus outgrow the search in memory).
    chromadb takes 0.3 to 1.5 s to import and is imported when it is first needed.
    """

    def __init__(self, path: Path | None = None, url: str | None = None) -> None:
        if path is None and url is None:
            raise SettingsError("neither a folder nor an address for Chroma was given")
        self._path = path
        self._url = url
        self._client: Client | None = None

    def exists(self) -> bool:
        """Whether the folder holds a database that is as long as it says; of a server it is assumed."""
        return self._url is not None or (self._path is not None and is_whole(self._path / DATABASE_FILE))

    def identity(self) -> str | None:
        """What the rows were made with, None where nothing was ever stored."""
        if self._url is None and self._path is not None and not (self._path / DATABASE_FILE).is_file():
            return None
        with self._errors_translated():
            if COLLECTION not in {collection.name for collection in self._open().list_collections()}:
                return None
            metadata = self._rows().metadata or {}
        return str(metadata.get("identity", ""))

    def reset(self, identity: str) -> None:
        """Forget everything, readable or not, and start afresh as ``identity``."""
        with self._errors_translated():
            if self._url is None and self._path is not None and self._path.exists():
                self._remove_files(self._path)
            client = self._open()
            if COLLECTION in {collection.name for collection in client.list_collections()}:
                client.delete_collection(COLLECTION)
            client.create_collection(
                COLLECTION,
                metadata={"identity": identity},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,  # all rows come with vectors, so nothing is ever downloaded
            )

    def upsert(self, rows: Sequence[StoredPassage]) -> None:
        """Store or replace whole rows."""
        for start in range(0, len(rows), ROWS_A_WRITE):
            part = rows[start : start + ROWS_A_WRITE]
            with self._errors_translated():
                self._rows().upsert(
                    ids=[row.passage.id for row in part],
                    embeddings=np.stack([row.vector for row in part]),
                    documents=[row.passage.text for row in part],
                    metadatas=[_metadata(row) for row in part],
                )

    def update(self, passages: Sequence[Passage]) -> None:
        """Replace what is known of passages whose text and vectors stay as they are."""
        for start in range(0, len(passages), ROWS_A_WRITE):
            part = passages[start : start + ROWS_A_WRITE]
            with self._errors_translated():
                self._rows().update(
                    ids=[passage.id for passage in part],
                    metadatas=[{"passage": encode_passage(passage)} for passage in part],  # merged with what is there
                )

    def delete(self, ids: Collection[str]) -> None:
        """Forget passages; unknown ids are no error."""
        doomed = sorted(ids)
        for start in range(0, len(doomed), ROWS_A_WRITE):
            with self._errors_translated():
                self._rows().delete(ids=doomed[start : start + ROWS_A_WRITE])

    def load(self) -> Iterator[StoredPassage]:
        """Every stored passage, in any order."""
        offset = 0
        while page := self._page(offset):
            yield from page
            offset += len(page)

    def revision(self) -> str:
        """Size and time of the database; of a server the mark, and the number of rows."""
        if self._url is None and self._path is not None:
            try:
                found = (self._path / DATABASE_FILE).stat()
            except OSError:
                return ""
            return f"{found.st_size} {found.st_mtime_ns}"
        with self._errors_translated():
            rows = self._rows()
            return f"{rows.id} {(rows.metadata or {}).get('seal', '')} {rows.count()}"

    def seal(self) -> str:
        """Mark the rows of a server with a name that no other state of them has; a folder needs no mark."""
        if self._url is not None:
            with self._errors_translated():
                rows = self._rows()
                rows.modify(metadata={**(rows.metadata or {}), "seal": uuid.uuid4().hex})
            return self.revision()
        self.close()  # which writes what is still to be written
        return self.revision()

    def close(self) -> None:
        """Let go of files and connections."""
        client, self._client = self._client, None
        if client is None:
            return
        if self._url is not None:
            _close_connections(client)
        client.close()

    def _page(self, offset: int) -> list[StoredPassage]:
        with self._errors_translated():
            page = self._rows().get(include=["documents", "metadatas"], limit=ROWS_A_READ, offset=offset)
            return list(map(_row, page["ids"], page["documents"] or [], page["metadatas"] or []))

    def _rows(self) -> "ChromaCollection":
        return self._open().get_collection(COLLECTION, embedding_function=None)

    def _open(self) -> "Client":
        if self._client is None:
            # The functions that make a client promise less than they give.
            self._client = cast("Client", self._in_folder() if self._url is None else self._at_server(self._url))
        return self._client

    def _in_folder(self) -> "ClientAPI":
        import chromadb  # noqa: PLC0415 (see the class)
        from chromadb.config import Settings  # noqa: PLC0415 (see the class)

        try:
            return chromadb.PersistentClient(path=str(self._path), settings=Settings(anonymized_telemetry=False))
        except Exception:
            _forget_systems()
            raise

    @staticmethod
    def _at_server(url: str) -> "ClientAPI":
        import chromadb  # noqa: PLC0415 (see the class)
        from chromadb.config import Settings  # noqa: PLC0415 (see the class)

        address = urlsplit(url)
        ssl = address.scheme == "https"
        host, port = address.hostname or "localhost", address.port or (HTTPS_PORT if ssl else HTTP_PORT)
        # chromadb waits without end, and says every failure with a bare ValueError.
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_S).close()
        return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=Settings(anonymized_telemetry=False))

    def _remove_files(self, path: Path) -> None:
        self.close()
        _forget_systems()
        if not path.is_dir():
            path.unlink()
            return
        for entry in path.iterdir():  # the folder itself may be a mount or a link
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        import httpx  # noqa: PLC0415 (comes with chromadb, whose client lets its errors through)
        from chromadb.errors import ChromaError  # noqa: PLC0415 (see the class)

        try:
            yield
        except OSError as exc:
            if self._url is None:
                raise DataUnwritable(UNWRITABLE.format(reason=exc.strerror)) from exc
            raise StoreUnreachable(f"no Chroma server answers at CHROMA_URL ({type(exc).__name__})") from exc
        except httpx.HTTPError as exc:
            raise StoreUnreachable(f"no Chroma server answers at CHROMA_URL ({type(exc).__name__})") from exc
        except (ChromaError, ValueError, KeyError, TypeError) as exc:
            log.debug("Chroma failed", exc_info=True)
            raise self._failure(exc) from exc

    def _failure(self, exc: Exception) -> OperatorError:
        """What Chroma's error means: it reports a full disk as if its files were broken, even when it only reads."""
        if self._url is not None or self._path is None:
            full = DISK_FULL in str(exc)
            return DataUnwritable("the disk of the Chroma server is full") if full else IndexDamaged(DAMAGED)
        reason = obstacle_to_writing(self._path if self._path.is_dir() else self._path.parent)
        return IndexDamaged(DAMAGED) if reason is None else DataUnwritable(UNWRITABLE.format(reason=reason))


def _close_connections(client: Any) -> None:
    """Chromadb 1.5 leaves those of a client, and of the second one inside it, open."""
    for part in (client, client._admin_client):  # noqa: SLF001
        part._server._session.close()  # noqa: SLF001


def _forget_systems() -> None:
    """Chroma keeps a started system, or half of one, for every path; it must not outlive the files."""
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 (see the class)

    SharedSystemClient.clear_system_cache()


def _metadata(row: StoredPassage) -> dict[str, str]:
    return {"passage": encode_passage(row.passage), "vectors": encode_vectors(row)}


def _row(passage_id: str, document: str, metadata: Mapping[str, Any]) -> StoredPassage:
    return decode_row(decode_passage(passage_id, metadata["passage"], document), metadata["vectors"])
