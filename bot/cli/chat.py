"""``yinju chat``: a conversation in the terminal."""

import argparse

from bot.cli.command import Command, no_arguments
from bot.settings import Settings


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    del args
    from bot.channels.terminal.session import TerminalSession
    from bot.cli.opening import open_ready_app

    async with open_ready_app(settings) as app:
        await TerminalSession(conversations=app.conversations, index=app.index).run()
    return 0


COMMAND = Command(name="chat", help="talk with the essays in the terminal", add_arguments=no_arguments, run=_run)
