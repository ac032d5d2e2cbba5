"""Runs judged by the rules of ``yinju eval search``, and compared question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.corpus.model import Span
from bot.evaluation.intervals import Interval, bootstrap, wilson
from bot.evaluation.retrieval import rank, scores
from tests.peers.benchmark import Benchmark

SHARES = ("hit@2k", "hit@5")
FIGURES = (*SHARES, "mrr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one system, with its 95 % interval, and by how much Yinju is above it, question by question."""

    benchmark: str
    system: str
    figure: str
    n: int
    value: float
    low: float
    high: float
    lead: float
    lead_low: float
    lead_high: float


Scores = Mapping[str, Sequence[float]]  # by figure, in the order of the questions


def judged(benchmark: Benchmark, run: Mapping[str, Sequence[Span]]) -> Scores:
    """The scores of every question; one that the run lacks is a KeyError."""
    each = [scores(case, rank(case, run[case.id], benchmark.texts)) for case in benchmark.cases]
    return {figure: [one[figure] for one in each] for figure in FIGURES}


def rows(benchmark: str, system: str, own: Scores, yinju: Scores) -> list[Row]:
    """The figures of a system beside Yinju's over the same questions."""
    found = []
    for figure in FIGURES:
        values = own[figure]
        leads = [ours - theirs for ours, theirs in zip(yinju[figure], values, strict=True)]
        interval, lead = _interval(figure, values), bootstrap(leads)
        found.append(
            Row(
                benchmark=benchmark,
                system=system,
                figure=figure,
                n=len(values),
                value=fmean(values),
                low=interval.low,
                high=interval.high,
                lead=fmean(leads),
                lead_low=lead.low,
                lead_high=lead.high,
            )
        )
    return found


def _interval(figure: str, values: Sequence[float]) -> Interval:
    return wilson(sum(values), len(values)) if figure in SHARES else bootstrap(values)
