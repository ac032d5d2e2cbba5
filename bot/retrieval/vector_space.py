"""Vectors seen from the middle of the corpus, so that what all texts share counts for little."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language
from bot.retrieval.model import Matrix, Vector

CENTRE_PRIOR = 16  # texts: a language with fewer has its centre nearer to where it is expected
RIDGE = 2.0  # of the largest variance: dampens the strongest directions, and cannot blow up the faint ones
TINY = 1e-9


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

    def __init__(
        self, vectors: Matrix, languages: Sequence[Language], known_means: Mapping[Language, Vector] | None = None
    ) -> None:
        """``languages[i]`` is that of ``vectors[i]``; there may be none of either. ``known_means``: the embedder's."""
        self._known = dict(known_means or {})
        lang = np.asarray(languages, dtype=object)
        self._offset = self._mean_offset(vectors, lang)
        self._centres: Mapping[Language, Vector] = {
            language: self._centre(language, vectors[lang == language])
            for language in sorted({*languages, *self._known})
        }
        self._turn = self._whitening(self._centred(vectors, languages))

    def place(self, vectors: Matrix, languages: Sequence[Language]) -> Matrix:
        """The vectors in the new coordinates, of unit length; one at the very centre becomes zero."""
        turned = self._centred(vectors, languages) @ self._turn
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        placed: Matrix = np.where(lengths > TINY, turned / np.maximum(lengths, TINY), 0).astype(np.float32)
        return placed

    def _mean_offset(self, vectors: Matrix, lang: NDArray[np.object_]) -> Vector:
        """How far the corpus lies, on average, from where its languages are expected: its subject and its style."""
        if not len(vectors):
            return np.zeros(vectors.shape[1], dtype=np.float32)
        expected = np.zeros_like(vectors)
        for language, mean in self._known.items():
            expected[lang == language] = mean
        offset: Vector = (vectors - expected).mean(axis=0)
        return offset

    def _centre(self, language: Language, vectors: Matrix) -> Vector:
        expected = self._offset + self._known.get(language, np.float32(0))
        centre: Vector = (vectors.sum(axis=0) + CENTRE_PRIOR * expected) / (len(vectors) + CENTRE_PRIOR)
        return centre

    def _centred(self, vectors: Matrix, languages: Sequence[Language]) -> Matrix:
        lang = np.asarray(languages, dtype=object)
        centred = vectors - self._offset
        for language, centre in self._centres.items():
            centred[lang == language] = vectors[lang == language] - centre
        return centred

    @staticmethod
    def _whitening(centred: Matrix) -> NDArray[np.float32]:
        if not len(centred):
            return np.eye(centred.shape[1], dtype=np.float32)
        variances, directions = np.linalg.eigh(np.asarray(centred.T @ centred / len(centred), dtype=np.float64))
        ridge = max(RIDGE * float(variances[-1]), TINY)
        turn: NDArray[np.float32] = (directions / np.sqrt(np.maximum(variances, 0) + ridge)).astype(np.float32)
        return turn
