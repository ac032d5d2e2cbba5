"""Retrieval judged: at which rank a search finds what answers the question.

A quote is found by a hit that covers at least half of it. Sizes are in units, of about one token each; a
hit counts no further than ``MAX_HIT_UNITS``, so that huge passages gain nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.corpus.model import Span
from bot.evaluation.model import Case, Figure

RANKS = (1, 3, 5, 10)
DEEPEST = 10  # hits that mrr and all@10 look at
MOST_HITS = 50
COVERED_SHARE = 0.5
BUDGET_UNITS = 2000
MAX_HIT_UNITS = 1200
CUT_CHARS = 50
_FIRST_CJK = 0x2E80  # CJK radicals and everything behind them
_OTHER_UNITS = 0.3

FIGURES = (
    *(
        Figure(
            name=f"hit@{k}", meaning=f"a quote that answers is found by the first {k} hit{'s' * (k > 1)}", is_share=True
        )
        for k in RANKS
    ),
    Figure(name="hit@2k", meaning="the same within the first 2,000 units of text (some 2,000 tokens)", is_share=True),
    Figure(name="mrr", meaning="1 / rank of the first such hit, 0 below the tenth", is_share=False),
    Figure(name="all@10", meaning="multi_hop: every file of the evidence is found in the first 10 hits", is_share=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Where a question's evidence was found: ``first`` counts from 1; None is nowhere."""

    first: int | None
    within_budget: bool
    files: frozenset[str]  # with a quote found in the first ten hits
    right: tuple[bool, ...]  # hit by hit


def units(text: str) -> float:
    """The size of a text: a CJK character is 1, any other 0.3."""
    return sum(1.0 if ord(char) >= _FIRST_CJK else _OTHER_UNITS for char in text)


def rank(case: Case, hits: Sequence[Span], texts: Mapping[str, str]) -> Ranking:
    """Look for the case's quotes in ``hits`` (best first; from the 51st on they do not count).

    Raises ValueError where a hit lies outside its file's text: the search is broken then.
    """
    used = 0.0
    within_budget = False
    files: set[str] = set()
    right: list[bool] = []
    for place, hit in enumerate(hits[:MOST_HITS]):
        span, size = _counted(hit, texts)
        found = {target.span.file for target in case.targets if _covers(span, target.span)}
        right.append(bool(found))
        if place < DEEPEST:
            files |= found
        within_budget = within_budget or (bool(found) and used < BUDGET_UNITS)
        used += size
    first = right.index(True) + 1 if True in right else None
    return Ranking(first=first, within_budget=within_budget, files=frozenset(files), right=tuple(right))


def scores(case: Case, ranking: Ranking) -> dict[str, float]:
    """The scores of one question by figure; none where it has no evidence."""
    if not case.evidence:
        return {}
    found: dict[str, float] = {f"hit@{k}": float(ranking.first is not None and ranking.first <= k) for k in RANKS}
    found["hit@2k"] = float(ranking.within_budget)
    found["mrr"] = 1 / ranking.first if ranking.first is not None and ranking.first <= DEEPEST else 0.0
    if case.needs_every_file:
        found["all@10"] = float({target.span.file for target in case.evidence} <= ranking.files)
    return found


def _counted(hit: Span, texts: Mapping[str, str]) -> tuple[Span, float]:
    text = texts.get(hit.file, "")
    if not 0 <= hit.start < hit.end <= len(text):
        raise ValueError(f"the search gave {hit.start} to {hit.end} of {hit.file}, which has {len(text)} characters")
    size = units(text[hit.start : hit.end])
    if size <= MAX_HIT_UNITS:
        return hit, size
    end = hit.end
    while units(text[hit.start : end]) > MAX_HIT_UNITS:
        end -= CUT_CHARS
    return Span(file=hit.file, start=hit.start, end=end), MAX_HIT_UNITS


def _covers(hit: Span, quote: Span) -> bool:
    shared = min(hit.end, quote.end) - max(hit.start, quote.start)
    return hit.file == quote.file and shared >= COVERED_SHARE * (quote.end - quote.start)
