"""An Embedder without a model: texts that share words have near vectors. And the real one, asked once for each text."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from bot.corpus.model import Language
from bot.retrieval.model import Embedder, Matrix, Vector
from bot.retrieval.terms import terms

DIMENSION = 64


class HashEmbedder:
    """Each term gives a direction of its own; a text is their sum. Deterministic, instantly done, and it counts."""

    def __init__(self, name: str = "hashes of terms") -> None:
        self.name = name
        self.dimension = DIMENSION
        self.language_means: dict[Language, Vector] = {}
        self.embedded: list[str] = []
        self.questions: list[str] = []

    def count_tokens(self, text: str) -> int:
        """One a character, and the two that a model adds."""
        return len(text) + 2

    async def embed_question(self, text: str) -> Vector:
        self.questions.append(text)
        return _vector(text)

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        self.embedded.extend(texts)
        done(len(texts))
        return np.stack([_vector(text) for text in texts]) if texts else np.empty((0, DIMENSION), dtype=np.float32)


class RememberingEmbedder:
    """The real embedder, which embeds each question and each lone sentence once for many runs."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._questions: dict[str, Vector] = {}
        self._sentences: dict[str, Matrix] = {}
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.language_means = embedder.language_means
        self.count_tokens = embedder.count_tokens

    async def embed_question(self, text: str) -> Vector:
        if text not in self._questions:
            self._questions[text] = await self._embedder.embed_question(text)
        return self._questions[text]

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        if len(texts) != 1:
            return await self._embedder.embed_passages(texts, done=done)
        if texts[0] not in self._sentences:
            self._sentences[texts[0]] = await self._embedder.embed_passages(texts)
        done(1)
        return self._sentences[texts[0]]


def _vector(text: str) -> Vector:
    total = np.full(DIMENSION, 1e-3, dtype=np.float32)
    for term in terms(text):
        seed = int.from_bytes(hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest(), "big")
        total += np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return total / np.linalg.norm(total)
