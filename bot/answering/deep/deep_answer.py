"""From a question to a report: divided, each part searched and answered by itself, within limits."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answering.answer import SEARCHED, Answerer
from bot.answering.asker_language import in_script_of
from bot.answering.courtesy import asks_something
from bot.answering.decline import fail
from bot.answering.deep.belonging import Belonging, Likeness, asked_by
from bot.answering.deep.budget import Budget, BudgetedModel
from bot.answering.deep.plan import MIN_PARTS, divide, invents
from bot.answering.deep.progress import Progress
from bot.answering.deep.report import Section, write_report
from bot.answering.model import NO_MODEL, Answer, ChatModel, DraftListener, Inquiry, Notice, Status
from bot.answering.phrases import phrases
from bot.answering.plain import escaped
from bot.answering.planned_search import Found, Search
from bot.answering.sources import choose_sources
from bot.answering.stopwatch import Stopwatch

MAX_SOURCES = 4  # of a section
MAX_SOURCE_TOKENS = 1200  # of all of them: a small model reads 10 to 70 a second, and there are up to five sections
PLAN_SHARE = 1 / 3  # of the time; a plan is worth no more

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLimits:
    """What one report may take: seconds, and tokens of prompts and completions together."""

    timeout_s: float = 240.0
    max_tokens: int = 20_000


class MakeAnswerer(Protocol):
    """Makes what answers one question by ``models``, from what ``planned_search`` finds."""

    def __call__(self, *, models: Sequence[ChatModel], planned_search: Search) -> Answerer:
        """The answerer; making one is cheap."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _LookedUp:
    question: str
    found: Found
    is_made_up: bool = False  # it names what no essay does

    @property
    def is_answerable(self) -> bool:
        return self.found.is_sufficient and not self.is_made_up


class _FoundBefore:
    """A search that is over: finds for any question what was found."""

    def __init__(self, found: Found) -> None:
        self._found = found

    async def find(self, question: str, *, k: int, watch: Stopwatch | None = None) -> Found:
        del question, k, watch
        return self._found


