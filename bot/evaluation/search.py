"""The search judged, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap import App
from bot.errors import OperatorError
from bot.evaluation.model import Case, Judgement
from bot.evaluation.places import Places
from bot.evaluation.retrieval import DEEPEST, Ranking, rank, scores

SHOWN_HITS = 5
READ = 5  # hits: what stands further down is seldom read, so it counts as missed
NOT_FOUND = "none"
NOT_JUDGED = "not judged"
DEEPER = f">{DEEPEST}"
OUTCOMES = (*(str(place) for place in range(1, DEEPEST + 1)), DEEPER, NOT_FOUND, NOT_JUDGED)


class SearchBroken(OperatorError):
    """The search gave what no search may give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchJudge:
    """Searches as ``yinju search --batch`` does, with the history, and ranks what comes. ``texts``: by file."""

    app: App
    texts: Mapping[str, str]
    places: Places
    k: int

    async def __call__(self, case: Case) -> Judgement:
        """Judge one question; one without evidence is not searched for.

        Raises SearchBroken, and what a search raises.
        """
        if not case.evidence:
            return Judgement(case=case, scores={}, outcome=NOT_JUDGED)
        standalone = await self.app.follow_ups.standalone(case.question, case.history)
        hits = (await self.app.planned_search.find(standalone, k=self.k)).hits
        try:
            ranking = rank(case, [hit.passage.span for hit in hits], self.texts)
        except ValueError as exc:
            raise SearchBroken(f"{case.id}: {exc}") from exc
        shown = zip(hits[:SHOWN_HITS], ranking.right, strict=False)
        return Judgement(
            case=case,
            scores=scores(case, ranking),
            outcome=_outcome(ranking),
            faults=tuple(_faults(case, ranking)),
            came=tuple(self.places.passage(hit.passage, is_right=right) for hit, right in shown),
            wanted=self.places.wanted(case),
        )


def _outcome(ranking: Ranking) -> str:
    if ranking.first is None:
        return NOT_FOUND
    return str(ranking.first) if ranking.first <= DEEPEST else DEEPER


def _faults(case: Case, ranking: Ranking) -> list[str]:
    if ranking.first is None:
        return ["no quote that answers was found"]
    if ranking.first > READ:
        return [f"the first quote that answers came as hit {ranking.first}"]
    missing = {target.span.file for target in case.evidence} - ranking.files
    if case.needs_every_file and missing:
        return [f"nothing of {', '.join(sorted(missing))} among the first {DEEPEST} hits"]
    return []
