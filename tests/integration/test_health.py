"""The health page over real HTTP."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OperatorError, SettingsError
from bot.web.health import WebServer, probe, split_address


class Checks:
    """Checks whose results a test sets."""

    def __init__(self):
        self.telegram = True

    def telegram_is_alive(self):
        return self.telegram

    def broken(self):
        raise ValueError("a bug")


@pytest.fixture
def checks():
    return Checks()


def get(address, path="/health"):
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture
async def server(checks):
    server = WebServer("127.0.0.1:0", {"telegram": checks.telegram_is_alive})
    await server.start()
    yield server
    await server.close()


async def test_health_is_ok_while_every_check_passes(server):
    """200 and a plain ok, and the probe agrees."""
    assert await asyncio.to_thread(get, server.address) == (200, {"status": "ok"})
    assert await asyncio.to_thread(probe, server.address)


async def test_health_names_what_fails_and_recovers(server, checks):
    """503 with the name of the failing check, until it passes again."""
    checks.telegram = False
    status, body = await asyncio.to_thread(get, server.address)
    assert status == 503
    assert json.loads(body) == {"status": "failing", "failing": ["telegram"]}
    assert not await asyncio.to_thread(probe, server.address)
    checks.telegram = True
    assert await asyncio.to_thread(probe, server.address)


async def test_a_check_that_raises_has_failed(checks, caplog):
    """A bug in a check is a failure of that check, with a traceback in the log and none on the page."""
    server = WebServer("127.0.0.1:0", {"fine": checks.telegram_is_alive, "broken": checks.broken})
    await server.start()
    status, body = await asyncio.to_thread(get, server.address)
    await server.close()
    assert status == 503
    assert json.loads(body)["failing"] == ["broken"]
    assert "a bug" in caplog.text


async def test_without_checks_an_answer_is_health_enough():
    """A process without channels is well when it answers."""
    server = WebServer("127.0.0.1:0", {})
    await server.start()
    assert await asyncio.to_thread(probe, server.address)
    await server.close()


async def test_other_pages_are_not_there(server):
    """Nothing but health is served."""
    status, _ = await asyncio.to_thread(get, server.address, "/")
    assert status == 404


async def test_an_address_in_use_is_the_operator_s_to_mend(server):
    """A second server on the address is refused with the setting's name, and closes without an error."""
    second = WebServer(server.address, {})
    with pytest.raises(OperatorError, match="WEB_ADDRESS"):
        await second.start()
    await second.close()


async def test_a_closed_server_is_not_well(server):
    """After close, and after closing again, the probe finds nobody."""
    address = server.address
    await server.close()
    await server.close()
    assert not await asyncio.to_thread(probe, address)
    with pytest.raises(RuntimeError):
        _ = server.address


async def test_the_probe_finds_a_server_on_every_interface():
    """An address that means every interface is asked on loopback."""
    server = WebServer("0.0.0.0:0", {})
    await server.start()
    assert await asyncio.to_thread(probe, server.address)
    await server.close()


async def test_the_probe_is_not_taken_in_by_something_else():
    """A port where something other than HTTP answers is not well."""

    async def greet(reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        assert not await asyncio.to_thread(probe, f"{host}:{port}")


@pytest.mark.parametrize(
    "address", ["", "8080", "localhost", "localhost:port", "localhost:99999", "http://localhost:80", "a@b:80", "a:1/x"]
)
def test_an_address_that_is_none_is_refused(address):
    """What is not host:port is named as the setting it comes from."""
    with pytest.raises(SettingsError, match="WEB_ADDRESS"):
        WebServer(address, {})


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("[::1]:80", "::1", 80),
        (":8080", "", 8080),
        ("localhost:0", "localhost", 0),
    ],
)
def test_an_address_is_host_and_port(address, host, port):
    """IPv4, IPv6, a name, and every interface."""
    assert split_address(address) == (host, port)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text):
    """No text makes anything but an address or a SettingsError."""
    try:
        host, port = split_address(text)
    except SettingsError:
        return
    assert isinstance(host, str)
    assert 0 <= port <= 65535
