"""What the ``openai`` client does not tell of a streamed reply: that it came to its end, or is one JSON object."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

DONE = b"[DONE]"  # https://platform.openai.com/docs/api-reference/chat/streaming: the last event of a stream
TAIL_BYTES = 64  # where it is looked for
MAX_REPLY_BYTES = 1_000_000


async def watch_for_done(response: Any) -> None:
    """A response hook of the client: ``has_come_to_its_end`` can be asked of the response then."""
    from httpx2 import AsyncByteStream  # noqa: PLC0415 (imported by the client already)

    class Watched(AsyncByteStream):
        def __init__(self, stream: AsyncByteStream) -> None:
            self._stream = stream
            self._pieces = aiter(stream)
            self.tail = b""

        # No generator: one more in the chain would be left to the garbage collector where a stream is left early.
        def __aiter__(self) -> AsyncIterator[bytes]:
            return self

        async def __anext__(self) -> bytes:
            piece = await anext(self._pieces)
            self.tail = (self.tail + piece)[-TAIL_BYTES:]
            return piece

        async def aclose(self) -> None:
            if isinstance(self._pieces, AsyncGenerator):
                await self._pieces.aclose()
            await self._stream.aclose()

    response.stream = Watched(response.stream)


def has_come_to_its_end(stream: Any) -> bool:
    """Whether what was read of ``stream`` says that it is all: many servers give no ``finish_reason``."""
    tail: bytes = getattr(stream.response.stream, "tail", b"")
    return DONE in tail or _is_whole_reply(stream.response)


async def chunks_of(stream: Any) -> AsyncGenerator[Any, None]:
    """The chunks of ``stream``; of a server that knows no streams the one that its JSON makes.

    Raises what the client raises, and ValueError where there is no JSON in what is said to be some.
    """
    if _is_whole_reply(stream.response):
        yield await _one_chunk(stream.response)
        return
    async for chunk in stream:
        yield chunk


def _is_whole_reply(response: Any) -> bool:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower() == "application/json"


async def _one_chunk(response: Any) -> Any:
    from openai.types.chat import ChatCompletionChunk  # noqa: PLC0415 (imported by the client already)

    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_REPLY_BYTES:
            raise ValueError("the reply is too long")
    reply = json.loads(body)
    if not isinstance(reply, dict):
        return None
    choices = reply.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    choice = {"delta": first.get("message"), "finish_reason": first.get("finish_reason")}
    return ChatCompletionChunk.construct(model=reply.get("model"), usage=reply.get("usage"), choices=[choice])
