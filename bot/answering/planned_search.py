"""Search with a model's help where that promises more: the plan is made beside the search, and in bounded time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.answering.errand import is_errand
from bot.answering.query_plan import QueryPlan, QueryPlanner
from bot.answering.several import asks_several_things
from bot.answering.stopwatch import Stopwatch
from bot.answering.sufficiency import BACKGROUND, DECLINE_BELOW, is_sufficient
from bot.retrieval.model import Hit
from bot.retrieval.search import Searcher

PlanMode = Literal["off", "auto", "always"]

REWORDINGS_NEEDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Hits, best first; whether they bear on the question at all; and the plan that helped to find them."""

    hits: Sequence[Hit]
    is_sufficient: bool
    plan: QueryPlan = field(default_factory=QueryPlan)


class Search(Protocol):
    """Finds what a question is answered from."""

    async def find(self, question: str, *, k: int, watch: Stopwatch | None = None) -> Found:
        """The ``k`` best passages for ``question``; ``watch`` counts the steps."""
        ...


class PlannedSearch:
    """Searches for a question and, with a ``planner``, for what its plan adds.

    ``auto`` plans for a question that compares or asks several things, and for one that the plain search
    finds no sufficient evidence for. Without a planner it is the plain search.
    ``decline_below``: see ``is_sufficient``.
    """

    def __init__(
        self,
        searcher: Searcher,
        planner: QueryPlanner | None = None,
        *,
        mode: PlanMode = "auto",
        decline_below: float = DECLINE_BELOW,
    ) -> None:
        self._searcher = searcher
        self._planner = None if mode == "off" else planner
        self._always = mode == "always"
        self._decline_below = decline_below

    async def find(self, question: str, *, k: int, watch: Stopwatch | None = None) -> Found:
        """The ``k`` best passages for ``question``.

        ``watch`` counts the steps ``search`` and ``plan``. Waits for the planner no longer than its own time limit, and
        raises what a search raises, nothing for a model.
        """
        watch = watch or Stopwatch()
        if self._planner is None:
            hits = await self._search(question, k, watch)
            return Found(hits=hits, is_sufficient=await self._bears(question, watch, hits))
        plan: QueryPlan | None = None
        if self._always or asks_several_things(question):
            hits, plan = await self._both(self._planner, question, k, watch)
        else:
            hits = await self._search(question, k, watch)
        # Among few hits it cannot be told what stands out.
        enough = await self._bears(question, watch, None if k < BACKGROUND else hits)
        # In other words an order to the bot is none any more.
        has_second_chance = not enough and not is_errand(question)
        if plan is None and hits and has_second_chance:
            plan = await self._plan(self._planner, question, watch)
        if not plan:
            return Found(hits=hits, is_sufficient=enough)
        hits = await self._search(question, k, watch, plan)
        enough = enough or (has_second_chance and await self._reworded_bears(plan, watch))
        return Found(hits=hits, is_sufficient=enough, plan=plan)

    async def _both(
        self, planner: QueryPlanner, question: str, k: int, watch: Stopwatch
    ) -> tuple[Sequence[Hit], QueryPlan]:
        try:
            async with asyncio.TaskGroup() as tasks:
                searching = tasks.create_task(self._search(question, k, watch))
                planning = tasks.create_task(self._plan(planner, question, watch))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # what the search raised, as without a plan
        return searching.result(), planning.result()

    async def _plan(self, planner: QueryPlanner, question: str, watch: Stopwatch) -> QueryPlan:
        with watch.step("plan"):
            return await planner.plan(question)

    async def _search(self, question: str, k: int, watch: Stopwatch, plan: QueryPlan | None = None) -> Sequence[Hit]:
        with watch.step("search"):
            if plan is None:
                return await self._searcher.search(question, k=k)
            return await self._searcher.search(question, k=k, rewordings=plan.rewordings, parts=plan.sub_questions)

    async def _bears(self, question: str, watch: Stopwatch, hits: Sequence[Hit] | None = None) -> bool:
        """Whether what is found for ``question``, or ``hits`` where it was found already, answers it."""
        hits = await self._search(question, BACKGROUND, watch) if hits is None else hits
        if self._suffice(hits, question):
            return True
        if not hits or not self._searcher.named_in(question):
            return False
        # The name may be what is asked about, as a title is where somebody asks who wrote it.
        with watch.step("search"):
            hits = await self._searcher.search(question, k=BACKGROUND, whole=True)
        return self._suffice(hits, question)

    def _suffice(self, hits: Sequence[Hit], question: str) -> bool:
        return is_sufficient(hits, question, decline_below=self._decline_below)

    async def _reworded_bears(self, plan: QueryPlan, watch: Stopwatch) -> bool:
        # Each by itself, for the measure is one of a single question in its own language. Having failed as it was
        # asked, a question needs both other wordings for a majority: any one of three would let too much through.
        if len(plan.rewordings) < REWORDINGS_NEEDED:
            return False
        return all([await self._bears(text, watch) for text in plan.rewordings])
