"""The bot with a language model that streams, stalls and fails."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.answering.model import Notice
from bot.answering.phrases import notice_line, phrases
from bot.channels.phrases import channel_phrases
from tests.e2e.harness import CAT, MARKS, Stage, is_finished, paragraphs, quotes, staged
from tests.fakes.bot_api import FakeChat, FakeUser
from tests.fakes.openai_server import FakeOpenAI, Step, fail, quote_first_passage, say

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORGOTTEN = channel_phrases("zh").forgotten
MODEL_TIMEOUT_S = 10


TROUBLES = {
    "五百": fail(500),
    "太多": fail(429, retry_after="1"),
    "无权": fail(401),
    "沉默": say("……", before_s=60),
    "停顿": say("《写在甲辰年末》[1]", stall_after=1, stall_s=60),
    "断线": say("《写在甲辰年末》的作者。[1]", drop_after=1),
    "坏码": say("《写在甲辰年末》的作者。[1]", broken_json_after=1),
    "空白": say(""),
}
REASONS = {
    "太多": Notice.MODEL_BUSY,
    "无权": Notice.MODEL_REFUSED,
    "沉默": Notice.MODEL_LATE,
    "停顿": Notice.MODEL_LATE,
    "坏码": Notice.MODEL_SILENT,
    "空白": Notice.MODEL_SILENT,
}


def _prompt(request: dict[str, Any]) -> str:
    return "\n".join(str(message["content"]) for message in request["messages"])


def _last_asked(model: FakeOpenAI) -> str:
    """The last prompt for an answer; translations of its quotes may have been asked for since."""
    return next(prompt for request in reversed(model.requests) if "<question>" in (prompt := _prompt(request)))


class _TroubledModel(FakeOpenAI):
    """A model that gets into trouble over certain words in the question."""

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        prompt = _prompt(await request.json())
        trouble = next((step for word, step in TROUBLES.items() if f"（{word}）" in prompt), None)
        if trouble is not None:
            self.script(trouble)  # taken by this very request: nothing comes between
        return await super()._complete(request)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot with a model for all tests of this file; each test has chats of its own."""
    settings = [("LLM_TIMEOUT_S", str(MODEL_TIMEOUT_S))]
    folder = tmp_path_factory.mktemp("model")
    async with staged(ingested, folder, model=_TroubledModel(), settings=settings) as running:
        yield running


@pytest.fixture
def model(stage: Stage) -> FakeOpenAI:
    assert stage.model is not None
    stage.model.default = Step(text=quote_first_passage)
    return stage.model


