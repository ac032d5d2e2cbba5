"""Whole answers judged: refusal, citations and what is said, each apart."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answering.model import Answer, Status
from bot.bootstrap import App
from bot.corpus.language import CHINESE, ENGLISH, language_of
from bot.corpus.model import Passage
from bot.evaluation import citations, wording
from bot.evaluation.model import TO_BE_DECLINED, Case, Figure, Judgement
from bot.evaluation.places import Places
from bot.evaluation.support import support

OUTCOMES = tuple(status.value for status in Status)
_MARKER = re.compile(r"\[\d+\]")
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
        name="sentence_support",
        meaning="share of the sentences that claim something whose numbers, names, quotations and half of whose words"
        " stand in a passage that they cite; of answers with such a sentence that can be told",
        is_share=False,
    ),
    Figure(
        name="points_covered",
        meaning="share of the points of a right answer of which the text has all numbers and names, and four words in"
        " ten; of answers to questions that the essays answer, and points that can be told",
        is_share=False,
    ),
    Figure(
        name="must_not_avoided",
        meaning="no sentence says what a wrong claim says (its numbers, names, and eight words in ten) without denying"
        " it; of answers to questions that list any that can be told",
        is_share=True,
    ),
    Figure(
        name="own_language",
        meaning="the answer is in the language of the question, its quotations aside; of answers by a model",
        is_share=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersJudge:
    """Asks as a chat would, each question with its own history, and judges the answer. ``texts``: by file."""

    app: App
    texts: Mapping[str, str]
    places: Places

    async def __call__(self, case: Case) -> Judgement:
        """Judge one question."""
        answer = await self.app.conversations.answer(case.question, case.history)
        judged = judge_answer(case, answer, texts=self.texts, passages=self._passages(answer))
        return Judgement(
            case=case,
            scores=judged.scores,
            outcome=answer.status.value,
            faults=judged.faults,
            said=answer.text,
            came=tuple(
                self.places.quote(
                    citation.passage_id, citation.span, citation.quote, is_right=citations.is_right(case, citation)
                )
                for citation in answer.citations
            ),
            wanted=self.places.wanted(case),
        )

    def _passages(self, answer: Answer) -> dict[int, Passage]:
        found = {citation.n: self.app.index.passage(citation.passage_id) for citation in answer.citations}
        return {n: passage for n, passage in found.items() if passage is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The scores of one answer by figure, one that does not apply being absent; and what is wrong with it.

    Points that are not covered are no fault.
    """

    scores: Mapping[str, float]
    faults: tuple[str, ...]


def judge_answer(case: Case, answer: Answer, *, texts: Mapping[str, str], passages: Mapping[int, Passage]) -> Judged:
    """Judge one answer. ``texts``: the corpus, by file; ``passages``: what the citations rest on, by number."""
    if answer.status not in GIVEN:
        return Judged(scores=_refusal(case, answer), faults=tuple(_faults(answer, _refusal(case, answer))))
    stands, made = support(answer, case.question, passages), _made(case, answer)
    found = {
        **_citing(case, answer, texts),
        "sentence_support": stands.share,
        "points_covered": _covered(case, answer) if case.evidence else None,
        "must_not_avoided": None if made is None else float(not made),
        "own_language": float(_is_in_own_language(case, answer)) if answer.status is Status.ANSWERED else None,
    }
    scores = _refusal(case, answer) | {name: score for name, score in found.items() if score is not None}
    return Judged(scores=scores, faults=tuple(_faults(answer, scores, unsupported=stands.unsupported, made=made or ())))


def _faults(
    answer: Answer, scores: Mapping[str, float], *, unsupported: Sequence[str] = (), made: Sequence[str] = ()
) -> Iterator[str]:
    least = {
        "refusal_recall": "answered, though the essays do not say it",
        "answer_rate": f"not answered ({answer.status.value}), though the essays say it",
        "citation_recall": "no citation meets a quote that answers",
        "must_not_avoided": f"it says: {'; '.join(made)}",
        "own_language": "it is not in the language of the question",
    }
    exact = {
        "quote_accuracy": "a quote is not what the file holds",
        "marker_accuracy": "a marker and its citation do not belong together",
        "sentence_support": f"not in what is cited: {' / '.join(unsupported)}",
    }
    yield from (sentence for figure, sentence in least.items() if scores.get(figure) == 0)
    yield from (sentence for figure, sentence in exact.items() if scores.get(figure, 1) < 1)


def _citing(case: Case, answer: Answer, texts: Mapping[str, str]) -> dict[str, float | None]:
    cited = answer.citations
    return {
        "quote_accuracy": citations.quote_accuracy(cited, texts) if cited else None,
        "marker_accuracy": citations.marker_accuracy(answer),
        "citation_recall": citations.recall(case, cited) if case.evidence else None,
        "citation_precision": citations.precision(case, cited) if case.evidence and cited else None,
    }


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


def _covered(case: Case, answer: Answer) -> float | None:
    told = [wording.covers(answer.text, point, question=case.question) for point in case.answer_points]
    judged = [covered for covered in told if covered is not None]
    return sum(judged) / len(judged) if judged else None


def _made(case: Case, answer: Answer) -> list[str] | None:
    """The wrong claims that it makes; None where there are none to judge.

    Words cannot tell who makes a claim that the evidence words alike, so that is not judged.
    """
    judged = [claim for claim in case.must_not if not any(wording.claims(t.quote, claim) for t in case.targets)]
    return [claim for claim in judged if wording.claims(answer.text, claim)] if judged else None


def _is_in_own_language(case: Case, answer: Answer) -> bool:
    prose = "\n".join(line for line in answer.text.split("\n") if not line.startswith(">"))
    said = _MARKER.sub(" ", prose)
    other = ENGLISH if case.lang == "zh" else CHINESE
    return language_of(said) == case.lang or not other.search(said)  # names and terms alone have no language
