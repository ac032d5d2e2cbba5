"""What the settings say of answers reaches those who make them."""

import asyncio
import json
from typing import Any

import pytest

from bot.answering.model import Answer, Notice, Status
from bot.bootstrap import open_app
from bot.corpus.model import Passage
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.index import Index
from bot.retrieval.model import StoredPassage
from bot.settings import load_settings
from tests.fakes.embedder import HashEmbedder
from tests.fakes.openai_server import FakeOpenAI, fail, say
from tests.fakes.passages import make_essay, make_passage

CAT = make_passage(["我家小猫的名字叫伽罗瓦。", "小猫每天要睡十四个小时。"], essay=make_essay("年末", lang="zh"))
QUESTION = "小猫的名字叫什么"
SEVERAL = "小猫的名字叫什么？小猫每天睡几个小时？"
PARTS = ["小猫的名字叫什么？", "小猫每天睡几个小时？"]
REPORT_PLAN = json.dumps({"sub_questions": PARTS}, ensure_ascii=False)


async def row_of(passage: Passage, embedder: HashEmbedder) -> StoredPassage:
    texts = [passage.text, *map(passage.sentence_text, passage.sentences)]
    vectors = at_half_precision(await embedder.embed_passages(texts))
    return StoredPassage(passage=passage, vector=vectors[0], sentence_vectors=vectors[1:])


async def ask(question: str, server: FakeOpenAI | None = None, *, deep: bool = False, **settings: Any) -> Answer:
    model = {"llm_model": "m", "openai_base_url": server.url} if server else {}
    embedder = HashEmbedder()
    index = Index([await row_of(CAT, embedder)])
    read = load_settings(**{"decline_below": 0.0, "query_plan": "off"} | model | settings)
    async with open_app(read, embedder, index=index) as app:
        return await app.conversations.answer(question, (), deep=deep)


def in_form(server: FakeOpenAI) -> list[bool]:
    return ["response_format" in request for request in server.requests]


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(("decline_below", "status"), [(0.0, Status.QUOTED), (1.0, Status.DECLINED)])
async def test_the_threshold_of_refusals(decline_below: float, status: Status, *, deep: bool) -> None:
    """``DECLINE_BELOW`` holds for answers and for reports."""
    question = SEVERAL if deep else QUESTION
    assert (await ask(question, deep=deep, decline_below=decline_below)).status is status


async def test_several_drafts_of_an_answer_and_one_of_a_section(server: FakeOpenAI) -> None:
    """``ANSWER_DRAFTS`` is for answers; a report asks for its plan and for each section once."""
    await ask(QUESTION, server, answer_drafts=3)
    assert len(server.requests) == 3
    server.script(say(REPORT_PLAN))
    report = await ask(SEVERAL, server, deep=True, answer_drafts=3)
    assert [part.question for part in report.parts] == PARTS
    assert len(server.requests) == 3 + 1 + len(PARTS)


@pytest.mark.parametrize(
    ("settings", "first_in_form"),
    [
        ({}, False),
        ({"answer_format": "schema"}, True),
        ({"llm_model": "qwen3:4b"}, True),
        ({"llm_model": "qwen3:4b", "answer_format": "text"}, False),
    ],
)
async def test_the_form_of_answers(server: FakeOpenAI, settings: dict[str, str], *, first_in_form: bool) -> None:
    """``ANSWER_FORMAT``, or the name of the model, says whether JSON is asked for first."""
    await ask(QUESTION, server, **settings)
    assert in_form(server)[0] is first_in_form


async def test_fallback_models_are_asked_in_their_order(server: FakeOpenAI) -> None:
    """Each of ``LLM_FALLBACK_MODELS`` where those before it failed."""
    server.script(*[fail(401)] * 2)
    await ask(QUESTION, server, llm_fallback_models=("second", "third"))
    assert [request["model"] for request in server.requests] == ["m", "second", "third"]


async def test_a_report_keeps_to_its_tokens(server: FakeOpenAI) -> None:
    """``DEEP_MAX_TOKENS`` too small for a plan leaves a report of quotes, and no model is asked."""
    report = await ask(SEVERAL, server, deep=True, deep_max_tokens=50)
    assert (report.status, report.notices, server.requests) == (Status.QUOTED, (Notice.OUT_OF_TOKENS,), [])


async def test_a_report_keeps_to_its_time(server: FakeOpenAI) -> None:
    """``DEEP_TIMEOUT_S`` bounds what a silent model costs."""
    server.default = say("……", before_s=30)
    async with asyncio.timeout(10):
        report = await ask(SEVERAL, server, deep=True, deep_timeout_s=0.5)
    assert (report.status, report.notices) == (Status.QUOTED, (Notice.OUT_OF_TIME,))


@pytest.mark.parametrize(("timeout_s", "calls"), [(0.0, 1), (8.0, 2)])
async def test_translations_take_a_call_unless_they_have_no_time(
    server: FakeOpenAI, timeout_s: float, calls: int
) -> None:
    """``TRANSLATION_TIMEOUT_S`` of 0 has quotes in another language stand alone."""
    server.script(say("The kitten is called 伽罗瓦 [1]."))
    await ask("What is the kitten 伽罗瓦 called?", server, translation_timeout_s=timeout_s)
    assert len(server.requests) == calls


@pytest.mark.parametrize(("mode", "calls"), [("off", 1), ("always", 2)])
async def test_plans_of_the_search(server: FakeOpenAI, mode: str, calls: int) -> None:
    """``QUERY_PLAN`` says whether the model is asked what to search for."""
    await ask(QUESTION, server, query_plan=mode)
    assert len(server.requests) == calls
