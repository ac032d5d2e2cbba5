"""The Bot API over HTTP on loopback: ``/bot<token>/<method>``."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes.bot_api.faults import Fault, Faults, Hold, Matches, Mishap, When
from tests.fakes.bot_api.flood import FloodGate, Limits
from tests.fakes.bot_api.methods import Methods, Refused, bad
from tests.fakes.bot_api.people import People
from tests.fakes.bot_api.rules import rule_faults
from tests.fakes.bot_api.schema import Schema
from tests.fakes.bot_api.updates import Conflict, UpdateQueue
from tests.fakes.bot_api.world import FakeChat, FakeUser, World

Json = dict[str, Any]
T = TypeVar("T")

TOKEN = "1234567890:AAFakeTokenForTestsOnly-0123456789abcd"
SENDS = frozenset({"sendMessage", "editMessageText", "editMessageReplyMarkup"})
SIGN = "sendChatAction"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that no correct bot does."""

    method: str
    what: str


@dataclass(slots=True, kw_only=True)
class Call:
    """A request as it came (``time.monotonic``); ``error`` is the code it was answered with, 0 if fine."""

    at: float
    method: str
    params: Json
    error: int = 0
    description: str = ""


class FakeBotApi(People):
    """A server with one bot. Use as ``async with FakeBotApi() as server``; ``server.url`` is the API's address."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "yinju_bot",
        limits: Limits | None = None,
        schema: Schema | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.schema = schema or Schema.load()
        self.bot = FakeUser(id=int(token.split(":", maxsplit=1)[0]), first_name="Yinju", username=username, is_bot=True)
        world, updates = World(self.bot), UpdateQueue()
        super().__init__(world, updates, Methods(world, updates))
        self.flood = FloodGate(limits or Limits(), clock)
        self.faults = Faults()
        self.violations: list[Violation] = []
        self.calls: list[Call] = []
        self.unauthorized = 0
        self.url = ""
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        if not self.schema.present:
            _log.warning("the description of the Bot API is absent: requests are not checked against it")

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        del kind, exc, tb
        self.faults.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    # What a test plants and watches

    def drop(self, method: str, *, when: When = "before", times: int = 1, matches: Matches | None = None) -> Fault:
        """Close the connection of the next call without an answer, before or after it took effect."""
        return self._plant(Mishap.DROP, method, when, times, matches)

    def fail(self, method: str, *, times: int = 1, matches: Matches | None = None) -> Fault:
        """Answer the next call with 502, without effect."""
        return self._plant(Mishap.FAIL, method, "before", times, matches)

    def delay(self, method: str, seconds: float, *, when: When = "before", times: int = 1) -> Fault:
        """Let the next call wait, before it takes effect or before it is answered."""
        fault = self._plant(Mishap.DELAY, method, when, times, None)
        fault.delay_s = seconds
        return fault

    def _plant(self, mishap: Mishap, method: str, when: When, times: int, matches: Matches | None) -> Fault:
        fault = Fault(mishap=mishap, method=method, when=when, times=times)
        if matches is not None:
            fault.matches = matches
        return self.faults.plant(fault)

    def hold(self, method: str, *, when: When, matches: Matches | None = None) -> Hold:
        """Stop the next such call at this moment until released; a client that dies meanwhile is let go."""
        hold = Hold(method=method, when=when)
        if matches is not None:
            hold.matches = matches
        return self.faults.hold(hold)

    def flood_next(self, chat: FakeChat, retry_after_s: int, *, sign: bool = False) -> None:
        """Refuse the next send (or typing sign) to this chat with 429, and everything until that time is over."""
        self.flood.order_penalty(chat.id, retry_after_s, sign=sign)

    async def wait_for(self, predicate: Callable[[], T], *, timeout: float = 20.0, what: str = "") -> T:
        """Wait until the predicate is true and return what it gave; looked at after every request."""
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            left = deadline - time.monotonic()
            if left <= 0:
                latest = list(self.world.chats.values())[-4:]
                chats = "\n--\n".join(map(self.transcript, latest))
                raise AssertionError(
                    f"{what or 'it'} did not happen within {timeout} s; the latest chats say:\n{chats}"
                )
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.1))
            except TimeoutError:
                continue
        return value

    def calls_of(self, method: str, chat: FakeChat | None = None) -> list[Call]:
        """Find the requests of one method so far, to one chat if given."""
        return [c for c in self.calls if c.method == method and (chat is None or c.params.get("chat_id") == chat.id)]

    # The way of a request

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            self.unauthorized += 1
            return _failure(Refused(401, "Unauthorized"))
        method = request.match_info["method"]
        params = self.schema.decode(method, await _parameters(request))
        try:
            await self.faults.pause(method, params, "before")
            if (fault := self.faults.due(method, params, "before")) is not None and (
                out := await _suffer(request, fault)
            ):
                return out
            response = await self._answer(method, params)
            await self.faults.pause(method, params, "after")
            if (fault := self.faults.due(method, params, "after")) is not None and (
                out := await _suffer(request, fault)
            ):
                return out
            return response
        finally:
            self._changed.set()

    async def _answer(self, method: str, params: Json) -> web.Response:
        call = Call(at=time.monotonic(), method=method, params=params)
        self.calls.append(call)
        try:
            result = await self._apply(method, params)
        except Refused as refusal:
            call.error, call.description = refusal.code, refusal.description
            if refusal.violation:
                self.violations.append(Violation(method=method, what=refusal.description))
            return _failure(refusal)
        return web.json_response({"ok": True, "result": result})

    async def _apply(self, method: str, params: Json) -> Any:
        self._check(method, params)
        if method in SENDS or method == SIGN:
            self._count(method, params)
        if method == "getUpdates":
            return await self._get_updates(params)
        return self.methods.known[method](params)

    def _check(self, method: str, params: Json) -> None:
        implemented = method == "getUpdates" or method in self.methods.known
        if self.schema.present and not self.schema.knows(method) and not implemented:
            raise Refused(404, "Not Found", violation=True)
        faults = self.schema.faults(method, params) or list(rule_faults(method, params))
        if faults:
            raise bad("; ".join(faults), violation=True)
        if not implemented:
            raise Refused(501, f"this fake does not know {method}", violation=True)

    def _count(self, method: str, params: Json) -> None:
        chat = self.world.find_chat(params.get("chat_id"))
        if chat is None:
            return
        flooded = self.flood.sign(chat.id) if method == SIGN else self.flood.send(chat.id, group=chat.is_group)
        if flooded is None:
            return
        if flooded.early_s:
            self.violations.append(
                Violation(method=method, what=f"did not honour retry_after: {flooded.early_s:.2f} s too early")
            )
        wait_s = flooded.retry_after_s
        raise Refused(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)

    async def _get_updates(self, params: Json) -> list[Json]:
        try:
            return await self.updates.get(
                offset=params.get("offset", 0),
                limit=params.get("limit", 100),
                timeout=params.get("timeout", 0),
                allowed=params.get("allowed_updates"),
            )
        except Conflict:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                violation=True,
            ) from None


async def _parameters(request: web.Request) -> Json:
    """From the query string and the body, whichever of the four ways it is written in."""
    params: Json = dict(request.query)
    if request.method == "POST" and request.can_read_body:
        body = await request.json() if request.content_type == "application/json" else await request.post()
        params.update(body)
    return params


async def _suffer(request: web.Request, fault: Fault) -> web.Response | None:
    if fault.mishap is Mishap.DELAY:
        await asyncio.sleep(fault.delay_s)
        return None
    if fault.mishap is Mishap.FAIL:
        return web.Response(status=502, text="<html><body>Bad Gateway</body></html>", content_type="text/html")
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


def _failure(refusal: Refused) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)
