"""Vectors seen from the middle of the corpus, so that what all texts share counts for little."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language
from bot.retrieval.model import Matrix, Vector

CENTRE_PRIOR = 16  # texts: a language with fewer has its centre nearer to where it is expected
RIDGE = 2.0  # of the largest variance: dampens the strongest directions, and cannot blow up the faint ones
TINY = 1e-9


@dataclass(slots=True)
class Moments:
    """How many vectors there are of a language, their sum, and the sum of their outer products."""

    dimension: int
    count: int = 0
    total: NDArray[np.float64] = field(init=False)
    products: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.total = np.zeros(self.dimension)
        self.products = np.zeros((self.dimension, self.dimension))

    def add(self, vectors: Matrix) -> None:
        """Count further vectors."""
        self.count += len(vectors)
        self.total += vectors.sum(axis=0, dtype=np.float64)
        self.products += vectors.T @ vectors

    def around(self, centre: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of outer products of what the vectors are away from ``centre``."""
        cross = np.outer(self.total, centre)
        return self.products - cross - cross.T + self.count * np.outer(centre, centre)


class VectorSpace:
    """A change of coordinates, learned from the vectors of a corpus.

    An e5 model puts all texts into a narrow cone, and the texts of one language into a narrower one
    inside: similarities differ in the second digit, and a question is near to whatever is of its own
    language. So each language's texts are moved to have their mean at the origin, the few directions
    in which all texts vary most are shortened (whitening with a ridge), and vectors are brought back to unit
    length. The method: Su et al., Whitening Sentence Representations for Better Semantics and Faster
    Retrieval (arXiv 2103.15316); Mu and Viswanath, All-but-the-Top (arXiv 1702.01417).

    Where the corpus has few texts of a language, or none, its centre is expected where the model's
    known means say: as far from the centres of the others as the means lie apart. Without that a question in
    a language that the corpus lacks is compared from a wrong point of view.
    """

    def __init__(self, *, offset: Vector, centres: Mapping[Language, Vector], turn: NDArray[np.float32]) -> None:
        """``centres`` by language, ``offset`` for any other; ``turn`` leads from there to the new coordinates."""
        self.offset = offset
        self.centres = centres
        self.turn = turn

    @classmethod
    def learned(
        cls,
        batches: Iterable[tuple[Language, Matrix]],
        *,
        dimension: int,
        known_means: Mapping[Language, Vector] | None = None,
    ) -> Self:
        """The space of the vectors in ``batches``; there may be none. ``known_means``: the embedder's."""
        known = {language: mean.astype(np.float64) for language, mean in (known_means or {}).items()}
        moments: dict[Language, Moments] = {}
        for language, vectors in batches:
            moments.setdefault(language, Moments(dimension)).add(vectors)
        offset = _mean_offset(moments, known, dimension)
        nowhere = np.zeros(dimension)
        centres = {
            language: _centre(moments.get(language, Moments(dimension)), offset + known.get(language, nowhere))
            for language in sorted({*moments, *known})
        }
        count = sum(moment.count for moment in moments.values())
        spread = sum((moment.around(centres[language]) for language, moment in moments.items()), np.zeros(()))
        return cls(
            offset=offset.astype(np.float32),
            centres={language: centre.astype(np.float32) for language, centre in centres.items()},
            turn=_whitening(spread / count) if count else np.eye(dimension, dtype=np.float32),
        )

    def place(self, vectors: Matrix, languages: Sequence[Language]) -> Matrix:
        """The vectors in the new coordinates, of unit length; one at the very centre becomes zero."""
        lang = np.asarray(languages, dtype=object)
        centred = vectors - self.offset
        for language, centre in self.centres.items():
            centred[lang == language] = vectors[lang == language] - centre
        turned = centred @ self.turn
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        placed: Matrix = np.where(lengths > TINY, turned / np.maximum(lengths, TINY), 0).astype(np.float32)
        return placed

    def centre(self, language: Language) -> Vector:
        """Where the texts of a language have their origin."""
        return self.centres.get(language, self.offset)

    def factors(self, vectors: Matrix, language: Language) -> Vector:
        """By what the vectors of a language are to be multiplied to be of unit length when placed; 0 at the centre."""
        lengths = np.linalg.norm((vectors - self.centre(language)) @ self.turn, axis=1)
        return np.where(lengths > TINY, 1 / np.maximum(lengths, TINY), 0).astype(np.float32)


def _mean_offset(
    moments: Mapping[Language, Moments], known: Mapping[Language, NDArray[np.float64]], dimension: int
) -> NDArray[np.float64]:
    """How far the corpus lies, on average, from where its languages are expected: its subject and its style."""
    total, count = np.zeros(dimension), 0
    for language, moment in moments.items():
        total += moment.total - moment.count * known.get(language, np.zeros(dimension))
        count += moment.count
    return total / max(count, 1)


def _centre(moment: Moments, expected: NDArray[np.float64]) -> NDArray[np.float64]:
    centre: NDArray[np.float64] = (moment.total + CENTRE_PRIOR * expected) / (moment.count + CENTRE_PRIOR)
    return centre


def _whitening(covariance: NDArray[np.float64]) -> NDArray[np.float32]:
    variances, directions = np.linalg.eigh(covariance)
    ridge = max(RIDGE * float(variances[-1]), TINY)
    turn: NDArray[np.float32] = (directions / np.sqrt(np.maximum(variances, 0) + ridge)).astype(np.float32)
    return turn
