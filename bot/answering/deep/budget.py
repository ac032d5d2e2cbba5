"""What a report may cost in time and tokens, and a model that keeps to it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from bot.answering.model import ChatMessage, ChatModel, Chunk, JsonForm, Notice, Usage
from bot.answering.plain import count_wide
from bot.answering.sources import CHARS_PER_LATIN_TOKEN, estimated_tokens
from bot.errors import BudgetSpent

LEAST_COMPLETION = 100  # tokens; nothing worth reading is said with less
OVER_ESTIMATE = 2  # an estimate errs on the side of more: who writes twice as much ignores ``max_tokens``
BELIEVED, SPARE_TOKENS = 5, 200  # times the estimate of a prompt, and for a server's own words around a short one


class Budget:
    """Seconds from now, and tokens of prompts and completions together. Made on the loop that it is used on."""

    def __init__(self, *, timeout_s: float, max_tokens: int) -> None:
        self._now = asyncio.get_running_loop().time
        self.deadline = self._now() + timeout_s
        self._left = max_tokens
        self.usage = Usage()
        self.reached: Notice | None = None  # the first limit that something had to be cut short or left out for

    def reserve(self, prompt_tokens: int, max_tokens: int) -> int:
        """The tokens that a completion may have; with the prompt they count as spent until ``settle``.

        Raises BudgetSpent where the time is over, or too few are left.
        """
        if self._now() >= self.deadline:
            raise self.spent(Notice.OUT_OF_TIME)
        allowed = min(max_tokens, self._left - prompt_tokens)
        if allowed < LEAST_COMPLETION:
            raise self.spent(Notice.OUT_OF_TOKENS)
        self._left -= prompt_tokens + allowed
        return allowed

    def settle(self, reserved_tokens: int, usage: Usage) -> None:
        """Count what a completion did take in place of what was reserved for it."""
        self._left += reserved_tokens - usage.prompt_tokens - usage.completion_tokens
        self.usage += usage

    def spent(self, limit: Notice) -> BudgetSpent:
        """Take note that ``limit`` was reached; returns the error to raise where nothing came of the completion."""
        self.reached = self.reached or limit
        return BudgetSpent(limit.value)


class BudgetedModel:
    """``model`` within ``budget``: a completion that reaches a limit ends there, cut short."""

    def __init__(self, model: ChatModel, budget: Budget) -> None:
        self._model = model
        self._budget = budget

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Stream a completion (see ChatModel); raises BudgetSpent where a limit leaves no word of it."""
        prompt_tokens = sum(estimated_tokens(message.content) for message in messages)
        allowed = self._budget.reserve(prompt_tokens, max_tokens)
        count = _Count(prompt_tokens=prompt_tokens, allowed=allowed)
        stream: Any = self._model.stream(messages, max_tokens=allowed, temperature=temperature, form=form)
        limit: Notice | None = None
        try:
            async with aclosing(stream) as chunks:
                while (chunk := await self._next(chunks)) is not None:
                    count.take(chunk)
                    if chunk.cut_short and allowed < max_tokens:
                        self._budget.spent(Notice.OUT_OF_TOKENS)
                    yield chunk
                    if count.completion_tokens > OVER_ESTIMATE * allowed:
                        limit = Notice.OUT_OF_TOKENS
                        break
        except TimeoutError:
            limit = Notice.OUT_OF_TIME
        finally:
            self._budget.settle(prompt_tokens + allowed, count.usage)
        if limit is not None:
            error = self._budget.spent(limit)
            if not count.completion_tokens:
                raise error
            yield Chunk(usage=count.usage, cut_short=True)

    async def _next(self, chunks: AsyncGenerator[Chunk, None]) -> Chunk | None:
        # No time-out may span a yield, or it would interrupt the consumer instead of the model.
        async with asyncio.timeout_at(self._budget.deadline):
            return await anext(chunks, None)


class _Count:
    """The tokens of a completion: as the server counts them, else estimated."""

    def __init__(self, *, prompt_tokens: int, allowed: int) -> None:
        self._prompt_tokens = prompt_tokens
        self._allowed = allowed
        self._wide = self._narrow = 0
        self._told = Usage()

    def take(self, chunk: Chunk) -> None:
        wide = count_wide(chunk.text)
        self._wide += wide
        self._narrow += len(chunk.text) - wide
        self._told = chunk.usage or self._told

    @property
    def completion_tokens(self) -> int:
        """Estimated; 0 for nothing at all."""
        return self._wide - (-self._narrow // CHARS_PER_LATIN_TOKEN)

    @property
    def usage(self) -> Usage:
        """As told, as far as that can be: what is no count, or far from the estimates, is not believed."""
        told = self._told
        if not told.prompt_tokens and not told.completion_tokens:
            return Usage(prompt_tokens=self._prompt_tokens, completion_tokens=self.completion_tokens)
        is_prompt = 0 <= told.prompt_tokens <= BELIEVED * self._prompt_tokens + SPARE_TOKENS
        is_completion = 0 <= told.completion_tokens <= OVER_ESTIMATE * self._allowed
        return Usage(
            prompt_tokens=told.prompt_tokens if is_prompt else self._prompt_tokens,
            completion_tokens=told.completion_tokens if is_completion else self.completion_tokens,
        )
