"""Vectors as they are kept: in float16, which halves their room and moves no ranking."""

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.model import Matrix


def at_half_precision(vectors: NDArray[np.floating]) -> Matrix:
    """``vectors`` as they come back from where they are kept: rounded to float16, then of unit length again."""
    rounded = vectors.astype(np.float16).astype(np.float32)
    norms = np.linalg.norm(rounded, axis=-1, keepdims=True)
    unit: Matrix = rounded / np.maximum(norms, np.float32(1e-12))
    return unit
