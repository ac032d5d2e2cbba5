"""What a process of its own measures over a made-up corpus: its restart, its searches, its memory."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.bootstrap import App
from bot.corpus.model import Language
from bot.evaluation.bench.contest import LAPS, Side, take_turn
from bot.evaluation.bench.heartbeat import lag
from bot.evaluation.bench.resident import resident
from bot.evaluation.percentiles import median, p95
from bot.evaluation.synthetic import MadeUpEmbedder, made_up_questions
from bot.retrieval.model import Embedder, Matrix, Vector

QUESTIONS = 120
WARMING = 10
CALLERS = 8

Opener = Callable[[Embedder], AbstractAsyncContextManager[App]]


@dataclass(slots=True, kw_only=True)
class DelayedEmbedder(Embedder):
    """Made-up vectors, each question taking the time that the real embedder needs for it: the last took ``took_s``."""

    real: Embedder
    made_up: MadeUpEmbedder
    took_s: float = 0.0

    @property
    def name(self) -> str:
        """Made up."""
        return self.made_up.name

    @property
    def dimension(self) -> int:
        """Of the made-up vectors."""
        return self.made_up.dimension

    @property
    def language_means(self) -> Mapping[Language, Vector]:
        """Of the made-up vectors."""
        return self.made_up.language_means

    def count_tokens(self, text: str) -> int:
        """Made up."""
        return self.made_up.count_tokens(text)

    async def embed_question(self, text: str) -> Vector:
        """The made-up vector, when the real one is there."""
        began = time.perf_counter()
        await self.real.embed_question(text)
        vector = await self.made_up.embed_question(text)
        self.took_s = time.perf_counter() - began
        return vector

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        """Made up, at once."""
        return await self.made_up.embed_passages(texts, done=done)


async def restart(
    open_app: Opener, real: AbstractAsyncContextManager[Embedder], *, told: Callable[[Mapping[str, float]], None]
) -> None:
    """Open the index, answer a first search, tell ``{}``, measure on, and tell the figures."""
    async with real as embedder:
        delayed = DelayedEmbedder(real=embedder, made_up=MadeUpEmbedder())
        async with open_app(delayed) as app:
            asked = made_up_questions(QUESTIONS + WARMING)
            await app.searcher.search(asked[0])
            told({})
            told(await _measured(app, delayed, asked))


async def _measured(app: App, embedder: DelayedEmbedder, asked: Sequence[str]) -> dict[str, float]:
    whole, own = [], []
    for question in asked:
        began = time.perf_counter()
        await app.searcher.search(question)
        whole.append(time.perf_counter() - began)
        own.append(whole[-1] - embedder.took_s)

    async def answer(question: str) -> None:
        await app.conversations.answer(question, ())

    answering = Side(work=answer)
    await take_turn(answering, asked[: LAPS * CALLERS], CALLERS)
    heard, memory = lag(answering.heart.beats), resident()
    return {
        "search_median_ms": 1000 * median(whole[WARMING:]),
        "search_p95_ms": 1000 * p95(whole[WARMING:]),
        "retrieval_median_ms": 1000 * median(own[WARMING:]),
        "retrieval_p95_ms": 1000 * p95(own[WARMING:]),
        "loop_blocked_ms": 1000 * heard.longest_s,
        "loop_held_ms": 1000 * heard.longest_own_s,
        "memory_mib": memory.total_mib,
        "own_memory_mib": memory.own_mib,
    }
