"""``yinju serve``: runs the channels that are configured, and the web part."""

import argparse
import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

from bot.cli.command import Command, no_arguments
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.model import Answer, DraftListener
    from bot.conversation.conversations import Conversations
    from bot.delivery.inbox import Inbox
    from bot.delivery.model import Courier, Letter

log = logging.getLogger(__name__)


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    del args
    serving = asyncio.current_task()
    if serving is None:
        raise RuntimeError("serving needs a task that can be stopped")
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        await _serve(settings)
    except asyncio.CancelledError:
        log.info("stopped")
    return 0


async def _serve(settings: Settings) -> None:
    from bot.bootstrap import history_url
    from bot.channels.telegram.channel import TelegramChannel
    from bot.cli.opening import open_ready_app, settle
    from bot.conversation.sql_history import SqlHistory
    from bot.web.health import WebServer

    async with contextlib.AsyncExitStack() as stack:
        channel = TelegramChannel(settings)
        await channel.connect()
        stack.push_async_callback(channel.close)
        history = await stack.enter_async_context(SqlHistory(history_url(settings)))
        app = await stack.enter_async_context(open_ready_app(settings, history=history, bot_username=channel.username))
        inbox = _inbox(app.conversations, channel.courier, settings)
        await inbox.start()
        stack.push_async_callback(inbox.close)
        web = WebServer(settings.web_address, {"telegram": channel.is_alive})
        await web.start()
        stack.push_async_callback(web.close)
        settle()  # what the inbox and the channel brought
        await channel.run(inbox=inbox, conversations=app.conversations, index=app.index, linker=app.linker)


def _inbox(conversations: "Conversations", courier: "Courier", settings: Settings) -> "Inbox":
    from bot.bootstrap import inbox_url
    from bot.delivery.inbox import Inbox

    async def answer(letter: "Letter", on_draft: "DraftListener") -> "Answer":
        return await conversations.ask(
            letter.conversation,
            question_id=letter.id,
            text=letter.text,
            context=letter.context,
            reply=letter.reply,
            lang=letter.lang,
            deep=letter.deep,
            on_draft=on_draft,
        )

    async def note_shown(letter: "Letter", message_id: int) -> None:
        await conversations.note_shown(letter.conversation, question_id=letter.id, message_id=message_id)

    return Inbox(inbox_url(settings), answer, courier, note_shown=note_shown)


COMMAND = Command(name="serve", help="run the channels that .env configures", add_arguments=no_arguments, run=_run)
