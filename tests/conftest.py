"""What holds for every test: no network but loopback, nothing of the developer's machine, runs that repeat.

The network guard works in this process only. A test that starts a process of its own points every
address that the process knows (Telegram, model, Chroma, database) at loopback, and starts it in an
empty folder, so that it finds no ``.env``; its environment is this one's, which is swept below.
"""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_socket import socket_allow_hosts

import bot.settings

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
NOT_RESOLVED = {*LOOPBACK, "0.0.0.0", "::", "", None}  # names that need no server to be understood
PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}

# Both profiles are free of deadlines and of the health check on speed, since machines are noisy.
_CALM = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("repeatable", derandomize=True, **_CALM)
hypothesis.settings.register_profile("explore", max_examples=1000, **_CALM)
hypothesis.settings.load_profile("repeatable")  # the other one: pytest --hypothesis-profile=explore


def pytest_configure() -> None:
    """Sweep the environment before anything reads it; child processes inherit what is left."""
    names = {name.upper() for name in bot.settings.Settings.model_fields}
    unwanted = names | {f"{name}_FILE" for name in names} | PROXIES
    for name in [name for name in os.environ if name.upper() in unwanted]:
        del os.environ[name]
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let sockets connect to loopback and to files (AF_UNIX) alone, from the first fixture on."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def _sealed() -> Iterator[None]:
    """No ``.env`` of the checkout is read, and no name server is asked."""
    resolve = socket.getaddrinfo

    def guarded(host: str | bytes | None, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name in NOT_RESOLVED:
            return resolve(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "tests resolve no names but localhost")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.settings, "ENV_FILE", ROOT / "tests" / "no such file.env")
        patch.setattr(socket, "getaddrinfo", guarded)
        yield


@pytest.fixture(autouse=True)
def _logs_restored() -> Iterator[None]:
    """Take away what a test of the command line has set up: its handler writes to a stream that is closed by now."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Give the folder of essays that come with the program."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the development data beside the checkout; mark the test ``@pytest.mark.shared`` too."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the development data is not beside this checkout")
    return folder
