"""Several scores of the same passages into one."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language

Scores = NDArray[np.float32]
Group = NDArray[np.intp]  # positions of the passages of one language

GROUP_PRIOR = 16  # passages: a smaller group is judged nearer to the measure of all
BM25_WEIGHT = 0.15
BM25_LIMIT = 5.0  # standard deviations: one rare word, in one passage of hundreds, must not outweigh the meaning
COVERAGE_WEIGHT = 3.0
ESSAY_WEIGHT = 0.5
NAMED_WEIGHT = 5.0  # standard deviations: a question that names its source is about it
NEAREST_SHARE = 20  # of this many passages, the one nearest to the question: where its words are to be expected
NEAREST_LEAST = 8  # passages
HEAD = 5  # hits that stand as they are
POOL = 8  # candidates for each further place
CROWDING = 1.0  # standard deviations, for every passage of the same file before it
OWN_WORDS_WEIGHT = 2.0  # of a question as it was asked, beside each other wording of it
STANDING = 3  # hits that no part of a question displaces
SEATED = 10  # hits among which every part of a question has its best
TINY = 1e-9


def standardised(scores: Scores, groups: Sequence[Group], *, sample: Group | None = None) -> Scores:
    """How many standard deviations each score lies above the mean of its group.

    Raw similarities rank every passage in the question's own language first; what compares is how
    far a passage stands out among those of its language. Mean and variance of a small group are
    shrunk towards those of all scores, for the best of three says little. Only the positions in
    ``sample`` are measured, where it is given.
    """
    result = np.zeros_like(scores)
    measured = np.concatenate([np.empty(0, np.intp), *groups]) if sample is None else sample
    is_measured = np.zeros(len(scores), dtype=bool)
    is_measured[measured] = True
    mean, variance = _mean_and_variance(scores[measured])
    for group in groups:
        own_mean, own_variance = _mean_and_variance(scores[group[is_measured[group]]])
        share = len(group) / (len(group) + GROUP_PRIOR)
        centre = share * own_mean + (1 - share) * mean
        spread = (share * own_variance + (1 - share) * variance) ** 0.5
        result[group] = (scores[group] - centre) / spread if spread > TINY else 0.0
    return result


def _mean_and_variance(scores: Scores) -> tuple[float, float]:
    return (float(scores.mean()), float(scores.var())) if len(scores) else (0.0, 0.0)


def shared_words(*, bm25: Scores, coverage: Scores, groups: Sequence[Group]) -> Scores:
    """The evidence of the words that question and passage share.

    They count by rarity (BM25, standardised within the language, up to a limit) and by how much of the
    question they make up (coverage): a question asked in other words than the text's shares
    only common ones, and is left to the vectors. The weights are flat optima on the development
    questions: half or twice as much moves hit@5 by less than 0.02.
    """
    rarity = np.minimum(standardised(bm25, groups), BM25_LIMIT)
    return (BM25_WEIGHT * rarity + COVERAGE_WEIGHT * coverage).astype(np.float32)


def both_ways(by_passage: Scores, by_sentence: Scores) -> Scores:
    """The evidence of the vectors: that of the whole passage, and that of its best sentence, standardised both."""
    return np.float32(0.5) * (by_passage + by_sentence)


def fused(*, dense: Scores, words: Scores, groups: Mapping[Language, Group], asked: Language) -> Scores:
    """The evidence of the vectors (``dense``, standardised already) and that of ``shared_words`` in one score.

    ``groups`` are the positions of each language's passages, ``asked`` is the language of the question.
    """
    own = groups.get(asked)
    return (dense + (words if own is None else across_languages(words, dense, own))).astype(np.float32)


def across_languages(words: Scores, dense: Scores, own: Group) -> Scores:
    """``words`` with what passages in other languages would have shared, had they been in the question's.

    A passage in the question's language shares words with it by chance, and more the nearer its meaning; the answer
    in another language shares next to none, and loses to such chance. So it is credited with what passages
    ``own`` to the question's language share at the same nearness: on the line from their mean to the mean of the
    nearest of them. XQuAD, gold only in the other language beside all else in the asker's: hit@5 0.89 -> 0.93.
    """
    if not GROUP_PRIOR <= len(own) < len(words):
        return words
    count = max(len(own) // NEAREST_SHARE, NEAREST_LEAST)
    nearest = own[np.argpartition(-dense[own], count - 1)[:count]]
    start, rise = float(words[own].mean()), float(words[nearest].mean() - words[own].mean())
    run = float(dense[nearest].mean() - dense[own].mean())
    slope = max(rise, 0.0) / max(run, TINY)
    expected = np.maximum(start + slope * (dense - dense[own].mean()), 0)
    credited: Scores = np.hypot(np.maximum(words, 0), expected).astype(np.float32)  # a smooth maximum of both
    credited[own] = words[own]
    return credited


def with_essays(scores: Scores, essay_starts: Group) -> Scores:
    """Each score with a part of the best score in the same essay, for a question is mostly about one essay.

    The passages of an essay stand together; ``essay_starts`` are the positions of the first of each.
    """
    if not len(scores):
        return scores
    best = np.maximum.reduceat(scores, essay_starts)
    lengths = np.diff(np.append(essay_starts, len(scores)))
    return (scores + ESSAY_WEIGHT * np.repeat(best, lengths)).astype(np.float32)


def with_named(scores: Scores, named: Sequence[Group]) -> Scores:
    """The scores with the passages raised that the question names; ``named`` holds a group a source."""
    raised = scores.copy()
    for group in named:
        raised[group] += np.float32(NAMED_WEIGHT)
    return raised


def best_first(scores: Scores, k: int) -> list[int]:
    """Positions of the ``k`` highest scores; equal ones (to six digits) in corpus order."""
    rounded = np.round(scores, 6)
    among = np.arange(len(scores))
    if 0 < k < len(scores):  # sorting them all takes ten times as long
        among = np.flatnonzero(rounded >= np.partition(rounded, -k)[-k])
    return [int(position) for position in among[np.argsort(-rounded[among], kind="stable")][: max(k, 0)]]


def spread(scores: Scores, k: int, files: Sequence[str] | Group, named: Sequence[Group] = ()) -> list[int]:
    """As ``best_first``, but after the first few each further passage of a file gives way to those of others.

    A question may need more than one source, and the tenth passage of one seldom adds what the first of
    another would. ``files[position]`` is where a passage stands; with one file, or k small, nothing changes.
    Where the question names several sources (``named``, a group of positions each) they share the places
    from the first on.
    """
    if len(named) > 1:
        return _sharing_out(scores, k, named)
    pool = best_first(scores, max(k, 0) * POOL)
    return _sharing(scores, k, pool[: min(k, HEAD)], pool[HEAD:], {position: files[position] for position in pool})


def _sharing_out(scores: Scores, k: int, named: Sequence[Group]) -> list[int]:
    best = {
        int(group[place]): str(number) for number, group in enumerate(named) for place in best_first(scores[group], k)
    }
    others = {position: "" for position in best_first(scores, k) if position not in best}
    sources = best | others
    return _sharing(scores, k, [], sorted(sources, key=lambda position: (-scores[position], position)), sources)


def _sharing(
    scores: Scores, k: int, chosen: list[int], waiting: list[int], sources: Mapping[int, Hashable]
) -> list[int]:
    """``chosen`` and, of those ``waiting`` (best first), as many more as make ``k``."""
    taken = Counter(sources[position] for position in chosen)
    while waiting and len(chosen) < k:
        # max() keeps the first of equals, so corpus order decides as ever.
        best = max(waiting, key=lambda position: float(scores[position]) - CROWDING * taken[sources[position]])
        waiting.remove(best)
        chosen.append(best)
        taken[sources[best]] += 1
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
