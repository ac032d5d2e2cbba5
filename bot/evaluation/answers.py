"""Whole answers judged: refusal, citations and what is said, each apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answering.model import Answer, Status
from bot.bootstrap import App
from bot.evaluation import citations, wording
from bot.evaluation.model import TO_BE_DECLINED, Case, Figure, Judgement
from bot.evaluation.places import Places

OUTCOMES = tuple(status.value for status in Status)
GIVEN = (Status.ANSWERED, Status.QUOTED)

FIGURES = (
    Figure(
        name="refusal_precision",
        meaning="of the questions that were declined: the essays do not answer it",
        is_share=True,
    ),
    Figure(
        name="refusal_recall",
        meaning="of the questions that the essays do not answer, by their type: it was declined",
        is_share=True,
    ),
    Figure(
        name="answer_rate", meaning="of the questions that the essays answer: it was answered or quoted", is_share=True
    ),
    Figure(
        name="citation_precision",
        meaning="share of the citations that share a character with a quote that answers; of answers to questions"
        " that the essays answer",
        is_share=False,
    ),
    Figure(
        name="citation_recall",
        meaning="share of the evidence that is cited, an alternate standing in for one piece; of the same answers",
        is_share=False,
    ),
    Figure(
        name="quote_accuracy",
        meaning="share of the citations whose quote is letter for letter the file's text; of answers that cite",
        is_share=False,
    ),
    Figure(
        name="marker_accuracy",
        meaning="share of markers and citations that have each other, a quote standing before its marker;"
        " of answers with either",
        is_share=False,
    ),
    Figure(
        name="points_covered",
        meaning="share of the points of a right answer of which the text has six in ten words;"
        " of answers to questions that the essays answer",
        is_share=False,
    ),
    Figure(
        name="must_not_avoided",
        meaning="none of the wrong claims stands in the text word for word; of answers to questions that list any",
        is_share=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersJudge:
    """Asks as a chat would, each question with its own history, and judges the answer. ``texts``: by file."""

    app: App
    texts: Mapping[str, str]

    async def __call__(self, case: Case) -> Judgement:
        """Judge one question."""
        answer = await self.app.conversations.answer(case.question, case.history)
        places = Places(self.app.index, self.app.linker)
        return Judgement(
            case=case,
            scores=scores(case, answer, self.texts),
            outcome=answer.status.value,
            faults=tuple(faults(case, answer, self.texts)),
            said=answer.text,
            came=tuple(
                places.quote(
                    citation.passage_id, citation.span, citation.quote, is_right=citations.is_right(case, citation)
                )
                for citation in answer.citations
            ),
            wanted=places.wanted(case),
        )


def scores(case: Case, answer: Answer, texts: Mapping[str, str]) -> dict[str, float]:
    """The scores of one answer by figure; a figure that does not apply is absent."""
    marked = citations.marker_accuracy(answer)
    return {
        **_refusal(case, answer),
        **(_grounding(case, answer) if case.evidence and answer.status in GIVEN else {}),
        **({"quote_accuracy": citations.quote_accuracy(answer.citations, texts)} if answer.citations else {}),
        **({"marker_accuracy": marked} if marked is not None else {}),
        **({"must_not_avoided": float(not _made(case, answer))} if case.must_not and answer.status in GIVEN else {}),
    }


def faults(case: Case, answer: Answer, texts: Mapping[str, str]) -> list[str]:
    """What is wrong with an answer, a sentence each; points that are not covered are no fault."""
    found = scores(case, answer, texts)
    said = {
        "refusal_recall": "answered, though the essays do not say it",
        "answer_rate": f"not answered ({answer.status.value}), though the essays say it",
        "citation_recall": "no citation meets a quote that answers",
        "must_not_avoided": f"it says: {'; '.join(_made(case, answer))}",
    }
    exact = {
        "quote_accuracy": "a quote is not what the file holds",
        "marker_accuracy": "a marker and its citation do not belong together",
    }
    return [
        *(sentence for figure, sentence in said.items() if found.get(figure) == 0),
        *(sentence for figure, sentence in exact.items() if found.get(figure, 1) < 1),
    ]


def _refusal(case: Case, answer: Answer) -> dict[str, float]:
    """A question of another type without evidence may be answered or declined: neither is judged."""
    declined = answer.status is Status.DECLINED
    if case.evidence:
        found = {"answer_rate": float(answer.status in GIVEN)}
        return found | {"refusal_precision": 0.0} if declined else found
    if case.type in TO_BE_DECLINED:
        found = {"refusal_recall": float(declined)}
        return found | {"refusal_precision": 1.0} if declined else found
    return {}


def _grounding(case: Case, answer: Answer) -> dict[str, float]:
    found = {"citation_recall": citations.recall(case, answer.citations)}
    if answer.citations:
        found["citation_precision"] = citations.precision(case, answer.citations)
    if case.answer_points:
        covered = sum(wording.covers(answer.text, point) for point in case.answer_points)
        found["points_covered"] = covered / len(case.answer_points)
    return found


def _made(case: Case, answer: Answer) -> list[str]:
    return [claim for claim in case.must_not if wording.claims(answer.text, claim)]
