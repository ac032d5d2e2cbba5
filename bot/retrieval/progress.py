"""How an ingest tells of its progress."""

from typing import Protocol


class IngestProgress(Protocol):
    """Told how an ingest gets on. Nothing is called where there is nothing to do."""

    def started(self, total_passages: int) -> None:
        """``total_passages`` are new and will be embedded."""
        ...

    def embedded(self, count: int) -> None:
        """``count`` further passages are embedded and stored."""
        ...

    def essay(self, title: str, passages: int, seconds: float) -> None:
        """The new passages of an essay are embedded; it took ``seconds``."""
        ...

    def finished(self) -> None:
        """All is stored."""
        ...
