"""A server on loopback that speaks the chat-completions protocol, and misbehaves on request.

    async with FakeOpenAI() as server:
        server.script(Stall(before_s=5), Say("…"))   # one step a request; afterwards the default again
        OpenAIChatModel(base_url=server.url, …)
        server.requests                               # what was asked, as JSON

By default it plays a model that reads the prompt and cites passage 1 (see ``quote_first_passage``).
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Request = dict[str, Any]
MODEL = "fake-model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one request is treated."""

    text: str | Callable[[Request], str] = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    before_s: float = 0.0  # silence before the response begins
    stall_after: int | None = None  # chunks, then silence for stall_s
    stall_s: float = 30.0
    drop_after: int | None = None  # chunks, then the connection is cut
    broken_json_after: int | None = None  # chunks, then one that is no JSON
    raw_after: tuple[int, str] | None = None  # chunks, then this event as it is
    finish_reason: str | None = "stop"
    usage: bool = True
    done: bool = True
    whole: bool = False  # one JSON object, though a stream was asked for
    reasoning: str = ""  # before the text
    endless: bool = False
    chunk_chars: int = 8
    chunk_pause_s: float = 0.0
    refuse: str | None = None  # a parameter, or a type of response_format: refused while it is there (the step is kept)
    refuse_status: int = 400
    body: str | None = None  # sent as it is instead of a stream
    content_type: str = "application/json"


def say(text: str, **changes: Any) -> Step:
    """Stream ``text``."""
    return Step(text=text, **changes)


def fail(status: int, *, retry_after: str | None = None) -> Step:
    """Answer with an error status."""
    return Step(status=status, headers={} if retry_after is None else {"Retry-After": retry_after})


def empty() -> Step:
    """A stream that says nothing at all."""
    return Step(finish_reason=None, usage=False, done=False)


def quote_first_passage(request: Request) -> str:
    """What the default model says: the first sentence of passage 1, cited; INSUFFICIENT without passages.

    A request without passages that asks for a rewritten question gets its last line back.
    """
    prompt = "\n".join(str(message["content"]) for message in request["messages"])
    passage = re.search(r'<passage n="1"[^>]*>\n(.*?)\n</passage>', prompt, re.DOTALL)
    if passage is None:
        return prompt.strip().splitlines()[-1] if "<question>" not in prompt else "INSUFFICIENT"
    sentence = re.match(r"\s*(.+?(?:[。！？]|[.!?](?=\s|$)|$))", passage[1], re.DOTALL)
    return f"{sentence[1] if sentence else passage[1]} [1]"


class FakeOpenAI:
    """The server. ``url`` is its base URL once entered; requests are recorded in ``requests``."""

    def __init__(self, *, model: str = MODEL, default: Step | None = None) -> None:
        self.model = model
        self.default = default or Step(text=quote_first_passage)
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.aborted = 0  # streams that the client left before their end
        self.url = ""
        self._script: deque[Step] = deque()
        self._runner: web.AppRunner | None = None

    def script(self, *steps: Step) -> None:
        """Treat the next requests so, one step each."""
        self._script.extend(steps)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        self.headers.append(dict(request.headers))
        step = self._script[0] if self._script else self.default
        if step.refuse and step.refuse in {*asked, (asked.get("response_format") or {}).get("type")}:
            hint = " Use 'max_completion_tokens' instead." if step.refuse == "max_tokens" else ""
            return web.json_response(
                _error(f"Unsupported parameter: '{step.refuse}'.{hint}"), status=step.refuse_status
            )
        if self._script:
            self._script.popleft()
        await asyncio.sleep(step.before_s)
        if step.status != 200:
            return web.json_response(_error("scripted failure"), status=step.status, headers=step.headers)
        if step.body is not None:
            return web.Response(text=step.body, content_type=step.content_type)
        if step.whole or not asked.get("stream"):
            return web.json_response(self._whole(asked, step))
        return await self._stream(request, asked, step)

    async def _stream(self, request: web.Request, asked: Request, step: Step) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self._send_pieces(request, response, asked, step)
        except (ConnectionResetError, ConnectionAbortedError, asyncio.CancelledError):
            self.aborted += 1
            raise
        return response

    async def _send_pieces(
        self, request: web.Request, response: web.StreamResponse, asked: Request, step: Step
    ) -> None:
        text = _text(asked, step)
        if step.reasoning:
            await self._event(response, self._chunk({"reasoning_content": step.reasoning}))
        n = 0
        while True:
            if n == step.stall_after:
                await asyncio.sleep(step.stall_s)
            if n == step.drop_after:
                assert request.transport is not None
                request.transport.close()
                return
            if n == step.broken_json_after:
                await response.write(b'data: {"choices": [{"del\n\n')
                return
            if step.raw_after is not None and n == step.raw_after[0]:
                await response.write(f"data: {step.raw_after[1]}\n\n".encode())
            while step.endless and 0 < len(text) < (n + 1) * step.chunk_chars:
                text += text
            piece = text[n * step.chunk_chars : (n + 1) * step.chunk_chars]
            if not piece:
                break
            await self._event(response, self._chunk({"content": piece}))
            await asyncio.sleep(step.chunk_pause_s)
            n += 1
        await self._send_end(response, asked, step)

    async def _send_end(self, response: web.StreamResponse, asked: Request, step: Step) -> None:
        if step.finish_reason is not None:
            await self._event(response, self._chunk({}, finish_reason=step.finish_reason))
        if step.usage and (asked.get("stream_options") or {}).get("include_usage"):
            await self._event(response, {**self._chunk({}), "choices": [], "usage": _usage(asked, step)})
        if step.done:
            await response.write(b"data: [DONE]\n\n")

    def _whole(self, asked: Request, step: Step) -> dict[str, Any]:
        message = {"role": "assistant", "content": _text(asked, step)}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": step.finish_reason}],
            **({"usage": _usage(asked, step)} if step.usage else {}),
        }

    def _chunk(self, delta: dict[str, str], *, finish_reason: str | None = None) -> dict[str, Any]:
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": self.model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        }

    async def _event(self, response: web.StreamResponse, data: dict[str, Any]) -> None:
        await response.write(f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode())


def _text(asked: Request, step: Step) -> str:
    return step.text(asked) if callable(step.text) else step.text


def _usage(asked: Request, step: Step) -> dict[str, int]:
    prompt = sum(len(str(message["content"])) for message in asked["messages"])
    completion = len(_text(asked, step))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "scripted", "code": None}}
