"""``/health``: does this process do its work? For container health checks, load balancers, systemd watchdogs."""

import http.client
import logging
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import OperatorError, SettingsError

logger = logging.getLogger(__name__)

Check = Callable[[], bool]

PROBE_TIMEOUT_S = 3.0
SHUTDOWN_S = 1.0
ANY_HOST = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (understood here, not bound to)


class WebServer:
    """Serves ``/health``: 200 where every check returns True, else 503 with the names of those that don't.

    ``address`` is ``host:port`` (``[::1]:8080`` for IPv6; port 0 takes a free one). ``checks`` are called
    on the loop at each request, so they must be quick; one that raises has failed.
    """

    def __init__(self, address: str, checks: Mapping[str, Check]) -> None:
        self._host, self._port = split_address(address)
        self._checks = dict(checks)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to serve. Raises OperatorError where the address cannot be had."""
        app = web.Application()
        app.router.add_get("/health", self._health)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as exc:
            await self.close()
            raise OperatorError(f"WEB_ADDRESS {self._host}:{self._port} cannot be used ({exc.strerror})") from exc

    @property
    def address(self) -> str:
        """``host:port`` as served, with the port that was taken where 0 was asked for."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the web server is not started")
        host, port = self._runner.addresses[0][:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def close(self) -> None:
        """Stop serving; repeating it is no error."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _health(self, request: web.Request) -> web.Response:
        del request
        failing = [name for name, check in self._checks.items() if not _passes(name, check)]
        if failing:
            return web.json_response({"status": "failing", "failing": failing}, status=503)
        return web.json_response({"status": "ok"})


def probe(address: str) -> bool:
    """Whether a process serves ``/health`` at ``address`` and says that it is well; waits up to 3 s.

    Raises SettingsError where ``address`` is none.
    """
    host, port = split_address(address)
    connection = http.client.HTTPConnection(ANY_HOST.get(host, host), port, timeout=PROBE_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def split_address(address: str) -> tuple[str, int]:
    """Host and port of ``host:port``; an empty host means every interface. Raises SettingsError."""
    try:
        parts = urlsplit(f"//{address}")
        port = parts.port
    except ValueError:
        port = None
    if port is None or parts.path or "@" in address:
        raise SettingsError("WEB_ADDRESS must be host:port, as in 127.0.0.1:8080")
    return parts.hostname or "", port


def _passes(name: str, check: Check) -> bool:
    try:
        return check()
    except Exception:
        logger.exception("the health check %s failed", name)
        return False
