"""The vectors of the index as they are compared with a question: from the middle of the corpus (see ``vector_space``).

The vectors themselves are never moved: it is the question that is turned back to where they are. What is
kept for each is the factor by which it is too short or too long then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language
from bot.retrieval.array_file import Array, Arrays, let_go
from bot.retrieval.half_precision import widened
from bot.retrieval.model import Matrix, Vector
from bot.retrieval.segment import LANGUAGES, Part, Rows, Segment
from bot.retrieval.vector_space import VectorSpace

VECTORS_A_CHUNK = 4_096
PASSAGES_A_CHUNK = 256  # whose sentences are copied at a stretch, in which no other thread can run
TINY = np.float32(1e-12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """A question: its direction among the vectors as they are kept, and what each language's centre scores in it."""

    direction: Vector
    centres: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentences:
    """Sentences of some passages, those of one passage together; ``first`` as in a segment."""

    vectors: Matrix
    factors: Vector  # by what a vector is to be multiplied, for its own length and the one it has when placed
    centre_factors: Vector
    languages: NDArray[np.uint8]
    first: NDArray[np.int64]

    def scores(self, lens: Lens) -> Vector:
        found: Vector = (self.vectors @ lens.direction) * self.factors - lens.centres[
            self.languages
        ] * self.centre_factors
        return found

    def best(self, lens: Lens, otherwise: Vector) -> Vector:
        """The best score of each passage's; ``otherwise`` where it has none."""
        best = otherwise.copy()
        filled = np.flatnonzero(np.diff(self.first))
        if len(filled):
            best[filled] = np.maximum.reduceat(self.scores(lens), self.first[:-1][filled])
        return best


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A space, and for each segment of an index the factors of its vectors in it (see ``placed_factors``)."""

    space: VectorSpace
    factors: Sequence[Arrays]


def placed(parts: Sequence[Part], known_means: Mapping[Language, Vector]) -> Placement:
    """The segments in the space of their own vectors. ``known_means``: the embedder's."""
    space = learned_space(parts, known_means)
    return Placement(space=space, factors=[placed_factors(part.segment, space) for part in parts])


def learned_space(parts: Sequence[Part], known_means: Mapping[Language, Vector]) -> VectorSpace:
    """The space of the vectors of all passages and sentences. ``known_means``: the embedder's."""
    dimension = max((part.segment.dimension for part in parts), default=0)
    return VectorSpace.learned(_batches(parts), dimension=dimension, known_means=known_means if dimension else {})


def placed_factors(segment: Segment, space: VectorSpace) -> dict[str, Array]:
    """What ``PlacedVectors`` needs to know of the vectors of a segment."""
    vector_factors = np.zeros(len(segment), dtype=np.float32)
    counts = np.diff(segment.first_sentence)
    languages = np.repeat(segment.languages, counts)
    sentence_factors = np.zeros((2, len(segment.sentences)), dtype=np.float32)
    for code, language in enumerate(LANGUAGES):
        for rows in _chunks(np.flatnonzero(segment.languages == code)):
            vector_factors[rows] = space.factors(segment.vectors[rows], language)
        for rows in _chunks(np.flatnonzero(languages == code)):
            vectors = widened(segment.sentences[rows])
            lengths = np.maximum(np.linalg.norm(vectors, axis=1), TINY)
            own = space.factors(vectors / lengths[:, np.newaxis], language)
            sentence_factors[:, rows] = own / lengths, own
    return {
        "vectors": vector_factors,
        "sentences": sentence_factors[0],
        "sentence_centres": sentence_factors[1],
    }


