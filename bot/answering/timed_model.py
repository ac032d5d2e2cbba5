"""A model that has to begin, and to end, by a certain time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Self

from bot.answering.model import ChatMessage, ChatModel, Chunk, JsonForm
from bot.errors import ModelUnavailable


class TimedModel:
    """``model`` within ``timeout_s`` seconds from now; the first word of it has to come ``begins_within_s``."""

    def __init__(self, model: ChatModel, *, timeout_s: float, begins_within_s: float) -> None:
        now = asyncio.get_running_loop().time()
        self._model = model
        self._begins, self._ends = now + begins_within_s, now + timeout_s

    def until_the_end(self) -> Self:
        """Let the next completion take all of the time that is left."""
        self._begins = self._ends
        return self

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Stream a completion (see ChatModel); raises ModelUnavailable where its time is over, too."""
        stream: Any = self._model.stream(messages, max_tokens=max_tokens, temperature=temperature, form=form)
        deadline = self._begins
        async with aclosing(stream) as chunks:
            while (chunk := await _next(chunks, deadline)) is not None:
                deadline = self._ends
                yield chunk


async def _next(chunks: AsyncGenerator[Chunk, None], deadline: float) -> Chunk | None:
    # No time-out may span a yield, or it would interrupt the consumer instead of the model.
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(chunks, None)
    except TimeoutError as exc:
        raise ModelUnavailable("timed out") from exc
