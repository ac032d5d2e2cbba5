"""The arithmetic that the systems share."""

import math
from collections.abc import Sequence

from bot.corpus.model import Span

RRF_K = 60  # Cormack, Clarke and Büttcher, https://doi.org/10.1145/1571941.1572114
NDCG_DEPTH = 10


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], *, k: int = RRF_K) -> list[int]:
    """Positions by the sum of 1 / (k + rank) over the rankings that have them, rank 1 first; equal ones by position."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, position in enumerate(ranking, start=1):
            scores[position] = scores.get(position, 0.0) + 1 / (k + rank)
    return sorted(scores, key=lambda position: (-scores[position], position))


def located(chunk: str, text: str, *, hint: int | None, file: str) -> Span:
    """Where a chunk stands in its file: at ``hint`` if it does, else where it first occurs.

    Raises ValueError where the splitter changed the text, so that it stands nowhere.
    """
    stands = hint is not None and hint >= 0 and text.startswith(chunk, hint)
    start = hint if stands and hint is not None else text.find(chunk)
    if start < 0 or not chunk:
        raise ValueError(f"a chunk of {file} is no part of it: {chunk[:40]!r}")
    return Span(file=file, start=start, end=start + len(chunk))


def files_of(hits: Sequence[Span]) -> list[str]:
    """The files of the hits, each once, at the place of its best hit."""
    return list(dict.fromkeys(hit.file for hit in hits))


def ndcg(hits: Sequence[Span], gold: str) -> float:
    """nDCG@10 over files, with one file that is relevant: 1 / log2(1 + its rank), 0 below the tenth."""
    found = files_of(hits)[:NDCG_DEPTH]
    return 1 / math.log2(2 + found.index(gold)) if gold in found else 0.0
