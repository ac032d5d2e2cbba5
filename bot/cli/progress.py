"""Progress on stderr: a bar, and for an ingest a line an essay with its seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.retrieval.ingest import IngestProgress


@contextmanager
def ingest_progress() -> Iterator[IngestProgress]:
    """Draws nothing until there is work; the bar is for a terminal, the lines are for everybody."""
    bar = _bar()
    try:
        yield _Bar(bar)
    finally:
        bar.stop()


@contextmanager
def counting(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr; call what it yields with how many of ``total`` are done further."""
    bar = _bar()
    with bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _Bar:
    """An IngestProgress drawn by rich."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def started(self, total_passages: int) -> None:
        self._task = self._bar.add_task("Reading the essays", total=total_passages)
        self._bar.start()

    def embedded(self, count: int) -> None:
        if self._task is not None:
            self._bar.advance(self._task, count)

    def essay(self, title: str, passages: int, seconds: float) -> None:
        self._bar.console.print(
            f"{seconds:6.2f} s  {passages:4d} passages  {title}", markup=False, highlight=False, soft_wrap=True
        )

    def finished(self) -> None:
        self._bar.stop()
