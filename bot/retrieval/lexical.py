"""BM25 over the terms of passages."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.terms import terms

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), part 3.
K1 = 1.2  # how soon further occurrences of a term stop to count
B = 0.75  # how far a long text is discounted

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalScores:
    """For each text: its BM25 score, and which share of the question it holds, by inverse document frequency."""

    bm25: Scores
    coverage: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posting:
    texts: NDArray[np.intp]
    weights: Scores  # of the term in each of those texts, inverse document frequency included
    idf: float


class LexicalIndex:
    """The terms of a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(terms(text)) for text in texts]
        self._size = len(texts)
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
        mean = lengths.mean() if lengths.any() else 1.0
        self._discounts = K1 * (1 - B + B * lengths / mean)
        occurrences: dict[str, list[tuple[int, int]]] = {}
        for text, count in enumerate(counts):
            for term, times in count.items():
                occurrences.setdefault(term, []).append((text, times))
        self._postings = {term: self._posting(found) for term, found in occurrences.items()}

    def scores(self, question: str) -> LexicalScores:
        """How each text matches; a term that no text holds counts as the rarest in the coverage."""
        bm25 = np.zeros(self._size, dtype=np.float32)
        covered = np.zeros(self._size, dtype=np.float32)
        total = 0.0
        for term in dict.fromkeys(terms(question)):
            posting = self._postings.get(term)
            if posting is None:
                total += self._idf(0)
                continue
            total += posting.idf
            bm25[posting.texts] += posting.weights
            covered[posting.texts] += posting.idf
        return LexicalScores(bm25=bm25, coverage=covered / np.float32(total) if total else covered)

    def share(self, question: str, text: str) -> float:
        """The share (0 to 1, by inverse document frequency) of the question's terms that ``text`` holds."""
        idf = {term: self._idf_of(term) for term in terms(question)}
        held = set(terms(text))
        total = sum(idf.values())
        return sum(weight for term, weight in idf.items() if term in held) / total if total else 0.0

    def _idf_of(self, term: str) -> float:
        posting = self._postings.get(term)
        return self._idf(0) if posting is None else posting.idf

    def _posting(self, found: list[tuple[int, int]]) -> _Posting:
        texts = np.array([text for text, _ in found], dtype=np.intp)
        times = np.array([times for _, times in found], dtype=np.float64)
        idf = self._idf(len(found))
        weights = idf * times * (K1 + 1) / (times + self._discounts[texts])
        return _Posting(texts=texts, weights=weights.astype(np.float32), idf=idf)

    def _idf(self, holders: int) -> float:
        return math.log(1 + (self._size - holders + 0.5) / (holders + 0.5))
