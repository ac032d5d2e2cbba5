"""PTB's transport on aiohttp: what it sends, and how each failure is named."""

import asyncio
import logging

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.channels.telegram.aiohttp_request import AiohttpRequest, FloodWait
from bot.channels.telegram.api import make_bot

TOKEN = "42:very-secret"


class Server:
    """Answers every call with what a test sets."""

    def __init__(self):
        self.status, self.body, self.delay_s, self.calls, self.at_once, self.most_at_once = 200, b"", 0.0, [], 0, 0

    async def answer(self, request):
        self.calls.append((request.path, dict(await request.post())))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.delay_s)
        self.at_once -= 1
        if self.status == 0:
            request.transport.close()
        return web.Response(status=self.status or 200, body=self.body, headers={"Location": "/elsewhere"})

    def says(self, status, body):
        self.status, self.body = status, body


@pytest.fixture
async def server():
    """Give a server on loopback that does as it is told."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def bot(server):
    """Give a bot that is connected to it, with short waits."""
    requests = [AiohttpRequest(connections=2, read_timeout_s=0.3) for _ in range(2)]
    bot = Bot(TOKEN, base_url=f"{server.url}/bot", request=requests[0], get_updates_request=requests[1])
    server.says(200, b'{"ok": true, "result": {"id": 42, "is_bot": true, "first_name": "B", "username": "b_bot"}}')
    await bot.initialize()
    yield bot
    await bot.shutdown()


async def test_parameters_arrive(bot, server):
    """Texts, numbers and objects go as a form, as Telegram documents it."""
    server.says(200, b'{"ok": true, "result": true}')
    await bot.set_my_commands([("ask", "提问 & “más” 😀")], language_code="zh")
    path, fields = server.calls[-1]
    assert path == f"/bot{TOKEN}/setMyCommands"
    assert fields["language_code"] == "zh"
    assert "\\u63d0\\u95ee" in fields["commands"] or "提问" in fields["commands"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"ok": false, "description": "Bad Request: chat not found"}', BadRequest),
        (401, b'{"ok": false, "description": "Unauthorized"}', InvalidToken),
        (403, b'{"ok": false, "description": "Forbidden: bot was kicked"}', Forbidden),
        (409, b'{"ok": false, "description": "Conflict"}', Conflict),
        (502, b"<html>Bad Gateway</html>", NetworkError),
        (302, b"", NetworkError),
        (200, b"<html>a captive portal</html>", NetworkError),
        (200, b"[1, 2]", NetworkError),
        (0, b"", NetworkError),
    ],
)
async def test_every_failure_has_its_name(bot, server, status, body, error):
    """What Telegram refuses, what a gateway says, and a connection that closes."""
    server.says(status, body)
    with pytest.raises(error) as caught:
        await bot.send_message(1, "hi")
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"ok": false, "description": "Too Many Requests", "parameters": {"retry_after": 17}}', 17),
        (b"<html>too many</html>", 1),
        (b"[]", 1),
    ],
)
async def test_a_flood_wait_tells_its_seconds(bot, server, body, seconds):
    """``retry_after`` as Telegram says it, a second where a proxy says nothing."""
    server.says(429, body)
    with pytest.raises(FloodWait) as caught:
        await bot.send_message(1, "hi")
    assert caught.value.seconds == seconds


async def test_a_server_that_does_not_answer_is_timed_out(bot, server):
    """The read time limit is that of the transport, or that of the call."""
    server.delay_s = 0.6
    with pytest.raises(TimedOut):
        await bot.send_message(1, "hi")
    server.says(200, b'{"ok": true, "result": true}')
    assert await bot.delete_webhook(read_timeout=5)


async def test_no_server_at_all_is_a_network_error():
    """Nobody listens on the port."""
    bot = make_bot(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(NetworkError, match="ClientConnectorError") as caught:
        await bot.initialize()
    assert TOKEN not in repr(caught.value)
    await bot.shutdown()


async def test_connections_are_limited(bot, server):
    """Calls beyond the pool wait for their turn."""
    server.delay_s = 0.05
    server.says(200, b'{"ok": true, "result": true}')
    await asyncio.gather(*(bot.delete_webhook() for _ in range(6)))
    assert server.most_at_once == 2


async def test_uploads_and_calls_after_closing_say_so(bot, server):
    """What this transport can't do, it refuses clearly."""
    with pytest.raises(TelegramError, match="uploads no files"):
        await bot.send_document(1, InputFile(b"bytes"))
    await bot.shutdown()
    with pytest.raises(NetworkError, match="closed"):
        await bot.send_message(1, "hi")


async def test_a_body_that_is_no_json_is_not_logged(bot, server, caplog):
    """It may hold what people wrote."""
    caplog.set_level(logging.INFO)
    server.says(200, b'{"ok": true, "result": [{"text": "a secret question"')
    with pytest.raises(NetworkError):
        await bot.send_message(1, "hi")
    assert "secret question" not in caplog.text