class PlacedVectors:
    """Passages by row, counted through all segments, and their sentences, scored by cosine with a question.

    The sentences of ``sample`` are held in memory; those of other rows are fetched when they are asked for.
    """

    def __init__(self, segments: Sequence[Segment], placement: Placement, *, sample: Rows) -> None:
        self._segments = segments
        self._factors = placement.factors
        self._space = placement.space
        self._first_rows = np.cumsum([0, *(len(segment) for segment in segments)])
        self._languages = np.concatenate([np.empty(0, np.uint8), *(segment.languages for segment in segments)])
        self._sample = self._sentences(sample)
        self._sample_rows = sample
        self._let_go()

    def lens(self, vector: Vector, language: Language) -> Lens:
        """The vector of a text in ``language``, to score others by."""
        placed = self._space.place(vector[np.newaxis], [language])[0]
        direction: Vector = self._space.turn @ placed
        centres = np.array([self._space.centre(language) @ direction for language in LANGUAGES], dtype=np.float32)
        return Lens(direction=direction, centres=centres)

    def passages(self, lens: Lens) -> Vector:
        """A score a passage, of all of them."""
        scores = [
            (segment.vectors @ lens.direction - lens.centres[segment.languages]) * factors["vectors"]
            for segment, factors in zip(self._segments, self._factors, strict=True)
        ]
        return np.concatenate([np.empty(0, np.float32), *scores])

    def best_of_sample(self, lens: Lens, passages: Vector) -> Vector:
        """The best score of the sentences of each passage of the sample; for others what they have themselves."""
        best = passages.copy()
        best[self._sample_rows] = self._sample.best(lens, passages[self._sample_rows])
        return best

    def best_of(self, lens: Lens, passages: Vector, rows: Rows) -> Vector:
        """The best score of the sentences of each passage of ``rows``."""
        best = [self._sentences(some).best(lens, passages[some]) for some in _chunks(rows, PASSAGES_A_CHUNK)]
        self._let_go()
        return np.concatenate([np.empty(0, np.float32), *best])

    def sentences(self, lens: Lens, row: int) -> Vector:
        """A score for each sentence of a passage."""
        return self._sentences(np.array([row])).scores(lens)

    def _let_go(self) -> None:
        """The system maps many pages around each that is read, at last all."""
        for segment in self._segments:
            let_go(segment.sentences)

    def _sentences(self, rows: Rows) -> _Sentences:
        """Those of the passages at ``rows``."""
        segment_of = np.searchsorted(self._first_rows, rows, side="right") - 1
        own = rows - self._first_rows[segment_of]
        counts = np.zeros(len(rows), dtype=np.int64)
        for number, segment in enumerate(self._segments):
            here = segment_of == number
            counts[here] = segment.first_sentence[own[here] + 1] - segment.first_sentence[own[here]]
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        vectors = np.empty((first[-1], self._segments[0].dimension if self._segments else 0), dtype=np.float32)
        factors = np.empty((2, first[-1]), dtype=np.float32)
        for number, segment in enumerate(self._segments):
            here = np.repeat(segment_of == number, counts)
            taken = _runs(segment.first_sentence[own[segment_of == number]], counts[segment_of == number])
            vectors[here] = widened(segment.sentences[taken])
            known = self._factors[number]
            factors[:, here] = known["sentences"][taken], known["sentence_centres"][taken]
        return _Sentences(
            vectors=vectors,
            factors=factors[0],
            centre_factors=factors[1],
            languages=np.repeat(self._languages[rows], counts),
            first=first,
        )


def _runs(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Rows:
    """``start`` to ``start + count`` of each, one after another."""
    before = np.cumsum(counts) - counts
    runs: Rows = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return runs


def _chunks(rows: Rows, size: int = VECTORS_A_CHUNK) -> Iterator[Rows]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _batches(parts: Sequence[Part]) -> Iterator[tuple[Language, Matrix]]:
    for part in parts:
        segment = part.segment
        for code, language in enumerate(LANGUAGES):
            own = part.rows[segment.languages[part.rows] == code]
            for rows in _chunks(own):
                yield language, segment.vectors[rows]
            starts = segment.first_sentence[own]
            for rows in _chunks(_runs(starts, segment.first_sentence[own + 1] - starts)):
                vectors = widened(segment.sentences[rows])
                yield language, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), TINY)
