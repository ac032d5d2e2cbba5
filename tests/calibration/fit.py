"""The regression behind ``bot/answering/sufficiency.py``: from judged questions to weights and a curve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.answering.sufficiency import Evidence, Weights
from bot.corpus.model import Language

PAIRS: tuple[tuple[Language, Language], ...] = (("zh", "zh"), ("zh", "en"), ("en", "zh"), ("en", "en"))
FREE_OF_PENALTY = len(PAIRS)  # the intercepts, which stand last
RIDGE = 0.3
ROUNDS = 12  # of choosing each question's best passage and fitting to it
STEPS = 4  # Newton's, a round
FOLDS = 4
# Of an answerable question with a name, a second one is made that names what no essay has, and of each fourth one that
# gives an order: equally near, and without an answer. They weigh this much of the question itself.
TWIN_WEIGHT = 0.06
EACH_ORDER = 4
OFFSET = 0.8  # a cosine that is neither near nor far, so that weights and intercepts hang less together

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with what was found for it, whether the corpus answers it, where it is from, and what it weighs.

    Cases of one ``fold`` (a number) are judged by weights that were fitted without them.
    """

    evidence: Sequence[Evidence]
    answered: bool
    source: str
    fold: int
    weight: float
    has_names: bool = False
    is_few: bool = False


def with_twins(cases: Sequence[Case]) -> list[Case]:
    """The cases, and those made of them."""
    return [*cases, *_twins(cases)]


def fit(cases: Sequence[Case], start: Weights) -> Weights:
    """The weights that tell the cases apart, beginning from ``start``."""
    rows = [_rows(case) for case in cases]
    answered = np.array([float(case.answered) for case in cases])
    weight = np.array([case.weight for case in cases])
    solution = _vector(start)
    for _ in range(ROUNDS):
        best = np.array([each[int(np.argmax(each @ solution))] for each in rows])
        solution = (solution + _newton(best, answered, weight, solution)) / 2
    return _weights(solution)


def log_odds(cases: Sequence[Case], weights: Weights) -> Numbers:
    """For each case what its best passage comes to."""
    return np.array([max(map(weights.log_odds, case.evidence)) for case in cases])


def cross_validated(cases: Sequence[Case], start: Weights) -> Numbers:
    """The log odds of each case by weights fitted to the other folds."""
    found = np.zeros(len(cases))
    folds = np.array([case.fold % FOLDS for case in cases])
    for fold in range(FOLDS):
        weights = fit([case for case in with_twins(cases) if case.fold % FOLDS != fold], start)
        mine = folds == fold
        found[mine] = log_odds([case for case, is_mine in zip(cases, mine, strict=True) if is_mine], weights)
    return found


def _twins(cases: Sequence[Case]) -> Iterator[Case]:
    answered = [case for case in cases if case.answered and not case.evidence[0].lacks]
    for number, case in enumerate(answered):
        twin = replace(case, answered=False, weight=case.weight * TWIN_WEIGHT)
        if case.has_names:
            yield replace(twin, evidence=[replace(each, lacks=True) for each in case.evidence])
        if number % EACH_ORDER == 0:
            yield replace(twin, evidence=[replace(each, errand=True) for each in case.evidence])


def _rows(case: Case) -> Numbers:
    return np.array(
        [
            [each.similarity - OFFSET, each.sentence, each.lacks, each.errand]
            + [float((each.asked, each.written) == pair) for pair in PAIRS]
            for each in case.evidence
        ],
        dtype=np.float64,
    )


def _newton(rows: Numbers, answered: Numbers, weight: Numbers, start: Numbers) -> Numbers:
    penalty = np.diag([RIDGE / 100, RIDGE, RIDGE, RIDGE, *[RIDGE / 100] * FREE_OF_PENALTY])
    solution = start.copy()
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-np.clip(rows @ solution, -30, 30)))
        slope = rows.T @ (weight * (answered - expected)) - penalty @ solution
        curvature = (rows * (weight * expected * (1 - expected))[:, np.newaxis]).T @ rows + penalty
        solution += np.clip(np.linalg.solve(curvature, slope), -10, 10)
    return solution


def _vector(weights: Weights) -> Numbers:
    shift = weights.similarity * OFFSET
    first = [weights.similarity, weights.sentence, weights.lacks, weights.errand]
    return np.array([*first, *(shift - weights.wanted[pair] for pair in PAIRS)])


def _weights(solution: Numbers) -> Weights:
    similarity, sentence, lacks, errand, *intercepts = (float(number) for number in solution)
    wanted = {pair: similarity * OFFSET - here for pair, here in zip(PAIRS, intercepts, strict=True)}
    return Weights(similarity=similarity, sentence=sentence, lacks=lacks, errand=errand, wanted=wanted)
