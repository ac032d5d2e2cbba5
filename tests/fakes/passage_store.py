"""A PassageStore in memory; its rows outlive the object, as a folder's would."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.corpus.model import Passage
from bot.errors import IndexDamaged
from bot.retrieval.model import StoredPassage


@dataclass(slots=True)
class StoreContents:
    """What lies in the store; ``damaged`` makes reading fail until it is reset."""

    identity: str | None = None
    rows: dict[str, StoredPassage] = field(default_factory=dict)
    damaged: bool = False
    opened: int = 0


class MemoryPassageStore:
    """Opens onto ``contents``, which a test may look into."""

    def __init__(self, contents: StoreContents) -> None:
        self._contents = contents
        contents.opened += 1

    def exists(self) -> bool:
        return self._contents.identity is not None

    def identity(self) -> str | None:
        self._check()
        return self._contents.identity

    def reset(self, identity: str) -> None:
        self._contents.identity = identity
        self._contents.rows.clear()
        self._contents.damaged = False

    def ids(self) -> set[str]:
        return set(self._rows())

    def passages(self) -> Iterable[Passage]:
        return [row.passage for row in self.load()]

    def upsert(self, rows: Sequence[StoredPassage]) -> None:
        self._rows().update({row.passage.id: row for row in rows})

    def update(self, passages: Sequence[Passage]) -> None:
        rows = self._rows()
        for passage in passages:
            rows[passage.id] = replace(rows[passage.id], passage=passage)

    def delete(self, ids: Collection[str]) -> None:
        for passage_id in ids:
            self._rows().pop(passage_id, None)

    def load(self) -> Iterable[StoredPassage]:
        rows = self._rows().values()
        return sorted(rows, key=lambda row: (row.passage.span.file, row.passage.span.start))

    def close(self) -> None:
        """Nothing is held."""

    def _rows(self) -> dict[str, StoredPassage]:
        self._check()
        if self._contents.identity is None:
            raise IndexDamaged("nothing was ever stored")
        return self._contents.rows

    def _check(self) -> None:
        if self._contents.damaged:
            raise IndexDamaged("the fake is damaged")
