"""``yinju serve``: runs the channels that are configured, and the web part."""

import argparse
import asyncio
import contextlib
import signal

from bot.cli.command import Command, no_arguments
from bot.settings import Settings


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    del args
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(_serve(settings))
        stopped = tasks.create_task(stop.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        stopped.cancel()
    return 0


async def _serve(settings: Settings) -> None:
    from bot.answering.model import Answer, DraftListener
    from bot.bootstrap import history_url, inbox_url
    from bot.channels.telegram.channel import TelegramChannel
    from bot.cli.opening import open_ready_app
    from bot.conversation.sql_history import SqlHistory
    from bot.delivery.inbox import Inbox
    from bot.delivery.model import Letter
    from bot.web.health import WebServer

    async with contextlib.AsyncExitStack() as stack:
        channel = TelegramChannel(settings)
        await channel.connect()
        stack.push_async_callback(channel.close)
        history = await stack.enter_async_context(SqlHistory(history_url(settings)))
        app = await stack.enter_async_context(open_ready_app(settings, history=history, bot_username=channel.username))

        async def answer(letter: Letter, on_draft: DraftListener) -> Answer:
            return await app.conversations.ask(
                letter.conversation,
                question_id=letter.id,
                text=letter.text,
                context=letter.context,
                on_draft=on_draft,
            )

        inbox = Inbox(inbox_url(settings), answer, channel.courier)
        await inbox.start()
        stack.push_async_callback(inbox.close)
        web = WebServer(settings.web_address, {"telegram": channel.is_alive})
        await web.start()
        stack.push_async_callback(web.close)
        await channel.run(inbox=inbox, conversations=app.conversations, index=app.index, linker=app.linker)


COMMAND = Command(name="serve", help="run the channels that .env configures", add_arguments=no_arguments, run=_run)
