"""A draft that is drawn in place while it grows, and is gone when the answer is there."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.answering.model import DraftListener


@contextmanager
def live_draft(console: Console) -> Iterator[DraftListener]:
    """A listener that draws on ``console``, which has to be a terminal."""
    with Live(Text("…"), console=console, transient=True, refresh_per_second=8) as live:
        yield lambda draft: live.update(Text(draft))
