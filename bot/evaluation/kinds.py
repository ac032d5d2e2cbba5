"""What can be judged, and how."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.bootstrap import App
from bot.evaluation import answers, retrieval, search
from bot.evaluation.model import Case, Figure, Judgement, Kind
from bot.evaluation.places import Places

Judge = Callable[[Case], Awaitable[Judgement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The figures of a kind of evaluation, the outcomes that a question may have, and who judges.

    ``judge`` takes the use cases, the texts of the corpus by file, and how many hits a search gives.
    """

    figures: tuple[Figure, ...]
    outcomes: tuple[str, ...]
    judge: Callable[[App, Mapping[str, str], int], Judge]


def plan(kind: Kind) -> Plan:
    """How ``kind`` is judged."""
    plans: dict[Kind, Plan] = {
        "search": Plan(figures=retrieval.FIGURES, outcomes=search.OUTCOMES, judge=_search),
        "answers": Plan(figures=answers.FIGURES, outcomes=answers.OUTCOMES, judge=_answers),
    }
    return plans[kind]


def _search(app: App, texts: Mapping[str, str], k: int) -> Judge:
    return search.SearchJudge(app=app, texts=texts, places=Places(app.index, app.linker), k=k)


def _answers(app: App, texts: Mapping[str, str], _: int) -> Judge:
    return answers.AnswersJudge(app=app, texts=texts, places=Places(app.index, app.linker))
