"""The bot asked in depth: a report grows step by step, and one comes whatever happens on the way."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.answering.model import Notice
from bot.answering.phrases import notice_line, phrases
from bot.channels.phrases import channel_phrases
from tests.e2e.harness import ANSWER_S, Stage, is_finished, staged
from tests.fakes.bot_api import FakeChat, FakeUser
from tests.fakes.bot_api.people import Said
from tests.fakes.openai_server import FakeOpenAI, Step, fail, quote_first_passage, say

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "作者的小猫和 MLA 都是怎么回事？"
CAT, MEMORY, OTHER = "谁的小猫叫伽罗瓦？", "MLA能把注意力机制的内存消耗降低多少？", "作者的小猫多大了？"
SAID = phrases("zh")
UNSAID = "文章没有谈到的"


def _plan_and_quote(request: dict[str, Any]) -> str:
    if "plan a report" in str(request["messages"][0]["content"]):
        return json.dumps({"sub_questions": [CAT, MEMORY, OTHER]}, ensure_ascii=False)
    if OTHER in str(request["messages"][-1]["content"]):
        return "INSUFFICIENT"
    return quote_first_passage(request)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot with a model for all tests of this file; each test has chats of its own."""
    folder = tmp_path_factory.mktemp("deep")
    async with staged(ingested, folder, model=FakeOpenAI(), settings=[("DEEP_TIMEOUT_S", "20")]) as running:
        yield running


@pytest.fixture
def model(stage: Stage) -> FakeOpenAI:
    assert stage.model is not None
    stage.model.default = Step(text=_plan_and_quote)
    return stage.model


def _reports(stage: Stage, said: Said) -> list[str]:
    return [sent.text for sent in stage.server.from_bot(said.message.chat) if is_finished([sent])]


async def test_a_report_in_a_private_chat(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """Headings and leads are bold, every marker is a link, and what the essays don't say is listed."""
    asked = len(model.requests)
    answer = await stage.answer(stage.server.say(chat, ann, f"/deep {QUESTION}"))
    assert len(model.requests) - asked == 4
    bold = answer.stretches("bold")
    assert [line for line in bold if line != channel_phrases("zh").sources] == [
        "要点",
        f"1. {CAT}",
        f"2. {MEMORY}",
        UNSAID,
    ]
    assert f"• {OTHER}" in answer.text
    markers = re.findall(r"\[\d+\]", answer.text)
    assert len(markers) >= 4
    assert sorted(answer.stretches("text_link")) == sorted(
        markers + [s for s in answer.stretches("text_link") if not s.startswith("[")]
    )
    assert not re.search(r"\*\*|###", answer.text)


async def test_the_steps_are_shown_in_the_placeholder(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """One message is edited from step to step until it is the report."""
    model.script(
        Step(text=_plan_and_quote, before_s=3.5),
        Step(text=_plan_and_quote, before_s=3.5),
        Step(text=_plan_and_quote, before_s=3.5),
        Step(text=_plan_and_quote, before_s=3.5),
    )
    said = stage.server.say(chat, ann, f"/deep {QUESTION}")
    answer = await stage.answer(said)
    shown = "\n---\n".join(version.text for version in answer.versions)
    assert SAID.planning in shown
    assert f"✓ {SAID.searching.format(question=CAT)}" in shown
    assert SAID.writing.format(n=1, total=3, question=CAT) in shown
    assert f"✓ {SAID.writing.format(n=1, total=3, question=CAT)}" in shown
    assert SAID.writing.format(n=2, total=3, question=MEMORY) in shown
    assert "✓" not in answer.text


async def test_a_report_in_a_group_and_a_follow_up(stage: Stage, model: FakeOpenAI, ann: FakeUser):
    """A report replies to whoever asked for it; a reply to it continues its thread in the ordinary way."""
    group, bob = stage.server.group("读书会"), stage.server.user("Bob", lang="zh")
    report = await stage.answer(stage.server.say(group, ann, f"/deep@yinju_bot {QUESTION}"))
    assert UNSAID in report.text
    asked = len(model.requests)
    model.script(say("MLA能把注意力机制的内存消耗降低多少？"))  # the follow-up made a question of its own
    followed = await stage.answer(stage.server.say(group, bob, "那它能降低多少内存消耗？", reply_to=report))
    assert UNSAID not in followed.text
    told = "\n".join(str(message["content"]) for message in model.requests[-1]["messages"])
    assert QUESTION in told  # the turns before it
    assert len(model.requests) - asked == 2


async def test_deep_alone_says_how(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """Nothing is looked up for a bare command."""
    del model
    stage.server.say(chat, ann, "/deep")
    hint = channel_phrases("zh").nothing_deep
    await stage.server.wait_for(lambda: any(sent.text == hint for sent in stage.server.from_bot(chat)), what="the hint")


async def test_a_model_that_dies_midway_leaves_a_report(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """The rest of the report is quoted, with a line that says so."""
    model.script(Step(text=_plan_and_quote), Step(text=_plan_and_quote), fail(500), fail(500))
    answer = await stage.answer(stage.server.say(chat, ann, f"/deep {QUESTION}"))
    assert notice_line(Notice.MODEL_LOST, "zh") in answer.text
    assert f"2. {MEMORY}" in answer.stretches("bold")
    assert answer.stretches("blockquote")


async def test_one_report_after_a_kill_midway(stage: Stage, model: FakeOpenAI):
    """Killed while the second section is written, the bot starts the report anew and delivers one, still a report."""
    server = stage.server
    person = server.user("Killed", lang="zh")
    model.script(Step(text=_plan_and_quote), Step(text=_plan_and_quote), say("……", before_s=60))
    asked = len(model.requests)
    said = server.say(server.private_chat(person), person, f"/deep {QUESTION}")
    await server.wait_for(lambda: len(model.requests) == asked + 3, what="the request for the second section")
    await stage.cut_power()
    assert _reports(stage, said) == []
    await stage.bot.start()
    await server.wait_for(lambda: _reports(stage, said), timeout=ANSWER_S, what="the report")
    await asyncio.sleep(1)
    (report,) = _reports(stage, said)
    assert f"2. {MEMORY}" in report
    assert UNSAID in report
    assert len(server.from_bot(said.message.chat)) == 1
    assert len(model.requests) == asked + 7


async def test_the_time_limit_is_kept(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """A model that falls silent costs no more than the operator allows, and the reader is told."""
    model.script(Step(text=_plan_and_quote), Step(text=_plan_and_quote), say("……", before_s=60))
    said = stage.server.say(chat, ann, f"/deep {QUESTION}")
    answer = await stage.answer(said)
    assert notice_line(Notice.OUT_OF_TIME, "zh") in answer.text
    assert answer.versions[-1].at - answer.versions[0].at < 26