class DeepAnswerer:
    """Answers a question by a report. Each of its sections is an answer like any other, checked in the same way.

    ``search`` is asked once for each part. A question that cannot be divided, or no part of which is answered, gets
    an ordinary answer. ``likeness`` tells which parts are about the question in other words than its own. Without
    ``models``, and from where they fail or a limit is reached, sections are quotes.
    """

    def __init__(
        self,
        make_answerer: MakeAnswerer,
        search: Search,
        models: Sequence[ChatModel] = (),
        *,
        likeness: Likeness | None = None,
        limits: DeepLimits | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._make_answerer = make_answerer
        self._search = search
        self._models = tuple(models)
        self._likeness = likeness
        self._limits = limits or DeepLimits()
        self._clock = clock

    async def answer(self, inquiry: Inquiry, *, on_draft: DraftListener | None = None) -> Answer:
        """Answer ``inquiry``; never raises for a question, a model or a search that is broken.

        ``on_draft`` is told the steps as they are done, and the section that is being written. The usage also holds
        estimates, where a server does not count: it is what the limit goes by.
        """
        watch = Stopwatch(clock=self._clock)
        budget = Budget(timeout_s=self._limits.timeout_s, max_tokens=self._limits.max_tokens)
        with watch.step("total"):
            try:
                answer = await self._answer(inquiry, budget, watch, on_draft)
            except Exception:  # as in Answerer
                logger.exception("a report could not be written")
                answer = fail(inquiry)
        timings_ms = {**answer.timings_ms, **watch.timings_ms}
        return replace(answer, standalone_question=inquiry.standalone, usage=budget.usage, timings_ms=timings_ms)

    async def _answer(
        self, inquiry: Inquiry, budget: Budget, watch: Stopwatch, on_draft: DraftListener | None
    ) -> Answer:
        models = [BudgetedModel(model, budget) for model in self._models]
        if not asks_something(inquiry.text) and not inquiry.context:
            return await self._ordinary(inquiry, models, on_draft)
        said, progress = phrases(inquiry.lang), Progress(on_draft)
        progress.step(said.planning)
        with watch.step("plan"):
            division = await divide(inquiry.standalone, models, timeout_s=self._limits.timeout_s * PLAN_SHARE)
        looked_up = await self._look_up(division.parts, inquiry, progress, watch)
        if len(looked_up) < MIN_PARTS:
            ordinary = await self._ordinary(inquiry, models, on_draft)
            why = Notice.UNDIVIDED if division.is_known and not division.parts else Notice.UNPLANNED
            return replace(ordinary, notices=_notices(ordinary.notices, budget, why))
        sections = await self._write(looked_up, inquiry, models, budget, progress)
        if all(section.answer.status is Status.DECLINED for section in sections):
            ordinary = await self._ordinary(inquiry, models, on_draft)
            return replace(ordinary, notices=_notices(ordinary.notices, budget))
        report = write_report(sections, lang=inquiry.lang)
        told = [notice for section in sections for notice in section.answer.notices]
        if report.status is Status.ANSWERED:
            told = [Notice.MODEL_LOST if notice in NO_MODEL else notice for notice in told]
        return replace(report, notices=_notices(told, budget), timings_ms=_summed(sections))

    async def _look_up(
        self, parts: Sequence[str], inquiry: Inquiry, progress: Progress, watch: Stopwatch
    ) -> list[_LookedUp]:
        """What was found for each of ``parts``, those left out that were not asked for."""
        looked_up, asked = [], asked_by(inquiry)
        belonging = Belonging(asked, self._search, self._likeness)
        for part in parts:
            if not await belonging.holds(part):
                logger.info("a part of a plan is about something else than the question")
                continue
            shown_part = escaped(in_script_of(inquiry.lang, part))
            progress.step(phrases(inquiry.lang).searching.format(question=shown_part))
            found = await self._search.find(part, k=SEARCHED, watch=watch)
            shown = [
                source.hit
                for source in choose_sources(found.hits, max_sources=MAX_SOURCES, max_tokens=MAX_SOURCE_TOKENS)
            ]
            is_made_up = await asyncio.to_thread(invents, part, asked, [hit.passage for hit in found.hits])
            if is_made_up:
                progress.give_up()
            looked_up.append(_LookedUp(question=part, found=replace(found, hits=shown), is_made_up=is_made_up))
        return looked_up

    async def _write(
        self,
        looked_up: Sequence[_LookedUp],
        inquiry: Inquiry,
        models: Sequence[ChatModel],
        budget: Budget,
        progress: Progress,
    ) -> list[Section]:
        """The sections in order; those without evidence are declined without asking a model."""
        said = phrases(inquiry.lang)
        total = sum(part.is_answerable for part in looked_up)
        n, sections = 0, []
        for part in looked_up:
            if part.is_made_up:
                declined = Answer(status=Status.DECLINED, text=said.declined, lang=inquiry.lang)
                sections.append(Section(question=part.question, answer=declined))
                continue
            if part.is_answerable:
                n += 1
                question = escaped(in_script_of(inquiry.lang, part.question))
                progress.step(said.writing.format(n=n, total=total, question=question))
            asked = Inquiry(text=part.question, standalone=part.question, lang=inquiry.lang)
            answerer = self._make_answerer(models=models, planned_search=_FoundBefore(part.found))
            answer = await answerer.answer(asked, on_draft=progress.draft)
            sections.append(Section(question=part.question, answer=answer))
            if budget.reached or NO_MODEL.intersection(answer.notices):
                models = ()  # who failed once is not waited for again
        return sections

    async def _ordinary(self, inquiry: Inquiry, models: Sequence[ChatModel], on_draft: DraftListener | None) -> Answer:
        answerer = self._make_answerer(models=models, planned_search=self._search)
        return await answerer.answer(inquiry, on_draft=on_draft)


def _notices(told: Sequence[Notice], budget: Budget, *more: Notice) -> tuple[Notice, ...]:
    """What the reader is told: a limit that was reached, rather than that the model was not there for it."""
    if budget.reached is None:
        return tuple(dict.fromkeys([*more, *told]))
    without_model = {*NO_MODEL, Notice.MODEL_LOST, Notice.BROKEN_OFF}
    return tuple(dict.fromkeys([*more, budget.reached, *(notice for notice in told if notice not in without_model)]))


def _summed(sections: Sequence[Section]) -> dict[str, int]:
    """The milliseconds of the sections by step, but for their totals."""
    summed: dict[str, int] = {}
    for section in sections:
        for step, ms in section.answer.timings_ms.items():
            summed[step] = summed.get(step, 0) + ms
    return summed
