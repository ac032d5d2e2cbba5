"""An IngestProgress that remembers what it was told."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class RecordedProgress:
    total: int = 0
    done: int = 0
    essays: list[tuple[str, int]] = field(default_factory=list)
    ended: bool = False

    def started(self, total_passages: int) -> None:
        self.total = total_passages

    def embedded(self, count: int) -> None:
        self.done += count

    def essay(self, title: str, passages: int, seconds: float) -> None:
        assert seconds >= 0
        self.essays.append((title, passages))

    def finished(self) -> None:
        self.ended = True
