"""Several scores of the same passages into one."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Group = NDArray[np.intp]  # positions of the passages of one language

GROUP_PRIOR = 16  # passages: a smaller group is judged nearer to the measure of all
BM25_WEIGHT = 0.15
BM25_LIMIT = 5.0  # standard deviations: one rare word, in one passage of hundreds, must not outweigh the meaning
COVERAGE_WEIGHT = 3.0
ESSAY_WEIGHT = 0.5
HEAD = 5  # hits that stand as they are
POOL = 8  # candidates for each further place
CROWDING = 1.0  # standard deviations, for every passage of the same file before it
OWN_WORDS_WEIGHT = 2.0  # of a question as it was asked, beside each other wording of it
STANDING = 3  # hits that no part of a question displaces
SEATED = 10  # hits among which every part of a question has its best
TINY = 1e-9


def standardised(scores: Scores, groups: Sequence[Group]) -> Scores:
    """How many standard deviations each score lies above the mean of its group.

    Raw similarities rank every passage in the question's own language first; what compares is how
    far a passage stands out among those of its language. Mean and variance of a small group are
    shrunk towards those of all scores, for the best of three says little.
    """
    result = np.zeros_like(scores)
    mean, variance = (float(scores.mean()), float(scores.var())) if len(scores) else (0.0, 0.0)
    for group in groups:
        own, share = scores[group], len(group) / (len(group) + GROUP_PRIOR)
        centre = share * float(own.mean()) + (1 - share) * mean
        spread = (share * float(own.var()) + (1 - share) * variance) ** 0.5
        result[group] = (own - centre) / spread if spread > TINY else 0.0
    return result


def fused(*, dense: Scores, bm25: Scores, coverage: Scores, groups: Sequence[Group]) -> Scores:
    """The evidence of the vectors (``dense``, standardised already) and that of shared words in one score.

    Words count by rarity (BM25, standardised within the language, up to a limit) and by how much of the
    question they make up (coverage): a question asked in other words than the text's shares
    only common ones, and is left to the vectors. The weights are flat optima on the development
    questions: half or twice as much moves hit@5 by less than 0.02.
    """
    rarity = np.minimum(standardised(bm25, groups), BM25_LIMIT)
    return (dense + BM25_WEIGHT * rarity + COVERAGE_WEIGHT * coverage).astype(np.float32)


def with_essays(scores: Scores, essay_starts: Group) -> Scores:
    """Each score with a part of the best score in the same essay, for a question is mostly about one essay.

    The passages of an essay stand together; ``essay_starts`` are the positions of the first of each.
    """
    if not len(scores):
        return scores
    best = np.maximum.reduceat(scores, essay_starts)
    lengths = np.diff(np.append(essay_starts, len(scores)))
    return (scores + ESSAY_WEIGHT * np.repeat(best, lengths)).astype(np.float32)


def best_first(scores: Scores, k: int) -> list[int]:
    """Positions of the ``k`` highest scores; equal ones (to six digits) in corpus order."""
    return [int(position) for position in np.argsort(-np.round(scores, 6), kind="stable")[: max(k, 0)]]


def spread(scores: Scores, k: int, files: Sequence[str]) -> list[int]:
    """As ``best_first``, but after the first few each further passage of a file gives way to those of others.

    A question may need more than one source, and the tenth passage of one seldom adds what the first of
    another would. ``files[position]`` is where a passage stands; with one file, or k small, nothing changes.
    """
    pool = best_first(scores, max(k, 0) * POOL)
    chosen, waiting = pool[: min(k, HEAD)], pool[HEAD:]
    taken = Counter(files[position] for position in chosen)
    while waiting and len(chosen) < k:
        # max() keeps the first of equals, so corpus order decides as ever.
        best = max(waiting, key=lambda position: float(scores[position]) - CROWDING * taken[files[position]])
        waiting.remove(best)
        chosen.append(best)
        taken[files[best]] += 1
    return chosen


def with_rewordings(scores: Scores, rewordings: Sequence[Scores]) -> Scores:
    """The scores of a question together with those of other wordings of it: what they agree on rises.

    A question as it was asked counts twice, for whoever rewords it may mistake it.
    """
    if not rewordings:
        return scores
    weights = [OWN_WORDS_WEIGHT, *(1.0 for _ in rewordings)]
    mean: Scores = np.average(np.stack([scores, *rewordings]), axis=0, weights=weights).astype(np.float32)
    return mean


def within(whole: Scores, part: Scores) -> Scores:
    """The scores of a part of a question, half of them those of the whole: a part that says little strays less."""
    return np.float32(0.5) * (whole + part)


def seated(order: Sequence[int], parts: Sequence[int]) -> list[int]:
    """``order`` with the best passage of every part of a question among the first ten.

    The first three of ``order`` stand; behind them come ``parts``, each a position, then the others. Always as
    many as in ``order``. With a second place for each part, weak sub-questions pushed out more than good ones brought.
    """
    chosen = list(order[:STANDING])
    for position in parts:
        if position not in chosen and len(chosen) < min(len(order), SEATED):
            chosen.append(position)
    return [*chosen, *(position for position in order if position not in chosen)][: len(order)]
