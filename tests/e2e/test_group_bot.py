"""The bot without a language model in groups: it answers who calls it, in threads and topics, and no others."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.phrases import channel_phrases
from tests.e2e.harness import CAT, Stage, is_finished, staged
from tests.fakes.bot_api import FakeChat, FakeUser

pytestmark = pytest.mark.asyncio(loop_scope="module")

ZH = channel_phrases("zh")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all tests of this file; each test has chats of its own."""
    async with staged(ingested, tmp_path_factory.mktemp("groups")) as running:
        yield running


@pytest.fixture
def group(stage: Stage) -> FakeChat:
    return stage.server.group("读书会")


async def test_a_group_is_left_alone_unless_it_calls(stage: Stage, group: FakeChat, ann: FakeUser):
    """Talk among members, commands to other bots and mentions of others get no word and leave no trace."""
    secret = "今晚七点在老地方见"
    bob = stage.server.user("Bob")
    first = stage.server.say(group, ann, secret)
    stage.server.say(group, bob, f"{CAT}", reply_to=first.message)
    stage.server.say(group, bob, f"/ask@other_bot {CAT}")
    stage.server.say(group, bob, f"@yinju_bots {CAT}")
    stage.server.say(group, bob, f"yinju_bot {CAT}")
    await stage.settled()
    assert stage.server.from_bot(group) == []
    assert group.actions == []
    assert secret not in stage.bot.log
    for file in stage.bot.folder.parent.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), (
            f"{file.name} keeps what was not for the bot"
        )


async def test_a_group_calls_by_mention_or_command(stage: Stage, ann: FakeUser):
    """A mention anywhere and /ask, with or without the bot's name, each get an answer that replies."""
    calls = [f"@yinju_bot {CAT}", f"/ask {CAT}", f"/ask@yinju_bot {CAT}", f"🙂 {CAT} @Yinju_Bot"]
    kinds = ["group", "supergroup", "group", "supergroup"]
    asked = [
        stage.server.say(stage.server.group("读书会", kind=kind), ann, call)
        for kind, call in zip(kinds, calls, strict=True)
    ]
    for answer in await asyncio.gather(*(stage.answer(said) for said in asked)):
        assert "伽罗瓦" in answer.text


async def test_a_reply_to_the_bot_is_a_question(stage: Stage, group: FakeChat, ann: FakeUser):
    """Replying to the bot's answer asks again, whoever replies."""
    answer = await stage.answer(stage.server.say(group, ann, f"/ask {CAT}"))
    bob = stage.server.user("Bob")
    follow_up = stage.server.say(group, bob, "伽罗瓦死后多少年他的研究才被重视？", reply_to=answer)
    assert await stage.answer(follow_up)


async def test_a_reply_to_an_answer_continues_its_thread_also_after_a_restart(
    stage: Stage, group: FakeChat, ann: FakeUser
):
    """Bob's reply means what Ann asked, and his own thread goes on from it; hers does not."""
    bob = stage.server.user("Bob", lang="zh")
    answer = await stage.answer(stage.server.say(group, ann, "/ask 训练GPT3要用多少张A100烧多久"))
    await stage.answer(stage.server.say(group, ann, f"/ask {CAT}"))
    assert await stage.bot.stop() == 0
    await stage.bot.start()
    reply = stage.server.say(group, bob, "那总共要花多少钱？", reply_to=answer)
    assert "44W美元" in (await stage.answer(reply)).text
    own = stage.server.say(group, bob, "/ask 那电费呢？")
    assert "0.1刀/KW" in (await stage.answer(own)).text
    own = stage.server.say(group, ann, "/ask 那他的遗稿是谁整理的？")
    assert "刘维尔" in (await stage.answer(own)).text


async def test_a_replied_to_or_quoted_message_is_part_of_the_question(stage: Stage, group: FakeChat, ann: FakeUser):
    """A bare call under somebody's message takes that message, or the quoted part of it, as the question."""
    bob = stage.server.user("Bob")
    asked = stage.server.say(group, bob, f"你们吃了吗。{CAT}")
    whole = stage.server.say(group, ann, "@yinju_bot", reply_to=asked.message)
    assert "伽罗瓦" in (await stage.answer(whole)).text
    quoted = stage.server.say(group, ann, "/ask 这个你知道吗", reply_to=asked.message, quote=CAT)
    assert "伽罗瓦" in (await stage.answer(quoted)).text


async def test_in_a_topic_the_answer_stays_there(stage: Stage, ann: FakeUser):
    """A question in a topic is answered and shown as typed in that topic; one in General, in General."""
    forum = stage.server.group("论坛", topics=["随笔", "闲聊"])
    essays = forum.topic("随笔")
    inside = stage.server.say(forum, ann, f"/ask {CAT}", thread=essays)
    outside = stage.server.say(forum, ann, f"@yinju_bot {CAT}")
    stage.server.say(forum, ann, "不是问你", thread=forum.topic("闲聊"))
    assert (await stage.answer(inside)).thread == essays
    assert (await stage.answer(outside)).thread is None
    assert {thread for _, _, thread in forum.actions} <= {essays, None, 1}
    assert essays in {thread for _, _, thread in forum.actions}
    assert not [sent for sent in stage.server.from_bot(forum) if sent.thread == forum.topic("闲聊")]


async def test_a_reply_chain_outside_forums_is_answered(stage: Stage, group: FakeChat, ann: FakeUser):
    """The thread id of a reply chain is no place to send to."""
    first = stage.server.say(group, ann, "大家看这个")
    said = stage.server.say(group, ann, f"/ask {CAT}", reply_to=first.message)
    assert said.update["message"]["message_thread_id"] == first.id
    assert await stage.answer(said)


async def test_a_question_whose_message_was_deleted_is_still_answered(stage: Stage, group: FakeChat, ann: FakeUser):
    """An asker who deletes the question meanwhile breaks nothing."""
    said = stage.server.say(group, ann, f"/ask {CAT}")
    stage.server.delete(said.message)
    (answer,) = await stage.standing(group)
    await stage.server.wait_for(lambda: is_finished([answer]), what="the answer")


async def test_being_thrown_out_harms_no_one_else(stage: Stage, group: FakeChat, ann: FakeUser, chat: FakeChat):
    """A chat that the bot may not write to is given up, and others are served."""
    stage.server.throw_out(group)
    stage.server.say(group, ann, f"/ask {CAT}")
    assert await stage.answer(stage.server.say(chat, ann, CAT))


async def test_a_group_that_becomes_a_supergroup_keeps_its_answer(stage: Stage, ann: FakeUser):
    """A question of the old group is answered in the new one."""
    old = stage.server.group("读书会", kind="group")
    stage.server.say(old, ann, f"/ask {CAT}")
    new = stage.server.upgrade(old)
    await stage.server.wait_for(
        lambda: any(is_finished([sent]) for sent in stage.server.from_bot(new)), what="the answer"
    )
