"""Answers in JSON through a model behind real HTTP: servers that enforce the form, refuse it, or ignore it."""

import json
from collections.abc import Sequence

import pytest

from bot.answering.answer import Answerer
from bot.answering.answer_form import ANSWER_FORM
from bot.answering.links import Linker
from bot.answering.markers import without_markers
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.writing import Writer
from tests.fakes.openai_server import FakeOpenAI, Step, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

CAT = make_passage(["我家小猫的名字叫伽罗瓦，以纪念数学家。", "小猫今年三岁了。"], essay=make_essay("年末", lang="zh"))
ASKED = Inquiry(text="小猫的名字叫什么", standalone="小猫的名字叫什么", lang="zh")
NAME, AGE = {"sources": [1], "text": "小猫的名字叫伽罗瓦。"}, {"sources": [1], "text": "它今年三岁了。"}
FORM = json.dumps({"answerable": True, "sentences": [NAME, AGE]}, ensure_ascii=False)
TEXT = "小猫的名字叫伽罗瓦[1]。它今年三岁了[1]。"
SHOWN = "小猫的名字叫伽罗瓦[1]。它今年三岁了[2]。"  # each on its sentence


async def ask(model: OpenAIChatModel, *, drafts: list[str] | None = None, samples: int = 1) -> Answer:
    writer = Writer([model], answer_format="schema", drafts=samples)
    answerer = Answerer(FakeSearcher(CAT), Linker(), writer=writer)
    return await answerer.answer(ASKED, on_draft=None if drafts is None else drafts.append)


def formats(server: FakeOpenAI) -> list[str | None]:
    return [(request.get("response_format") or {}).get("type") for request in server.requests]


async def test_the_server_holds_the_model_to_the_form(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """The schema goes along; the reader sees the sentences as they come, and their citations once they are checked."""
    server.script(say(FORM, chunk_chars=40, chunk_pause_s=0.3))
    drafts: list[str] = []
    answer = await ask(model, drafts=drafts)
    assert (answer.status, answer.text, len(answer.citations)) == (Status.ANSWERED, SHOWN, 2)
    assert drafts == ["小猫的名字叫伽罗瓦。", without_markers(TEXT)]
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == ANSWER_FORM.schema
    assert answer.usage.completion_tokens > 0


@pytest.mark.parametrize(
    ("steps", "asked"),
    [
        ([say(FORM, refuse="json_schema")], ["json_schema", "json_object"]),
        ([say(FORM, refuse="response_format")], ["json_schema", "json_object", None]),
        ([say(TEXT)], ["json_schema"]),
        ([say('{"reply": "猫"}'), say(TEXT)], ["json_schema", None]),
        ([say('{"sentences": [{"sources": [1], "te', finish_reason="length"), say(TEXT)], ["json_schema", None]),
        ([say('{"a":[', endless=True, chunk_chars=4000), say(TEXT)], ["json_schema", None]),
        ([say(FORM, drop_after=1, chunk_chars=10_000), say(TEXT)], ["json_schema"]),
    ],
)
async def test_whatever_the_server_makes_of_it_there_is_an_answer(
    server: FakeOpenAI, model: OpenAIChatModel, steps: Sequence[Step], asked: list[str | None]
) -> None:
    """A refused form is put in words, an ignored one read as prose, and broken JSON asked for again as text."""
    server.script(*steps)
    answer = await ask(model)
    assert (answer.status, answer.text) == (Status.ANSWERED, SHOWN)
    assert formats(server) == asked


async def test_drafts_are_asked_for_side_by_side(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Three of them take the time of one, and the first that is as good as any is given."""
    server.default = say(FORM, before_s=1)
    answer = await ask(model, samples=3)
    assert (answer.text, len(server.requests)) == (SHOWN, 3)
    assert answer.timings_ms["model"] < 2500
    assert sorted(request["temperature"] for request in server.requests) == [0.0, 0.7, 0.7]