async def test_an_answer_grows_in_its_placeholder(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """While the model streams, one message is edited at most every three seconds, and ends whole with its sources."""
    model.default = say("\n\n".join(paragraphs(10, chars=30)), chunk_chars=6, chunk_pause_s=0.1)
    said = stage.server.say(chat, ann, CAT)
    answer = await stage.answer(said)
    versions = answer.versions
    assert len(versions) >= 4
    drafts = versions[1:-1]
    assert all(later.at - earlier.at >= 2.9 for earlier, later in pairwise(versions[:-1]))
    assert all(later.text.startswith(earlier.text.rstrip(" …")) for earlier, later in pairwise(drafts))
    assert all(f"{mark}段" in answer.text for mark in MARKS[:10])
    assert quotes(answer)
    assert "[1]" in answer.stretches("text_link")
    assert len({round(at) for at, _, _ in chat.actions}) >= 2  # the sign is kept up


async def test_a_model_in_trouble_leaves_the_essays_own_words(stage: Stage, model: FakeOpenAI):
    """Errors, silence, stalls, cuts, broken and empty streams: quotations, and a line that says why."""
    del model
    asked = {}
    for trouble in TROUBLES:
        person = stage.server.user(trouble, lang="zh")
        asked[trouble] = stage.server.say(stage.server.private_chat(person), person, f"{CAT}（{trouble}）")
    await asyncio.gather(*(stage.answer(said) for said in asked.values()))
    for trouble, said in asked.items():
        answer = await stage.answer(said)
        reason = notice_line(REASONS.get(trouble, Notice.MODEL_UNREACHABLE), "zh")
        assert reason in answer.text, f"{trouble}: {answer.text}"
        assert "伽罗瓦" in answer.text, trouble
        assert answer.links, trouble


async def test_numbers_that_were_not_given_are_removed(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """A citation of a passage that the model never saw does not reach the chat."""
    model.default = say("作者家的小猫叫伽罗瓦。[1][77]")
    answer = await stage.answer(stage.server.say(chat, ann, CAT))
    assert "[77]" not in answer.text
    assert "[1]" in answer.text


async def test_an_answer_without_citations_is_not_passed_on(
    stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser
):
    """What rests on nothing is not said."""
    model.default = say("作者家的小猫叫薛定谔，今年九岁。")
    answer = await stage.answer(stage.server.say(chat, ann, CAT))
    assert "薛定谔" not in answer.text


async def test_what_the_essays_do_not_say_is_declined(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """The model's verdict becomes a kind sentence in the asker's language."""
    model.default = say("INSUFFICIENT")
    answer = await stage.answer(stage.server.say(chat, ann, "那只叫伽罗瓦的猫是什么品种，几岁了？"))
    assert phrases("zh").declined in answer.text


async def test_a_long_answer_continues_in_further_messages(
    stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser
):
    """Past 4,096 units nothing is lost, paragraphs stay whole, and every marker is a link."""
    model.default = say("\n\n".join(paragraphs(20, chars=260)), chunk_chars=400)
    said = stage.server.say(chat, ann, CAT)
    await stage.server.wait_for(
        lambda: len(found := stage.answer_so_far(said)) > 1 and is_finished(found), timeout=30, what="all of the answer"
    )
    messages = stage.answer_so_far(said)
    assert len(messages) == 2
    whole = "\n\n".join(message.text for message in messages)
    assert all(paragraph in whole for paragraph in paragraphs(20, chars=260))
    for message in messages:
        assert message.text.count("[1]") == message.stretches("text_link").count("[1]")
    assert messages[0].reply_to is said.message
    await asyncio.sleep(1)
    assert stage.answer_so_far(said) == messages


async def test_a_flood_is_waited_out_while_others_are_served(
    stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser
):
    """retry_after is honoured to the second in its chat; another chat's answer does not wait."""
    del model
    bob = stage.server.user("Bob", lang="zh")
    stage.server.flood_next(chat, 6)
    flooded = stage.server.say(chat, ann, CAT)
    await stage.server.wait_for(lambda: stage.server.calls_of("sendMessage", chat), what="the refused send")
    free = stage.server.say(stage.server.private_chat(bob), bob, CAT)
    other = await stage.answer(free)
    answer = await stage.answer(flooded)
    refused = next(call.at for call in stage.server.calls_of("sendMessage", chat) if call.error == 429)
    assert other.versions[-1].at < refused + 6
    assert 6 <= answer.versions[0].at - refused < 7.5


async def test_a_flood_of_the_last_edit_is_waited_out(stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser):
    """An answer whose edit is refused comes when it may."""
    hold = stage.server.hold("editMessageText", when="before", matches=lambda call: call["chat_id"] == chat.id)
    said = stage.server.say(chat, ann, CAT)
    await hold.wait_reached()
    stage.server.flood_next(chat, 3)
    hold.release()
    assert await stage.answer(said)
    assert model.requests


async def test_many_chats_are_served_at_once(stage: Stage, model: FakeOpenAI):
    """Ten people asking in the same moment are all answered, and no limit of Telegram is hit."""
    del model
    people = [stage.server.user(f"P{number}", lang="zh") for number in range(10)]
    questions = [stage.server.say(stage.server.private_chat(person), person, CAT) for person in people]
    await asyncio.gather(*(stage.answer(said) for said in questions))
    asked = {person.id for person in people}
    assert not [c for c in stage.server.calls if c.error == 429 and c.params.get("chat_id") in asked]


async def test_a_busy_group_stays_within_its_limit(stage: Stage, model: FakeOpenAI, ann: FakeUser):
    """Questions of four members at once, with streaming drafts, are answered without one refusal."""
    model.default = say("\n\n".join(paragraphs(3, chars=30)), chunk_chars=10, chunk_pause_s=0.3)
    group = stage.server.group("读书会")
    members = [ann, *(stage.server.user(f"M{number}") for number in range(3))]
    asked = [stage.server.say(group, member, f"/ask {CAT}") for member in members]
    await asyncio.gather(*(stage.answer(said, timeout=60) for said in asked))
    assert not [c for c in stage.server.calls if c.error == 429 and c.params.get("chat_id") == group.id]


async def test_the_model_is_told_what_was_said_before_and_by_whom(stage: Stage, model: FakeOpenAI):
    """An asker's own turns go with a follow-up; another member's don't, and /new ends them."""
    group = stage.server.group("读书会")
    ann, bob = stage.server.user("Ann"), stage.server.user("Bob")
    await stage.answer(stage.server.say(group, ann, "/ask 写在甲辰年末那篇怎么讲摩尔定律的？"))
    await stage.answer(stage.server.say(group, ann, "/ask 那具体是哪些技术撑着的？"))
    assert "怎么讲摩尔定律" in _last_asked(model)
    await stage.answer(stage.server.say(group, bob, f"/ask {CAT}"))
    assert CAT in _last_asked(model)
    assert "怎么讲摩尔定律" not in _last_asked(model)
    stage.server.say(group, ann, "/new")
    await stage.server.wait_for(
        lambda: any(sent.text == FORGOTTEN for sent in stage.server.from_bot(group)), what="the word that it forgot"
    )
    await stage.answer(stage.server.say(group, ann, f"/ask 再问一次，{CAT}"))
    assert f"再问一次，{CAT}" in _last_asked(model)
    assert "怎么讲摩尔定律" not in _last_asked(model)


async def test_the_model_is_given_the_message_replied_to(stage: Stage, model: FakeOpenAI, ann: FakeUser):
    """A replied-to message, or the quoted part of it alone, stands in the prompt."""
    group, bob = stage.server.group("读书会"), stage.server.user("Bob")
    claim = stage.server.say(group, bob, "我听说伽罗瓦是一条狗。昨天还下雨了。")
    await stage.answer(stage.server.say(group, ann, "@yinju_bot 这话对吗？", reply_to=claim.message))
    assert "我听说伽罗瓦是一条狗" in _last_asked(model)
    quoted = stage.server.say(group, ann, "/ask 这话有依据吗？", reply_to=claim.message, quote="伽罗瓦是一条狗")
    await stage.answer(quoted)
    assert "伽罗瓦是一条狗" in _last_asked(model)
    assert "昨天还下雨了" not in _last_asked(model)


async def test_a_model_that_writes_markup_cannot_break_a_message(
    stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser
):
    """Half-open Markdown, HTML and emoji come through as text with sound entities."""
    text = "**小猫 🙂 _叫_ `伽罗瓦` [链接](javascript:alert(1)) <b>x</b> ```py\nprint(1)\n [1] ||剧透 ~~删 [2"
    model.default = say(text)
    answer = await stage.answer(stage.server.say(chat, ann, CAT))
    assert re.search("伽罗瓦", answer.text)
    assert not any(link.startswith("javascript") for link in answer.links)


async def test_a_foreign_quote_comes_with_its_translation(
    stage: Stage, model: FakeOpenAI, chat: FakeChat, ann: FakeUser
):
    """Who asks in English reads the Chinese sentence, that it is one, and what the model makes of it."""
    model.default = Step(text=_in_english)
    answer = await stage.answer(stage.server.say(chat, ann, "Whose kitten is called Galois?"))
    assert "named after a French mathematician" in answer.text
    assert "(original in Chinese)" in answer.text
    assert "Translation (by the model): " in answer.text
    assert any("伽罗瓦" in quote for quote in quotes(answer))


def _in_english(request: dict[str, Any]) -> str:
    form = ((request.get("response_format") or {}).get("json_schema") or {}).get("name")
    if form == "translated_quotes":
        return json.dumps({"quote_1": "The name of my kitten is Galois, in memory of him."})
    passage = re.search(r'<passage n="(\d)"[^>]*>(?:(?!</passage>).)*小猫的名字', _prompt(request), re.DOTALL)
    n = passage[1] if passage else 1
    return f"It is the author's kitten, named after a French mathematician, Évariste Galois [{n}]."
