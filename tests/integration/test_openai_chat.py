import asyncio
import time
from contextlib import aclosing

import pytest

from bot.answering import openai_chat
from bot.answering.model import ChatMessage, Chunk, Usage
from bot.answering.openai_chat import OpenAIChatModel, retry_after_s
from bot.answering.openai_reply import MAX_REPLY_BYTES
from bot.errors import ModelBusy, ModelLate, ModelNonsense, ModelRefused, ModelUnavailable
from tests.fakes.openai_server import FakeOpenAI, Step, empty, fail, say

ASKED = [ChatMessage(role="user", content="谁的小猫叫伽罗瓦")]


async def complete(model: OpenAIChatModel) -> list[Chunk]:
    async with aclosing(model.stream(ASKED, max_tokens=50)) as chunks:
        return [chunk async for chunk in chunks]


async def listen(model: OpenAIChatModel, heard: list[str], *, pause_s: float = 0.0) -> None:
    async for chunk in model.stream(ASKED, max_tokens=9):
        heard.append(chunk.text)
        await asyncio.sleep(pause_s)


async def test_streams_text_then_usage_and_model(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """The pieces make up the text; the last chunk tells the tokens and the model that wrote it."""
    server.script(say("小猫叫伽罗瓦。[1]", chunk_chars=3))
    chunks = await complete(model)
    assert "".join(chunk.text for chunk in chunks) == "小猫叫伽罗瓦。[1]"
    assert len(chunks) == 5
    assert chunks[-1] == Chunk(model="fake-model", usage=Usage(prompt_tokens=8, completion_tokens=10))


@pytest.mark.parametrize(("reason", "cut_short"), [("stop", False), ("length", True), ("eos", False)])
async def test_running_out_of_tokens_is_told(
    server: FakeOpenAI, model: OpenAIChatModel, reason: str, *, cut_short: bool
) -> None:
    """The last chunk says whether the model would have gone on."""
    server.script(say("小猫叫", finish_reason=reason))
    assert (await complete(model))[-1].cut_short is cut_short


async def test_sends_what_it_was_given(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Model name, messages, limits and a dummy key reach a server that asks for none."""
    server.script(say("好"))
    await complete(model)
    asked = server.requests[0]
    assert asked["messages"] == [{"role": "user", "content": "谁的小猫叫伽罗瓦"}]
    assert (asked["model"], asked["max_tokens"], asked["temperature"], asked["stream"]) == ("m", 50, 0.0, True)
    assert server.headers[0]["Authorization"] == f"Bearer {openai_chat.NO_KEY}"


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (say("一二三四五六七八九十", chunk_chars=2, drop_after=2), ModelUnavailable),
        (say("一二三四五六七八九十", chunk_chars=2, broken_json_after=2), ModelNonsense),
        (say("一二三", finish_reason=None, done=False), ModelUnavailable),
        (say("一二三", finish_reason="content_filter"), ModelNonsense),
        (empty(), ModelNonsense),
        (say(""), ModelNonsense),
        (say("  \n "), ModelNonsense),
        (say("一二", chunk_chars=1, raw_after=(1, '{"error": {"message": "out of memory"}}')), ModelUnavailable),
        (fail(401), ModelRefused),
        (fail(404), ModelRefused),
        (fail(429, retry_after="60"), ModelBusy),
        (say("", reasoning="嗯……"), ModelNonsense),
        (say("", finish_reason=None, reasoning="嗯……"), ModelNonsense),
        (Step(body="<html>Welcome</html>", content_type="text/html"), ModelNonsense),
        (Step(body='{"detail": "no stream here"}'), ModelNonsense),
    ],
)
async def test_faults_become_our_errors(server: FakeOpenAI, model: OpenAIChatModel, step: Step, error: type) -> None:
    """Whatever goes wrong on the wire is one of the errors of the port."""
    server.script(step)
    with pytest.raises(error) as failed:
        await complete(model)
    assert failed.type is error


@pytest.mark.parametrize(
    "step",
    [
        say("一二三", finish_reason=None),
        say("一二三", whole=True),
        say("一二三", whole=True, finish_reason=None),
        say("一二三", whole=True, usage=False),
    ],
    ids=["[DONE]", "JSON", "JSON without a reason", "JSON without usage"],
)
async def test_what_comes_to_its_end_is_whole(server: FakeOpenAI, model: OpenAIChatModel, step: Step) -> None:
    """Without a finish_reason [DONE] says so; a server that knows no streams sends all at once."""
    server.script(step)
    chunks = await complete(model)
    assert "".join(chunk.text for chunk in chunks) == "一二三"
    assert (chunks[-1].model, chunks[-1].cut_short) == ("fake-model", False)
    assert chunks[-1].usage == (Usage(prompt_tokens=8, completion_tokens=3) if step.usage else Usage())


async def test_a_reply_at_once_may_be_cut_short(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Its finish_reason counts."""
    server.script(say("一二三", whole=True, finish_reason="length"))
    assert (await complete(model))[-1].cut_short


async def test_an_endless_reply_at_once_is_left(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """What is no stream is read up to a megabyte."""
    server.script(say("字" * MAX_REPLY_BYTES, whole=True))
    with pytest.raises(ModelNonsense):
        await complete(model)


@pytest.mark.parametrize(
    "event", ['"hello"', "[]", "7", "null", '{"choices": "x"}', '{"choices": [{"delta": null}]}', '{"choices": [null]}']
)
async def test_chunks_of_an_unknown_form_are_passed_over(
    server: FakeOpenAI, model: OpenAIChatModel, event: str
) -> None:
    """JSON that is no chunk neither breaks the stream nor shows up in the text."""
    server.script(say("一二三", chunk_chars=1, raw_after=(1, event)))
    assert "".join(chunk.text for chunk in await complete(model)) == "一二三"


async def test_one_failure_is_retried_by_the_client(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """A single 500 or 429 is invisible but for the second request."""
    server.script(fail(500), say("好"))
    assert (await complete(model))[0].text == "好"
    server.script(fail(429, retry_after="0.1"), say("好"))
    assert (await complete(model))[0].text == "好"
    assert len(server.requests) == 4


async def test_two_failures_are_enough(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """After its retry the client gives up, and the error tells the status but no text of the server's."""
    server.script(fail(503), fail(503))
    with pytest.raises(ModelUnavailable, match=r"^InternalServerError 503$"):
        await complete(model)


async def test_a_long_retry_after_is_not_waited_for(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Told to come back in half a minute, the model is given up at once."""
    server.script(fail(429, retry_after="30"))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="429"):
        await complete(model)
    assert time.monotonic() - began < 2
    assert len(server.requests) == 1


async def test_the_deadline_bounds_silence_before_the_stream(server: FakeOpenAI) -> None:
    """A server that never begins is left at the deadline."""
    server.script(say("好", before_s=20), say("好", before_s=20))
    async with OpenAIChatModel(server.url, None, "m", 0.5) as model:
        await model._connect()
        began = time.monotonic()
        with pytest.raises(ModelLate):
            await complete(model)
        assert time.monotonic() - began < 3


async def test_the_deadline_bounds_a_stall_within_the_stream(server: FakeOpenAI) -> None:
    """A stream that falls silent is left at the deadline, and what came before it was told."""
    server.script(say("一二三四", chunk_chars=1, stall_after=2))
    heard: list[str] = []
    async with OpenAIChatModel(server.url, None, "m", 1.0) as model:
        await model._connect()
        with pytest.raises(ModelUnavailable):
            await listen(model, heard)
    assert heard == ["一", "二"]


async def test_a_slow_listener_is_not_interrupted(server: FakeOpenAI) -> None:
    """The deadline is the model's, never a cancellation inside the code that reads it."""
    server.script(say("一二", chunk_chars=1))
    async with OpenAIChatModel(server.url, None, "m", 0.5) as model:
        await model._connect()
        with pytest.raises(ModelUnavailable):
            await listen(model, [], pause_s=0.7)


async def test_nothing_listens(unused_tcp_port: int) -> None:
    """A refused connection is a model that cannot be reached."""
    async with OpenAIChatModel(f"http://127.0.0.1:{unused_tcp_port}/v1", "k", "m", 3.0) as model:
        with pytest.raises(ModelUnavailable, match="APIConnectionError"):
            await complete(model)


async def test_an_address_that_is_none() -> None:
    """A base URL without a scheme is a model that cannot be reached, not a crash."""
    async with OpenAIChatModel("localhost:1/v1", "k", "m", 3.0) as model:
        with pytest.raises(ModelUnavailable):
            await complete(model)


async def test_leaving_the_stream_stops_the_server(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """Closing the iterator early ends the generation, too."""
    server.script(say("没完没了", endless=True, chunk_pause_s=0.01))
    async with aclosing(model.stream(ASKED, max_tokens=9)) as chunks:
        async for _ in chunks:
            break
    for _ in range(100):
        if server.aborted:
            break
        await asyncio.sleep(0.02)
    assert server.aborted == 1


@pytest.mark.parametrize("parameter", ["stream_options", "temperature", "max_tokens"])
async def test_a_refused_parameter_is_given_up_for_good(
    server: FakeOpenAI, model: OpenAIChatModel, parameter: str
) -> None:
    """A server that knows less gets a simpler request, and the next one at once."""
    server.script(say("好", refuse=parameter), say("好", refuse=parameter))
    assert (await complete(model))[0].text == "好"
    refused = len(server.requests)
    assert parameter not in server.requests[-1]
    assert (await complete(model))[0].text == "好"
    assert len(server.requests) == refused + 1


async def test_a_server_without_usage_or_done(server: FakeOpenAI, model: OpenAIChatModel) -> None:
    """What comes after the finish_reason may be missing, late or broken."""
    server.script(say("好", usage=False, done=False))
    chunks = await complete(model)
    assert (chunks[0].text, chunks[-1].usage) == ("好", Usage())


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, 50.0),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], wait_s: float | None) -> None:
    """Seconds, milliseconds or a date."""
    assert retry_after_s(headers, now=10.0) == wait_s
