"""Scores of single questions into figures over groups of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.evaluation.intervals import Interval, bootstrap, wilson
from bot.evaluation.model import Case, Figure, Judgement

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure over the ``n`` questions of a group that it applies to, with a 95 % interval."""

    group: str
    figure: str
    n: int
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a figure moved against an earlier run, over the ``n`` questions that both judged."""

    group: str
    figure: str
    n: int
    before: float
    after: float
    interval: Interval  # of the mean difference


def groups(cases: Iterable[Case]) -> tuple[str, ...]:
    """The groups that figures are given for: all, the types, the languages, each in order of first appearance."""
    listed = list(cases)
    return tuple(dict.fromkeys([ALL, *(case.type for case in listed), *(case.lang for case in listed)]))


def estimates(judgements: Sequence[Judgement], figures: Sequence[Figure]) -> tuple[Estimate, ...]:
    """Every figure over every group that it applies to."""
    found = []
    for group in groups(judgement.case for judgement in judgements):
        for figure in figures:
            values = list(_values(judgements, group, figure.name).values())
            if values:
                found.append(_estimate(group, figure, values))
    return tuple(found)


def differences(
    judgements: Sequence[Judgement], earlier: Mapping[str, Mapping[str, float]], figures: Sequence[Figure]
) -> tuple[Difference, ...]:
    """How the figures moved; ``earlier`` holds the scores of the other run by question and figure."""
    found = []
    for group in groups(judgement.case for judgement in judgements):
        for figure in figures:
            after = _values(judgements, group, figure.name)
            shared = [question for question in after if figure.name in earlier.get(question, {})]
            if shared:
                before = {question: earlier[question][figure.name] for question in shared}
                found.append(
                    Difference(
                        group=group,
                        figure=figure.name,
                        n=len(shared),
                        before=fmean(before.values()),
                        after=fmean(after[question] for question in shared),
                        interval=bootstrap([after[question] - before[question] for question in shared]),
                    )
                )
    return tuple(found)


def outcome_counts(judgements: Sequence[Judgement], outcomes: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many questions of each group had each outcome, in the order of ``outcomes``; what none had is left out."""
    return {
        group: {
            outcome: count
            for outcome in outcomes
            if (count := sum(one.outcome == outcome and group in _groups_of(one.case) for one in judgements))
        }
        for group in groups(one.case for one in judgements)
    }


def _groups_of(case: Case) -> tuple[str, ...]:
    return (ALL, case.type, case.lang)


def _values(judgements: Iterable[Judgement], group: str, figure: str) -> dict[str, float]:
    return {
        judgement.case.id: judgement.scores[figure]
        for judgement in judgements
        if figure in judgement.scores and group in _groups_of(judgement.case)
    }


def _estimate(group: str, figure: Figure, values: Sequence[float]) -> Estimate:
    interval = wilson(sum(values), len(values)) if figure.is_share else bootstrap(values)
    return Estimate(group=group, figure=figure.name, n=len(values), value=fmean(values), interval=interval)
