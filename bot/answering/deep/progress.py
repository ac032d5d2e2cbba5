"""How far a report is, told as a draft: the steps behind, the one under way, and what is being written."""

from bot.answering.model import DraftListener

DONE = "✓ "


class Progress:
    """Tells ``listener`` the steps so far at each new one, and the growing text of a section below them."""

    def __init__(self, listener: DraftListener | None) -> None:
        self._listener = listener
        self._done: list[str] = []
        self._under_way = ""

    def step(self, line: str) -> None:
        """Begin the step that ``line`` (Markdown) names; the one before it is done."""
        if self._under_way:
            self._done.append(f"{DONE}{self._under_way}")
        self._under_way = line
        self.draft("")

    def give_up(self) -> None:
        """Leave the step under way: it was for nothing, and is never said to be done."""
        self._under_way = ""

    def draft(self, text: str) -> None:
        """Show what the step under way has written so far; a ``DraftListener``."""
        if self._listener is not None:
            steps = "\n".join([*self._done, f"{self._under_way}…"])
            self._listener(f"{steps}\n\n{text}".strip())
