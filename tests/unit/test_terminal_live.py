"""The draft that a terminal shows while an answer is made."""

from io import StringIO

from rich.console import Console

from bot.channels.terminal.live import live_draft


def test_a_draft_is_drawn_while_it_grows_and_gone_at_the_end() -> None:
    """Its words are drawn as they are, with nothing read into brackets; then the line is taken back."""
    screen = StringIO()
    with live_draft(Console(file=screen, force_terminal=True, width=80)) as on_draft:
        on_draft("写到一半 [bold]")
    drawn, _, after = screen.getvalue().rpartition("写到一半 [bold]")
    assert drawn
    assert "\x1b[2K" in after  # the line is erased
