"""Answers through a model behind real HTTP: what the asker gets when the server behaves, and when it does not."""

from dataclasses import replace

import pytest

from bot.answering.answer import Answerer
from bot.answering.drafting import CUT_SHORT
from bot.answering.links import Linker
from bot.answering.markers import without_markers
from bot.answering.model import Answer, Inquiry, Notice, Status
from bot.answering.openai_chat import OpenAIChatModel
from tests.fakes.openai_server import FakeOpenAI, Step, empty, fail, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

CAT = make_passage(["我家小猫的名字叫伽罗瓦，以纪念数学家。", "小猫今年三岁了。"], essay=make_essay("年末", lang="zh"))
ASKED = Inquiry(text="小猫的名字叫什么", standalone="小猫的名字叫什么", lang="zh")


async def ask(server: FakeOpenAI, *, fallback: FakeOpenAI | None = None, drafts: list[str] | None = None) -> Answer:
    urls = [server.url, *([fallback.url] if fallback else [])]
    models = [OpenAIChatModel(url, None, "m", 3.0) for url in urls]
    for model in models:
        await model._connect()  # the import is not what the deadline is about
    try:
        answerer = Answerer(FakeSearcher(CAT), Linker(), models)
        return await answerer.answer(ASKED, on_draft=None if drafts is None else drafts.append)
    finally:
        for model in models:
            await model.close()


async def test_the_fakes_own_model_reads_and_cites(server: FakeOpenAI) -> None:
    """By default the fake answers with the first passage's first sentence, so a whole way can be tested."""
    drafts: list[str] = []
    answer = await ask(server, drafts=drafts)
    assert (answer.status, answer.text) == (Status.ANSWERED, "我家小猫的名字叫伽罗瓦，以纪念数学家。 [1]")
    assert answer.citations[0].quote == "我家小猫的名字叫伽罗瓦，以纪念数学家。"
    assert answer.model == "fake-model"
    assert answer.usage.prompt_tokens > 0
    assert len(drafts) > 1
    assert drafts[-1] == without_markers(answer.text)


@pytest.mark.parametrize(
    ("steps", "notice"),
    [
        ([fail(500), fail(500)], Notice.MODEL_UNREACHABLE),
        ([fail(429, retry_after="60")], Notice.MODEL_BUSY),
        ([fail(401)], Notice.MODEL_REFUSED),
        ([say("好", before_s=9), say("好", before_s=9)], Notice.MODEL_LATE),
        ([say("小猫的名字叫伽罗瓦", stall_after=1, chunk_chars=2)], Notice.MODEL_LATE),
        ([say("小猫的名字叫伽罗瓦[1]", broken_json_after=2, chunk_chars=2)], Notice.MODEL_SILENT),
        ([say("小猫的名字叫伽罗瓦[1]", drop_after=2, chunk_chars=2)], Notice.MODEL_UNREACHABLE),
        ([say("小猫的名字叫伽罗瓦[1]", finish_reason=None, done=False)], Notice.MODEL_UNREACHABLE),
        ([say("小猫的名字叫伽罗瓦[1]", finish_reason="content_filter")], Notice.MODEL_SILENT),
        ([empty()], Notice.MODEL_SILENT),
        ([say("", reasoning="嗯……")], Notice.MODEL_SILENT),
        ([say("<think>嗯……</think>")], Notice.MODEL_SILENT),
        ([Step(body="<html>")], Notice.MODEL_SILENT),
    ],
    ids=str,
)
async def test_a_failing_server_ends_in_quotes(server: FakeOpenAI, steps: list[Step], notice: Notice) -> None:
    """Whatever the server does, the asker gets the essays' own words and the true reason."""
    server.script(*steps)
    answer = await ask(server)
    assert (answer.status, answer.notices) == (Status.QUOTED, (notice,))
    assert "伽罗瓦" in answer.text


LONG = "小猫的名字叫伽罗瓦[1]。它今年三岁了[1]。它的父"


@pytest.mark.parametrize(
    "step",
    [
        say(LONG, drop_after=6),
        say(LONG, finish_reason=None, done=False),
        say(LONG, stall_after=6),
        say(LONG, broken_json_after=6),
    ],
    ids=["dropped", "cut off", "out of time", "broken"],
)
async def test_a_long_answer_that_breaks_off_keeps_its_whole_sentences(server: FakeOpenAI, step: Step) -> None:
    """The reader watched it grow; what was finished stays, checked and cited, and is said to be a part."""
    server.script(replace(step, chunk_chars=5))
    answer = await ask(server)
    assert (answer.status, answer.notices) == (Status.ANSWERED, (Notice.BROKEN_OFF,))
    assert answer.text == f"小猫的名字叫伽罗瓦[1]。它今年三岁了[2]。{CUT_SHORT}"


async def test_an_answer_out_of_tokens_shows_it_also_without_its_last_words(server: FakeOpenAI) -> None:
    """Half a sentence that stands on nothing goes, and the sign that there was more stays."""
    server.script(say(f"{LONG}亲叫柯西", finish_reason="length"))
    answer = await ask(server)
    assert (answer.text, answer.notices) == (f"小猫的名字叫伽罗瓦[1]。它今年三岁了[2]。{CUT_SHORT}", ())


@pytest.mark.parametrize(
    "step", [say("小猫的名字叫伽罗瓦[1]", finish_reason=None), say("小猫的名字叫伽罗瓦[1]", whole=True)]
)
async def test_an_answer_that_came_to_its_end_is_whole(server: FakeOpenAI, step: Step) -> None:
    """Whether the server says why it ended, or knows no streams at all."""
    server.script(step)
    answer = await ask(server)
    assert (answer.status, answer.text, answer.notices) == (Status.ANSWERED, "小猫的名字叫伽罗瓦[1]", ())


async def test_the_fallback_server_answers(server: FakeOpenAI) -> None:
    """The second choice takes over without a word."""
    server.script(fail(503), fail(503))
    async with FakeOpenAI(model="second") as fallback:
        answer = await ask(server, fallback=fallback)
    assert (answer.status, answer.model, answer.notices) == (Status.ANSWERED, "second", ())


async def test_endless_output_is_cut(server: FakeOpenAI) -> None:
    """A server that never stops is left; the answer says nothing twice, and ends with a sign that there was more."""
    server.script(say("小猫的名字叫伽罗瓦[1]。", endless=True, chunk_chars=200))
    answer = await ask(server)
    assert answer.status is Status.ANSWERED
    assert len(answer.text) <= 200
    assert answer.text.endswith(f"。{CUT_SHORT.strip()}")


async def test_refusing_the_usage_option_is_no_failure(server: FakeOpenAI) -> None:
    """A server that knows no stream_options answers all the same."""
    server.script(say("小猫的名字叫伽罗瓦[1]", refuse="stream_options"))
    answer = await ask(server)
    assert answer.status is Status.ANSWERED
    assert answer.usage.prompt_tokens == 0
