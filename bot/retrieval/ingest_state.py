"""What the last complete ingest brought into the index, in a small file beside it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from bot.corpus.model import SkippedFile
from bot.corpus.survey import EssayRecord, FileRecord, Known

FILE_NAME = "ingest.json"
KNOWN_FILE_NAME = "corpus.json"
INDEX_FORMAT = 1  # another number: an index of the old form is built anew


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestState:
    """Present only while the index is complete: removed before the first write, written after the last.

    ``identity`` is that of the store, ``version`` the program's. What the corpus was then, see ``read_known``.
    """

    identity: str
    version: str
    essays: int
    passages: int
    skipped: tuple[SkippedFile, ...]

    @classmethod
    def read(cls, data_dir: Path) -> Self | None:
        """The state in ``data_dir``; None where there is none that can be read, which costs one full comparison."""
        try:
            record = json.loads((data_dir / FILE_NAME).read_text(encoding="utf-8"))
            skipped = tuple(SkippedFile(**entry) for entry in record.pop("skipped"))
            return cls(**record, skipped=skipped)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write(self, data_dir: Path) -> None:
        """Write the file whole or not at all."""
        _write(data_dir / FILE_NAME, json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n")


def read_known(data_dir: Path) -> Known | None:
    """What the corpus was at the last complete ingest; None where nothing can be read of it."""
    try:
        record = json.loads((data_dir / KNOWN_FILE_NAME).read_text(encoding="utf-8"))
        files = {name: _file_record(name, fields) for name, fields in record["files"].items()}
        return Known(rules=record["rules"], taken_ns=record["taken_ns"], files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_known(known: Known, data_dir: Path) -> None:
    """Write what ``read_known`` reads, whole or not at all. A list a file, for there may be many."""
    files = {
        name: (
            record.size_bytes,
            record.mtime_ns,
            record.content,
            record.plan,
            [(essay.title, essay.told, essay.same_as) for essay in record.essays],
            record.faults,
            record.reason,
        )
        for name, record in known.files.items()
    }
    content = json.dumps({"rules": known.rules, "taken_ns": known.taken_ns, "files": files})
    _write(data_dir / KNOWN_FILE_NAME, content)


def forget_state(data_dir: Path) -> None:
    """From now on the index counts as incomplete, and the next ingest compares every passage."""
    (data_dir / FILE_NAME).unlink(missing_ok=True)


def index_identity(embedder_name: str) -> str:
    """What a store's rows were made with: rows of another identity cannot be compared with a question."""
    return f"{INDEX_FORMAT}: {embedder_name}"


def _file_record(name: str, fields: list[Any]) -> FileRecord:
    size_bytes, mtime_ns, content, plan, essays, faults, reason = fields
    return FileRecord(
        file=name,
        size_bytes=size_bytes,
        mtime_ns=mtime_ns,
        content=content,
        plan=plan,
        essays=tuple(EssayRecord(title=title, told=told, same_as=same_as) for title, told, same_as in essays),
        faults=tuple(faults),
        reason=reason,
    )


def _write(path: Path, content: str) -> None:
    written = path.with_name(f"{path.name}.new")
    written.write_text(content, encoding="utf-8")
    written.replace(path)
