"""BM25 over the terms of passages."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language
from bot.retrieval.segment import LANGUAGES, Part, term_key
from bot.retrieval.terms import terms

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), part 3.
K1 = 1.2  # how soon further occurrences of a term stop to count
B = 0.75  # how far a long text is discounted

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalScores:
    """For each passage: its BM25 score, and which share of the question it holds, by inverse document frequency."""

    bm25: Scores
    coverage: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posting:
    rows: NDArray[np.intp]  # that hold the term
    counts: NDArray[np.float64]  # how often each holds it
    idf: float


class LexicalQuestion:
    """The terms of a question in each language, and who holds them."""

    def __init__(
        self, *, size: int, discounts: NDArray[np.float64], postings: Mapping[Language, Mapping[str, _Posting]]
    ) -> None:
        self._size = size
        self._discounts = discounts
        self._postings = postings

    def scores(self) -> LexicalScores:
        """How each passage matches; a term that none of its language holds counts as the rarest in the coverage."""
        bm25 = np.zeros(self._size, dtype=np.float32)
        coverage = np.zeros_like(bm25)
        for postings in self._postings.values():
            total = np.float32(sum(posting.idf for posting in postings.values()))
            for posting in postings.values():
                weights = posting.idf * posting.counts * (K1 + 1) / (posting.counts + self._discounts[posting.rows])
                bm25[posting.rows] += weights.astype(np.float32)
                coverage[posting.rows] += np.float32(posting.idf) / total
        return LexicalScores(bm25=bm25, coverage=coverage)

    def share(self, text: str, language: Language) -> float:
        """The share (0 to 1, by inverse document frequency) of the question's terms that ``text`` holds."""
        postings = self._postings.get(language, {})
        held = set(terms(text))
        total = sum(posting.idf for posting in postings.values())
        return sum(posting.idf for term, posting in postings.items() if term in held) / total if total else 0.0


class LexicalIndex:
    """The terms of the passages of segments, of each language by itself. Rows are counted through all segments."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._segments = [part.segment for part in parts]
        self._first_rows = np.cumsum([0, *(len(segment) for segment in self._segments)])
        self._live = np.concatenate([np.zeros(0, dtype=bool), *(part.mask() for part in parts)])
        languages = np.concatenate([np.empty(0, np.uint8), *(segment.languages for segment in self._segments)])
        lengths = np.concatenate([np.empty(0), *(segment.term_counts for segment in self._segments)])
        self._sizes: dict[Language, int] = {}
        self._discounts = np.zeros(len(lengths))
        for code, language in enumerate(LANGUAGES):
            own = languages == code
            counted = lengths[own & self._live]
            self._sizes[language] = len(counted)
            mean = counted.mean() if counted.any() else 1.0
            self._discounts[own] = K1 * (1 - B + B * lengths[own] / mean)

    def question(self, text: str) -> "LexicalQuestion":
        """The terms of a question, looked up."""
        asked = list(dict.fromkeys(terms(text)))
        return LexicalQuestion(
            size=len(self._live),
            discounts=self._discounts,
            postings={
                language: {term: self._posting(language, term) for term in asked}
                for language, size in self._sizes.items()
                if size
            },
        )

    def _posting(self, language: Language, term: str) -> _Posting:
        found = list(self._found(term_key(language, term)))
        rows = np.concatenate([np.empty(0, np.intp), *(rows for rows, _ in found)])
        counts = np.concatenate([np.empty(0), *(counts for _, counts in found)])
        held = self._live[rows]
        return _Posting(rows=rows[held], counts=counts[held], idf=self._idf(language, int(held.sum())))

    def _found(self, key: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.uint16]]]:
        for segment, first_row in zip(self._segments, self._first_rows[:-1], strict=True):
            rows, counts = segment.postings(key)
            yield rows + first_row, counts

    def _idf(self, language: Language, holders: int) -> float:
        return math.log(1 + (self._sizes[language] - holders + 0.5) / (holders + 0.5))
