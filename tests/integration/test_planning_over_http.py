"""Structured answers and plans from a model behind real HTTP, whatever its server makes of a JSON schema."""

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from bot.answering.model import ChatMessage, JsonForm
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.openai_dialect import IN_WORDS
from bot.answering.patience import PATIENCE
from bot.answering.planned_search import PlannedSearch
from bot.answering.query_plan import QueryPlan, QueryPlanner
from bot.answering.structured import complete_structured
from bot.errors import ModelNonsense, ModelUnavailable
from tests.fakes.openai_server import FakeOpenAI, Step, empty, fail, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

FORM = JsonForm(
    name="verdict",
    schema={
        "type": "object",
        "properties": {"holds": {"type": "boolean"}},
        "required": ["holds"],
        "additionalProperties": False,
    },
)
ASKED = [ChatMessage(role="system", content="Judge."), ChatMessage(role="user", content="谁的小猫叫伽罗瓦")]
HOLDS = '{"holds": true}'
CAT = make_passage(["我家小猫的名字叫伽罗瓦，以纪念数学家。"], essay=make_essay("年末", lang="zh"))
SEVERAL = "小猫的名字和狗的名字有什么不同"
PLAN = json.dumps({"english": "Cat or dog?", "chinese": "", "sub_questions": ["小猫叫什么？", "狗叫什么？"]})


async def verdict(model: OpenAIChatModel) -> object:
    return (await complete_structured(model, ASKED, FORM, max_tokens=20)).value


def formats(server: FakeOpenAI) -> list[str]:
    return [(asked.get("response_format") or {}).get("type", "none") for asked in server.requests]


