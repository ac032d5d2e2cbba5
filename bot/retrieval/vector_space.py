"""Vectors seen from the middle of the corpus, so that what all texts share counts for little."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language
from bot.retrieval.model import Matrix, Vector

CENTRE_PRIOR = 16  # texts: a language with fewer has its centre nearer to that of all
RIDGE = 0.5  # of the largest variance: dampens the strongest directions, and cannot blow up the faint ones
TINY = 1e-9


class VectorSpace:
    """A change of coordinates, learned from the vectors of a corpus.

    An e5 model puts all texts into a narrow cone, and the texts of one language into a narrower one
    inside: similarities differ in the second digit, and a question is near to whatever is of its own
    language. So each language's texts are moved to have their mean at the origin, the few directions
    in which all texts vary most are shortened (whitening with a ridge), and vectors are brought back to unit
    length. On its own this raised hit@5 of passage vectors from 0.58 to 0.73 on the development
    questions. The method: Su et al., Whitening Sentence Representations for Better Semantics and Faster
    Retrieval (arXiv 2103.15316); Mu and Viswanath, All-but-the-Top (arXiv 1702.01417).
    """

    def __init__(self, vectors: Matrix, languages: Sequence[Language]) -> None:
        """``languages[i]`` is that of ``vectors[i]``; there may be none of either."""
        lang = np.asarray(languages, dtype=object)
        self._mean: Vector = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], dtype=np.float32)
        self._centres: Mapping[Language, Vector] = {
            language: self._centre(vectors[lang == language]) for language in dict.fromkeys(languages)
        }
        self._turn = self._whitening(self._centred(vectors, languages))

    def place(self, vectors: Matrix, languages: Sequence[Language]) -> Matrix:
        """The vectors in the new coordinates, of unit length; one at the very centre becomes zero."""
        turned = self._centred(vectors, languages) @ self._turn
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        placed: Matrix = np.where(lengths > TINY, turned / np.maximum(lengths, TINY), 0).astype(np.float32)
        return placed

    def _centre(self, vectors: Matrix) -> Vector:
        centre: Vector = (vectors.sum(axis=0) + CENTRE_PRIOR * self._mean) / (len(vectors) + CENTRE_PRIOR)
        return centre

    def _centred(self, vectors: Matrix, languages: Sequence[Language]) -> Matrix:
        lang = np.asarray(languages, dtype=object)
        centred = vectors - self._mean
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
