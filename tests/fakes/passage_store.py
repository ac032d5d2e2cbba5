"""A PassageStore in memory; its rows outlive the object, as a folder's would."""

from collections.abc import Collection, Iterator, Sequence
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
    used: int = 0


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

    def upsert(self, rows: Sequence[StoredPassage]) -> None:
        self._rows().update({row.passage.id: row for row in rows})

    def update(self, passages: Sequence[Passage]) -> None:
        rows = self._rows()
        for passage in passages:
            rows[passage.id] = replace(rows[passage.id], passage=passage)

    def delete(self, ids: Collection[str]) -> None:
        for passage_id in ids:
            self._rows().pop(passage_id, None)

    def load(self) -> Iterator[StoredPassage]:
        return iter(list(self._rows().values()))

    def revision(self) -> str:
        texts = sorted((row.passage.id, repr(row.passage)) for row in self._contents.rows.values())
        return f"{self._contents.identity} {self._contents.damaged} {texts}"

    def seal(self) -> str:
        return self.revision()

    def close(self) -> None:
        """Nothing is held."""

    def _rows(self) -> dict[str, StoredPassage]:
        self._check()
        if self._contents.identity is None:
            raise IndexDamaged("nothing was ever stored")
        return self._contents.rows

    def _check(self) -> None:
        self._contents.used += 1
        if self._contents.damaged:
            raise IndexDamaged("the fake is damaged")