async def test_a_server_with_schemas_is_given_the_schema(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Name and schema go with the request, strict, and the messages stay as they are."""
    server.script(say(HOLDS))
    assert await verdict(model) == {"holds": True}
    assert server.requests[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "schema": FORM.schema, "strict": True},
    }
    assert server.requests[0]["messages"][-1]["content"] == ASKED[-1].content


@pytest.mark.parametrize("status", [400, 404, 415, 422, 501])
async def test_a_server_without_schemas_is_found_out_once(
    server: FakeOpenAI, model: OpenAIChatModel, status: int
) -> None:
    """It is asked for a JSON object, with the schema in words; the next call does so at once."""
    step = say(HOLDS, refuse="json_schema", refuse_status=status)
    server.script(step, step)
    assert await verdict(model) == {"holds": True}
    assert await verdict(model) == {"holds": True}
    assert formats(server) == ["json_schema", "json_object", "json_object"]
    assert server.requests[-1]["messages"][-1]["content"].startswith(f"{ASKED[-1].content}\n\n{IN_WORDS}")
    assert '"holds":{"type":"boolean"}' in server.requests[-1]["messages"][-1]["content"]


async def test_a_server_without_any_format_is_told_in_words(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Where no form of answer can be asked for, the words remain."""
    step = say(f"```json\n{HOLDS}\n```", refuse="response_format")
    server.script(step, step)
    assert await verdict(model) == {"holds": True}
    assert await verdict(model) == {"holds": True}
    assert formats(server) == ["json_schema", "json_object", "none", "none"]
    assert IN_WORDS in server.requests[-1]["messages"][-1]["content"]


async def test_a_server_that_ignores_the_schema_is_told_in_words(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Once its model answers in prose, the schema stands in the prompt, too."""
    server.script(say("Yes, it holds."), say(HOLDS))
    with pytest.raises(ModelNonsense):
        await verdict(model)
    assert await verdict(model) == {"holds": True}
    assert IN_WORDS not in server.requests[0]["messages"][-1]["content"]
    assert IN_WORDS in server.requests[1]["messages"][-1]["content"]
    assert formats(server) == ["json_schema", "json_schema"]


async def test_an_answer_that_ran_out_of_tokens_says_nothing_of_the_server(
    server: FakeOpenAI, model: OpenAIChatModel
) -> None:
    """Half an object is no sign that the schema was ignored."""
    server.script(say('{"holds": ', finish_reason="length"), say(HOLDS))
    with pytest.raises(ModelNonsense):
        await verdict(model)
    assert await verdict(model) == {"holds": True}
    assert IN_WORDS not in server.requests[1]["messages"][-1]["content"]


async def test_what_is_refused_in_every_form_teaches_nothing(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """A prompt that is too long is refused whatever is left out; the next one is asked with everything again."""
    server.script(*[fail(400)] * 4, say(HOLDS))
    with pytest.raises(ModelUnavailable, match="400"):
        await verdict(model)
    assert formats(server) == ["json_schema", "json_object", "none", "none"]
    assert await verdict(model) == {"holds": True}
    assert formats(server)[-1] == "json_schema"
    assert "stream_options" in server.requests[-1]


async def test_a_single_refusal_that_names_nothing_is_a_stray(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """The question is asked more simply; only where that happens twice does the next one begin so."""
    server.script(fail(400), say(HOLDS), say(HOLDS), fail(400), say(HOLDS), fail(400), say(HOLDS), say(HOLDS))
    for _ in range(5):
        assert await verdict(model) == {"holds": True}
    simpler = ["json_schema", "json_object"]
    assert formats(server) == [*simpler, "json_schema", *simpler, *simpler, "json_object"]


async def text_of(model: OpenAIChatModel) -> str:
    return "".join([chunk.text async for chunk in model.stream(ASKED, max_tokens=5)])


@pytest.mark.parametrize("step", [fail(500), say("", raw_after=(0, '{"error": {"message": "no grammar"}}'))])
async def test_a_form_that_keeps_failing_rests(server: FakeOpenAI, model: OpenAIChatModel, step: Step) -> None:
    """On a server that writes text it is not asked for any more for a while; other forms and text are."""
    server.script(say("好"))
    assert await text_of(model) == "好"
    server.default = step
    for _ in range(PATIENCE):
        with pytest.raises(ModelUnavailable):
            await verdict(model)
    server.default, asked = say(HOLDS), len(server.requests)
    with pytest.raises(ModelUnavailable):
        await verdict(model)
    assert len(server.requests) == asked
    other = replace(FORM, name="other")
    assert (await complete_structured(model, ASKED, other, max_tokens=20)).value == {"holds": True}
    assert await text_of(model) == HOLDS


async def test_a_form_that_nobody_waits_for_any_longer_failed(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Being silent until the caller's time is over counts; on a server that is down as a whole it does not."""
    server.default = say(HOLDS, before_s=5)

    async def wait_in_vain() -> None:
        with pytest.raises((TimeoutError, ModelUnavailable)):
            async with asyncio.timeout(0.2):
                await verdict(model)

    for _ in range(PATIENCE + 1):
        await wait_in_vain()
    assert len(server.requests) == PATIENCE + 1
    server.script(say("好"))
    await text_of(model)
    asked = len(server.requests)
    for _ in range(PATIENCE + 1):
        await wait_in_vain()
    assert len(server.requests) == asked + PATIENCE


async def test_an_unknown_model_is_not_asked_again_without_a_form(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """A 404 to a plain request has nothing to do with forms."""
    server.script(fail(404))
    with pytest.raises(ModelUnavailable, match="404"):
        async for _ in model.stream(ASKED, max_tokens=5):
            pass
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (say('{"holds": tru'), ModelNonsense),
        (say("{holds: true}"), ModelNonsense),
        (empty(), ModelNonsense),
        (say(""), ModelNonsense),
        (say("[true]"), ModelNonsense),
        (say('{"holds": "', endless=True, chunk_chars=500), ModelNonsense),
        (say(HOLDS, drop_after=0), ModelUnavailable),
        (say(HOLDS, broken_json_after=0), ModelNonsense),
        (fail(401), ModelUnavailable),
        (Step(body="<html>"), ModelNonsense),
    ],
)
async def test_faults_are_the_ports_own_errors(
    server: FakeOpenAI, model: OpenAIChatModel, step: Step, error: type
) -> None:
    """Broken JSON, no JSON, endless JSON, a broken stream."""
    server.script(step)
    with pytest.raises(error):
        await verdict(model)


# --- the plan of a search ---

CHINESE_ONLY = json.dumps({"english": "猫还是狗？", "chinese": "Cat or dog?", "sub_questions": ["猫？"]})
TWENTY = json.dumps({"english": "", "chinese": "", "sub_questions": [f"第{n}只小猫叫什么？" for n in range(20)]})
BOTH_PARTS = ("小猫叫什么？", "狗叫什么？")


@pytest.mark.parametrize(
    ("steps", "searched"),
    [
        ([say(PLAN)], ("Cat or dog?", *BOTH_PARTS)),
        ([say(PLAN, refuse="response_format")], ("Cat or dog?", *BOTH_PARTS)),
        ([say(f"Here you are:\n```json\n{PLAN}\n```\nBye")], ("Cat or dog?", *BOTH_PARTS)),
        ([say(f"<think>hm {{}}</think>{PLAN}", finish_reason=None)], ("Cat or dog?", *BOTH_PARTS)),
        ([say(PLAN, stall_after=1)], ()),
        ([say(PLAN, before_s=20)], ()),
        ([say(PLAN[:40])], ()),
        ([empty()], ()),
        ([say(CHINESE_ONLY)], ()),
        ([say('{"english": "', endless=True, chunk_chars=100)], ()),
        ([say(TWENTY, chunk_chars=500)], tuple(f"第{n}只小猫叫什么？" for n in range(4))),
        ([fail(500), fail(500)], ()),
    ],
    ids=[
        *("schema", "no schema", "fenced", "thinks, then breaks off", "stalls", "silent"),
        *("broken", "empty", "wrong languages", "endless", "twenty parts", "500"),
    ],
)
async def test_the_search_goes_on(
    server: FakeOpenAI, steps: list[Step], searched: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """With as much of a plan as there is, within the time limit, and without a word of the question in the log."""
    caplog.set_level(logging.INFO)
    server.script(*steps)
    searcher = FakeSearcher(CAT)
    loop = asyncio.get_running_loop()
    async with OpenAIChatModel(server.url, None, "m", 30.0) as model:
        await model._connect()
        search = PlannedSearch(searcher, QueryPlanner([model], timeout_s=1.5))
        began = loop.time()
        found = await search.find(SEVERAL, k=16)
        assert loop.time() - began < 2.5
    assert [hit.passage for hit in found.hits] == [CAT]
    assert next(filter(None, searcher.formulations), ()) == searched
    assert bool(found.plan) is bool(searched)
    assert SEVERAL not in caplog.text


async def test_a_plan_that_comes_too_late_is_not_waited_for_by_the_server(server: FakeOpenAI) -> None:
    """At the time limit the request is given up, so that a small machine writes no plans for nobody."""
    server.script(say(PLAN, endless=True, chunk_chars=1, chunk_pause_s=0.02))
    async with OpenAIChatModel(server.url, None, "m", 30.0) as model:
        await model._connect()
        assert await QueryPlanner([model], timeout_s=0.3).plan(SEVERAL) == QueryPlan()
        for _ in range(100):
            if server.aborted:
                break
            await asyncio.sleep(0.02)
    assert server.aborted == 1
