"""What the reader gets of a model that answers in another language than the question; it speaks real HTTP."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.answering.answer import Answerer
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.writing import Writer
from tests.fakes.openai_server import FakeOpenAI, Step, fail, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

COST = make_passage(
    ["用1024张A100烧一个月，就能炼出一个GPT3。", "算下来是44W美元一个GPT3，童叟无欺。"],
    essay=make_essay("炼丹的成本", file="004.txt", lang="zh"),
)
SCALE = make_passage(
    ["Nobody trained GPT3 on fewer than 300 machines."], essay=make_essay("The Scale of It", file="s.md")
)
CHINESE, ENGLISH = "炼出一个GPT3花多少美元", "On how many machines was GPT3 trained?"


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(default=say("")) as server:
        yield server


async def ask(server: FakeOpenAI, question: str, *, lang: str, passage=COST) -> Answer:
    model = OpenAIChatModel(server.url, None, "m", 3.0)
    await model._connect()  # the import is not what the deadline is about
    try:
        answerer = Answerer(FakeSearcher(passage), Linker(), [model])
        return await answerer.answer(Inquiry(text=question, standalone=question, lang=lang))
    finally:
        await model.close()


def rewritten(text: str, **changes: Any) -> Step:
    """A rewriting call answered with ``text``."""
    return say(json.dumps({"answer": text}, ensure_ascii=False), **changes)


async def test_an_english_answer_to_a_chinese_question_is_rewritten(server: FakeOpenAI) -> None:
    """Once, in a structured call that holds the answer and its markers; the tokens are counted."""
    said = "A GPT3 comes to 44W dollars, and that is a fair price[1]."
    server.script(say(said), rewritten("炼出一个GPT3要44W美元，童叟无欺[1]。"))
    answer = await ask(server, CHINESE, lang="zh")
    assert (answer.status, answer.text) == (Status.ANSWERED, "炼出一个GPT3要44W美元，童叟无欺[1]。")
    assert answer.citations[0].quote == "算下来是44W美元一个GPT3，童叟无欺。"
    request = server.requests[1]
    assert request["response_format"]["json_schema"]["name"] == "rewritten_answer"
    assert said in request["messages"][-1]["content"]
    assert answer.usage.prompt_tokens > sum(len(message["content"]) for message in request["messages"])


async def test_a_chinese_answer_to_an_english_question_is_rewritten(server: FakeOpenAI) -> None:
    """The other way round it is the same."""
    server.script(
        say("没有人用少于300台的机器训练出GPT3[1]。"), rewritten("Nobody trained GPT3 on fewer than 300 machines[1].")
    )
    answer = await ask(server, ENGLISH, lang="en", passage=SCALE)
    assert (answer.status, answer.text) == (Status.ANSWERED, "Nobody trained GPT3 on fewer than 300 machines[1].")


async def test_a_rewritten_answer_is_checked_like_any_other(server: FakeOpenAI) -> None:
    """A number that the passages don't hold does not come in by the back door."""
    server.script(
        say("It comes to 44W dollars, and that is fair[1]."), rewritten("要46W美元[1]。童叟无欺，44W美元[1]。")
    )
    assert (await ask(server, CHINESE, lang="zh")).text == "童叟无欺，44W美元[1]。"


@pytest.mark.parametrize(
    "step", [fail(500), say("nothing"), rewritten("A GPT3 comes to 44W dollars, and that is it[1].")]
)
async def test_an_answer_that_stays_in_the_wrong_language_is_not_sent(server: FakeOpenAI, step: Step) -> None:
    """The essays are quoted instead."""
    server.script(say("A GPT3 comes to 44W dollars, and that is a fair price[1]."), step, step)
    answer = await ask(server, CHINESE, lang="zh")
    assert answer.status is Status.QUOTED
    assert "fair" not in answer.text


async def test_traditional_is_not_another_language_than_chinese(server: FakeOpenAI) -> None:
    """An answer in either script is not sent back for its language."""
    server.script(say("煉出一個GPT3要44W美元，童叟無欺[1]。"))
    answer = await ask(server, "炼出一个GPT3花多少美元", lang="zh-Hant")
    assert answer.text == "煉出一個GPT3要44W美元，童叟無欺[1]。"
    assert len(server.requests) == 1


async def test_a_rewriting_that_hangs_takes_what_is_left_of_the_time(server: FakeOpenAI) -> None:
    """And no more: the essays are quoted then."""
    server.script(say("A GPT3 comes to 44W dollars, and that is a fair price[1]."), rewritten("", before_s=20))
    async with OpenAIChatModel(server.url, None, "m", 3.0) as model:
        await model._connect()
        writer, began = Writer([model], timeout_s=1.5), time.monotonic()
        answerer = Answerer(FakeSearcher(COST), Linker(), writer=writer)
        answer = await answerer.answer(Inquiry(text=CHINESE, standalone=CHINESE, lang="zh"))
    assert answer.status is Status.QUOTED
    assert time.monotonic() - began < 2.5
