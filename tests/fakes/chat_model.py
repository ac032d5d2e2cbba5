"""A language model in memory that says what it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from bot.answering.model import ChatMessage, Chunk, JsonForm, Usage

PIECE_CHARS = 4


class FakeChatModel:
    """Says ``text`` in small pieces after ``pause_s``, or fails after ``fails_after`` of them; knows what it was asked.

    ``text`` and ``error`` may be changed between calls.
    """

    def __init__(
        self, text: str = "", *, error: Exception | None = None, fails_after: int = 0, pause_s: float = 0.0
    ) -> None:
        self.text, self.error, self.fails_after, self.pause_s = text, error, fails_after, pause_s
        self.asked: list[Sequence[ChatMessage]] = []
        self.forms: list[JsonForm | None] = []

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Stream a completion; ``max_tokens`` does not bound it."""
        self.asked.append(messages)
        self.forms.append(form)
        await asyncio.sleep(self.pause_s)
        for n in range(0, len(self.text), PIECE_CHARS):
            if self.error is not None and n // PIECE_CHARS >= self.fails_after:
                raise self.error
            yield Chunk(text=self.text[n : n + PIECE_CHARS])
        if self.error is not None:
            raise self.error
        yield Chunk(model="model-x", usage=Usage(prompt_tokens=5, completion_tokens=3))
