"""A language model in memory that says what it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence

from bot.answering.model import ChatMessage, Chunk, JsonForm, Usage

PIECE_CHARS = 4
LAST = Chunk(model="model-x", usage=Usage(prompt_tokens=5, completion_tokens=3))


class FakeChatModel:
    """Says ``text`` and then ``last``, ``pause_s`` before each piece; or fails after ``fails_after`` pieces.

    A text is cut into small pieces, others are said as they are, without end where they have none. ``in_form`` is
    said in its place where a form is asked for. It knows what it was asked, how many tokens it was ``allowed``, the
    pieces that it ``said``, and how many of its streams were ``closed``. ``text`` and ``error`` may be changed
    between calls.
    """

    def __init__(
        self,
        text: str | Iterable[str] = "",
        *,
        in_form: str | Iterable[str] | None = None,
        error: BaseException | None = None,
        fails_after: int = 0,
        pause_s: float = 0.0,
        last: Chunk = LAST,
    ) -> None:
        self.text, self.in_form, self.last = text, in_form, last
        self.error, self.fails_after, self.pause_s = error, fails_after, pause_s
        self.asked: list[Sequence[ChatMessage]] = []
        self.forms: list[JsonForm | None] = []
        self.allowed: list[int] = []
        self.said: list[str] = []
        self.closed = 0

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
        self.allowed.append(max_tokens)
        try:
            for n, piece in enumerate(_pieces(self.text if form is None or self.in_form is None else self.in_form)):
                await asyncio.sleep(self.pause_s)
                if self.error is not None and n >= self.fails_after:
                    raise self.error
                self.said.append(piece)
                yield Chunk(text=piece)
            await asyncio.sleep(self.pause_s)
            if self.error is not None:
                raise self.error
            yield self.last
        finally:
            self.closed += 1


def _pieces(text: str | Iterable[str]) -> Iterable[str]:
    if not isinstance(text, str):
        return text
    return (text[n : n + PIECE_CHARS] for n in range(0, len(text), PIECE_CHARS))
