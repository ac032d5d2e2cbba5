"""Reports whose model fails, falls silent or never stops, within limits of time and tokens."""

import asyncio

from bot.answering.model import Inquiry, Notice, Status
from bot.answering.phrases import phrases
from tests.fakes.openai_server import FakeOpenAI, fail, say
from tests.integration.deep.stage import (
    HOW_MUCH,
    MEMORY_SAVED,
    SECTIONS,
    ask,
    player,
)


async def test_a_model_that_dies_midway_leaves_quotes(server: FakeOpenAI) -> None:
    """What was written stays; the rest is quoted, nobody waits for the model again, and the reader is told."""
    server.script(player(HOW_MUCH, MEMORY_SAVED, "小猫的名字叫什么？"), say(SECTIONS["炼出一个GPT3"]))
    server.default = fail(500)
    report = await ask(server.url)
    assert (report.status, report.notices) == (Status.ANSWERED, (Notice.MODEL_LOST,))
    assert [part.status for part in report.parts] == [Status.ANSWERED, Status.QUOTED, Status.QUOTED]
    assert "> MLA能将注意力机制的内存消耗降低80%到90%。" in report.text
    assert "> 我家小猫的名字叫伽罗瓦" in report.text
    assert phrases("zh").quoted_lead not in report.text
    assert len(server.requests) == 4  # the plan, a section, and the second one with the client's retry


async def test_the_fallback_model_takes_over_midway(server: FakeOpenAI) -> None:
    """The second choice writes on, without a word."""
    server.script(player(HOW_MUCH, MEMORY_SAVED))
    server.default = fail(500)
    async with FakeOpenAI(model="second", default=player(HOW_MUCH, MEMORY_SAVED)) as fallback:
        report = await ask(server.url, fallback.url)
    assert (report.status, report.notices, report.model) == (Status.ANSWERED, (), "second")
    assert [part.status for part in report.parts] == [Status.ANSWERED] * 2


async def test_the_time_limit_ends_a_report_with_what_there_is(server: FakeOpenAI) -> None:
    """The section under way is cut, the next one quoted, and the reader is told why; nothing takes much longer."""
    server.script(
        player(HOW_MUCH, MEMORY_SAVED),
        say("一个GPT3要用1024张A100烧一个月[1]。" * 30, chunk_chars=25, chunk_pause_s=0.2),
    )
    began = asyncio.get_running_loop().time()
    report = await ask(server.url, timeout_s=1.5)
    assert asyncio.get_running_loop().time() - began < 4
    assert (report.status, report.notices) == (Status.ANSWERED, (Notice.OUT_OF_TIME,))
    assert [part.status for part in report.parts] == [Status.ANSWERED, Status.QUOTED]
    assert "1024张A100烧一个月[1]" in report.text
    assert "> MLA能将" in report.text
    assert len(server.requests) == 2
    assert report.usage.completion_tokens > 0  # estimated, for the server was left before it could count


async def test_a_section_in_json_keeps_its_whole_sentences(server: FakeOpenAI) -> None:
    """Models that are asked for sentences in JSON are cut by the time limit just so."""
    sentences = '{"answerable":true,"sentences":[{"sources":[1],"text":"一个GPT3要用1024张A100烧一个月。"},'
    server.script(
        player(HOW_MUCH, MEMORY_SAVED),
        say(sentences + '{"sources"', stall_after=1, stall_s=9, chunk_chars=90),
    )
    report = await ask(server.url, answer_format="schema", timeout_s=1.5)
    assert (report.status, report.notices) == (Status.ANSWERED, (Notice.OUT_OF_TIME,))
    assert "一个GPT3要用1024张A100烧一个月[1]。" in report.text
    assert [part.status for part in report.parts] == [Status.ANSWERED, Status.QUOTED]


async def test_a_silent_model_costs_no_more_than_the_time_limit(server: FakeOpenAI) -> None:
    """A plan that does not come is given up for the question's own clauses, and the sections are quotes in time."""
    server.default = say("……", before_s=30)
    question = "炼出一个GPT3到底要烧多少A100，另外MLA能把内存消耗降低多少？"
    began = asyncio.get_running_loop().time()
    report = await ask(server.url, inquiry=Inquiry(text=question, standalone=question, lang="zh"), timeout_s=1.5)
    assert asyncio.get_running_loop().time() - began < 4
    assert (report.status, report.notices) == (Status.QUOTED, (Notice.OUT_OF_TIME,))
    assert len(report.parts) == 2


async def test_the_token_limit_ends_a_report_with_what_there_is(server: FakeOpenAI) -> None:
    """Tokens as the server counts them; a section that there is no room for is quoted, without a request."""
    max_tokens = 2000  # the fake counts characters: the plan takes some 300, a section some 1,250
    report = await ask(server.url, max_tokens=max_tokens)
    assert (report.status, report.notices) == (Status.ANSWERED, (Notice.OUT_OF_TOKENS,))
    assert [part.status for part in report.parts] == [Status.ANSWERED, Status.QUOTED, Status.DECLINED]
    assert report.usage.prompt_tokens + report.usage.completion_tokens <= max_tokens
    assert len(server.requests) == 2


async def test_a_server_that_counts_nothing_and_never_stops_is_cut(server: FakeOpenAI) -> None:
    """Without usage the tokens are estimated, and a completion that ignores its limit is left."""
    server.script(
        player(HOW_MUCH, MEMORY_SAVED),
        say("一个GPT3要用1024张A100烧一个月[1]。", endless=True, chunk_chars=200, usage=False),
    )
    server.default = say("MLA把内存消耗降低80%到90%[1]。", usage=False)
    report = await ask(server.url, max_tokens=1800)
    assert report.notices == (Notice.OUT_OF_TOKENS,)
    assert report.status is Status.ANSWERED
    assert len(server.requests) <= 3
    assert 500 < report.usage.completion_tokens < 5000


async def test_no_token_at_all_is_an_ordinary_quotation(server: FakeOpenAI) -> None:
    """A limit too small for a plan leaves an answer of quotes, which says so."""
    question = "小猫的名字叫什么"
    inquiry = Inquiry(text=question, standalone=question, lang="zh")
    answer = await ask(server.url, inquiry=inquiry, max_tokens=50)
    assert answer.status is Status.QUOTED
    assert answer.notices == (Notice.UNPLANNED, Notice.OUT_OF_TOKENS)
    assert server.requests == []
