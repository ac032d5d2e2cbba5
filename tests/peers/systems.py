"""What Yinju is compared with, over Yinju's own passages: words alone, vectors alone, and plain fusion of the two."""

import re
from collections.abc import Sequence
from typing import Protocol

import bm25s
import jieba
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from bot.corpus.model import Span
from bot.retrieval.index import Index
from tests.peers.embedder import SharedEmbedder
from tests.peers.ranking import reciprocal_rank_fusion

WORD = re.compile(r"\w")


class System(Protocol):
    """Something that finds passages."""

    name: str

    def search(self, question: str, k: int) -> Sequence[Span]:
        """The k best, best first."""


class Words:
    """Texts as words: jieba's for Chinese, for English as bm25s shows it, without stop words and endings."""

    def __init__(self) -> None:
        self._stem = Stemmer.Stemmer("english")
        self._stop_words = frozenset(STOPWORDS_EN)

    def __call__(self, text: str) -> list[str]:
        """The words in order."""
        words = [word for word in jieba.lcut(text.casefold()) if WORD.search(word)]
        stemmed: list[str] = self._stem.stemWords([word for word in words if word not in self._stop_words])
        return stemmed


class Bm25:
    """BM25 as bm25s has it by default (Lucene's, k1 1.5, b 0.75)."""

    name = "BM25 alone"

    def __init__(self, index: Index, words: Words) -> None:
        self._spans = [passage.span for passage in index.passages]
        self._words = words
        self._bm25 = bm25s.BM25()
        corpus = [words(f"{passage.header}\n{passage.text}") for passage in index.passages]
        self._bm25.index(corpus, show_progress=False)

    def ranking(self, question: str) -> list[int]:
        """The positions of all passages that share a word with the question."""
        words = [word for word in self._words(question) if word in self._bm25.vocab_dict]
        if not words:
            return []
        scores = self._bm25.get_scores(words)
        return [int(position) for position in np.argsort(-scores, kind="stable") if scores[position] > 0]

    def search(self, question: str, k: int) -> list[Span]:
        """The k best."""
        return [self._spans[position] for position in self.ranking(question)[:k]]


class Dense:
    """Cosines of the question and the passages as they are."""

    name = "dense alone"

    def __init__(self, index: Index, embedder: SharedEmbedder) -> None:
        self._spans = [passage.span for passage in index.passages]
        self._vectors = np.stack([row.vector for row in index.stored()])
        self._embedder = embedder

    def ranking(self, question: str) -> list[int]:
        """The positions of all passages."""
        similarities = self._vectors @ self._embedder.question(question)
        return [int(position) for position in np.argsort(-similarities, kind="stable")]

    def search(self, question: str, k: int) -> list[Span]:
        """The k best."""
        return [self._spans[position] for position in self.ranking(question)[:k]]


class Fused:
    """Both rankings by reciprocal rank fusion."""

    name = "reciprocal rank fusion"

    def __init__(self, index: Index, bm25: Bm25, dense: Dense) -> None:
        self._spans = [passage.span for passage in index.passages]
        self._bm25, self._dense = bm25, dense

    def search(self, question: str, k: int) -> list[Span]:
        """The k best."""
        fused = reciprocal_rank_fusion([self._bm25.ranking(question), self._dense.ranking(question)])
        return [self._spans[position] for position in fused[:k]]
