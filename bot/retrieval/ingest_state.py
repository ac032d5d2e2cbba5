"""What the last complete ingest brought into the index, in a small file beside it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from bot.corpus.model import SkippedFile

FILE_NAME = "ingest.json"
INDEX_FORMAT = 1  # another number: an index of the old form is built anew


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestState:
    """Present only while the index is complete: removed before the first write, written after the last.

    ``fingerprint`` is that of the corpus, ``identity`` that of the store, ``version`` the program's.
    """

    fingerprint: str
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
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, data_dir: Path) -> None:
        """Write the file whole or not at all."""
        written = data_dir / f"{FILE_NAME}.new"
        written.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.replace(data_dir / FILE_NAME)


def forget_state(data_dir: Path) -> None:
    """From now on the index counts as incomplete, and the next ingest compares every passage."""
    (data_dir / FILE_NAME).unlink(missing_ok=True)


def index_identity(embedder_name: str) -> str:
    """What a store's rows were made with: rows of another identity cannot be compared with a question."""
    return f"{INDEX_FORMAT}: {embedder_name}"
