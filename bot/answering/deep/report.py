"""Sections that were answered one by one, as one answer whose citations are numbered through."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.asker_language import AskerLanguage, in_script_of
from bot.answering.markers import outside_code
from bot.answering.model import Answer, Citation, Part, Status
from bot.answering.phrases import phrases
from bot.answering.plain import escaped, visible
from bot.answering.verification.assertion import tells_of_silence
from bot.answering.verification.sentences import Sentence, read_sentences
from bot.corpus.model import Span

_MARKER = re.compile(r"(\[\d{1,3}\])")
_NO_PROSE = ("|", "```", "~~~", "#", ">")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the question, and the answer to it alone."""

    question: str
    answer: Answer


def write_report(sections: Sequence[Section], *, lang: AskerLanguage) -> Answer:
    """One answer of ``sections``: a summary, a section for each, and what the essays don't say.

    The summary is made of sentences of the sections, which were checked there. Declined sections make the list
    of what the essays don't say. Needs one that is not declined; usage and timings are the caller's to add.
    """
    numbering = _Numbering()
    said = phrases(lang)
    told = [section for section in sections if section.answer.status is not Status.DECLINED]
    unsaid = [section for section in sections if section.answer.status is Status.DECLINED]
    summary = "\n".join(f"- {sentence}" for sentence in _summary(told, numbering))
    blocks = [f"{said.summary_lead}\n\n{summary}"] if summary else []
    for n, section in enumerate(told, start=1):
        text = numbering.through(_body(section.answer), section.answer.citations)
        blocks.append(f"### {n}. {escaped(in_script_of(lang, section.question))}\n\n{text}")
    if unsaid:
        listed = (f"- {escaped(in_script_of(lang, section.question))}" for section in unsaid)
        blocks.append("\n".join([f"{said.unsaid_lead}\n", *listed]))
    return Answer(
        status=_status(told),
        text="\n\n".join(blocks),
        lang=lang,
        citations=tuple(numbering.citations),
        model=next((section.answer.model for section in told if section.answer.model), None),
        parts=tuple(Part(question=section.question, status=section.answer.status) for section in sections),
    )


def _status(told: Sequence[Section]) -> Status:
    statuses = {section.answer.status for section in told}
    return next(status for status in (Status.ANSWERED, Status.QUOTED, Status.FAILED) if status in statuses)


def _body(answer: Answer) -> str:
    return answer.text.removeprefix(phrases(answer.lang).quoted_lead).strip()


def _summary(told: Sequence[Section], numbering: "_Numbering") -> Iterator[str]:
    """The first sentence with a citation of each section that a model wrote; quotes are short enough by themselves."""
    seen: set[str] = set()
    for section in told:
        if section.answer.status is not Status.ANSWERED:
            continue
        first = next(filter(_sums_up, read_sentences(section.answer.text)), None)
        if first is not None and (plain := visible(first.said)) not in seen:
            seen.add(plain)
            pieces = _MARKER.split(visible(first.text))
            shown = "".join(piece if _MARKER.fullmatch(piece) else escaped(piece) for piece in pieces)
            yield numbering.through(shown, section.answer.citations)


def _sums_up(sentence: Sentence) -> bool:
    is_prose = not sentence.said.startswith(_NO_PROSE)
    return is_prose and bool(sentence.numbers) and not tells_of_silence(sentence.said)


class _Numbering:
    """Numbers citations in the order in which they are shown; the same sentence keeps its number."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._numbers: dict[tuple[str, Span], int] = {}

    def through(self, text: str, citations: Sequence[Citation]) -> str:
        """``text`` with its markers, which number ``citations``, as the report numbers them."""
        by_number = {citation.n: citation for citation in citations}

        def renumbered(marker: re.Match[str]) -> str:
            citation = by_number.get(int(marker[0][1:-1]))
            return marker[0] if citation is None else f"[{self._number(citation)}]"

        return outside_code(text, lambda prose: _MARKER.sub(renumbered, prose))

    def _number(self, citation: Citation) -> int:
        place = (citation.passage_id, citation.span)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.citations.append(replace(citation, n=self._numbers[place]))
        return self._numbers[place]
