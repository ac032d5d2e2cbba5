"""A model that has to begin, and to end, by a certain time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from bot.answering.model import ChatMessage, ChatModel, Chunk, JsonForm
from bot.errors import ModelLate


class TimedModel:
    """``model`` until ``ends``, in seconds of the event loop's clock; its first word has to come by ``begins``."""

    def __init__(self, model: ChatModel, *, ends: float, begins: float | None = None) -> None:
        self._model = model
        self._begins, self._ends = ends if begins is None else begins, ends

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Stream a completion (see ChatModel); raises ModelLate where its time is over, too."""
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
        raise ModelLate("timed out") from exc
