"""The seal around the tests holds."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_connection_to_the_outside_is_refused() -> None:
    """No test can reach an address beyond loopback."""
    with pytest.raises(RuntimeError, match="tried to use socket"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def test_a_name_of_the_outside_is_not_resolved() -> None:
    """No test asks a name server."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.org", 443)


async def test_loopback_stays_open() -> None:
    """A server and its client may talk over loopback, by name or by number."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            reader, writer = await asyncio.open_connection(host, port)
            assert await reader.read() == b"hello"
            writer.close()
            await writer.wait_closed()


async def test_child_processes_can_be_started() -> None:
    """The guard leaves alone what asyncio needs to watch a child process."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    assert await child.wait() == 0


def test_an_env_file_of_the_machine_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ``.env`` in the folder where the tests run reaches no test."""
    (tmp_path / ".env").write_text("LLM_MODEL=a-model-of-the-developer\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings().llm_model is None


def test_the_environment_of_the_machine_is_swept(tmp_path: Path) -> None:
    """A child process started in an empty folder has the default settings, and one thread for each embedding."""
    child = "import bot.settings as s, os; print(repr(s.load_settings()), os.environ['OMP_NUM_THREADS'])"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    seen = subprocess.run(
        [sys.executable, "-c", child], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert seen.stdout == f"{Settings.model_construct()!r} 1\n"
