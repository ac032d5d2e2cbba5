"""Reports on three short essays, by a model behind real HTTP that divides and answers as it is told."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from bot.answering.answer import Answerer
from bot.answering.deep.deep_answer import DeepAnswerer, DeepLimits
from bot.answering.links import Linker
from bot.answering.model import Answer, ChatModel, Inquiry
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.planned_search import PlannedSearch, Search
from bot.answering.writing import AnswerFormat, Writer
from tests.fakes.openai_server import Request, Step
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

COST = make_passage(
    ["用1024张A100烧一个月，就能炼出一个GPT3。", "算下来是44W美元一个GPT3，童叟无欺。"],
    essay=make_essay("炼丹的成本", file="004.txt", lang="zh"),
)
MEMORY = make_passage(
    ["MLA能将注意力机制的内存消耗降低80%到90%。", "它把键值缓存压缩成潜在向量。"],
    essay=make_essay("内存", file="002.txt", lang="zh"),
)
CAT = make_passage(["我家小猫的名字叫伽罗瓦，以纪念数学家。"], essay=make_essay("年末", file="000.txt", lang="zh"))
QUESTION = "炼出一个GPT3、MLA的内存消耗和小猫的口粮，都是怎么一步步变便宜的？"
ASKED = Inquiry(text=QUESTION, standalone=QUESTION, lang="zh")
HOW_MUCH, MEMORY_SAVED, CAT_FOOD = (
    "炼出一个GPT3要烧多少A100？",
    "MLA能把内存消耗降低多少？",
    "口粮是怎么一步步变便宜的？",
)
SECTIONS = {
    "炼出一个GPT3": "一个GPT3要用1024张A100烧一个月[1]。折合44W美元[1]。",
    "MLA": "MLA把内存消耗降低80%到90%[1]。",
}


def plan(*parts: str) -> str:
    return json.dumps({"sub_questions": parts}, ensure_ascii=False)


def asked_in(request: Request) -> str:
    """Give the question of a request."""
    return re.findall(r"<question>\n(.*?)\n</question>", str(request["messages"][-1]["content"]), re.DOTALL)[-1]


def is_plan(request: Request) -> bool:
    return "plan a report" in str(request["messages"][0]["content"])


def player(*parts: str, sections: dict[str, str] | None = None) -> Step:
    """A model that divides every question into ``parts`` and answers each by what ``sections`` say of a word in it."""
    told = SECTIONS if sections is None else sections

    def answer(request: Request) -> str:
        if is_plan(request):
            return plan(*parts)
        if "<question>" not in str(request["messages"][-1]["content"]):
            return json.dumps({"sentence": ""})
        return next((text for word, text in told.items() if word in asked_in(request)), "INSUFFICIENT")

    return Step(text=answer)


@asynccontextmanager
async def deep(
    *urls: str,
    searcher: FakeSearcher | None = None,
    answer_format: AnswerFormat = "auto",
    timeout_s: float = 20.0,
    max_tokens: int = 20_000,
) -> AsyncIterator[DeepAnswerer]:
    searcher = searcher or FakeSearcher(COST, MEMORY, CAT)
    async with AsyncExitStack() as stack:
        models = [await stack.enter_async_context(OpenAIChatModel(url, None, "m", 5.0)) for url in urls]
        for model in models:
            await model._connect()  # the import is not what the deadline is about
        writer = Writer(models, answer_format=answer_format)

        def make_answerer(*, models: Sequence[ChatModel], planned_search: Search) -> Answerer:
            return Answerer(searcher, Linker(), writer=writer.over(models), planned_search=planned_search)

        limits = DeepLimits(timeout_s=timeout_s, max_tokens=max_tokens)
        yield DeepAnswerer(make_answerer, PlannedSearch(searcher), models, limits=limits)


async def ask(*urls: str, inquiry: Inquiry = ASKED, **options: Any) -> Answer:
    async with deep(*urls, **options) as answerer:
        return await answerer.answer(inquiry)
