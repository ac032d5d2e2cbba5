"""Floods and mishaps that the fake Bot API plays, in order or by itself."""

import asyncio

import aiohttp
import pytest

from tests.fakes.bot_api import FakeBotApi, Limits
from tests.fakes.bot_api.client import Caller, whats
from tests.fakes.bot_api.schema import Schema


async def test_floods_are_answered_429_and_early_sends_recorded():
    """Too many sends are told when to come back, and coming back early is a violation."""
    now = [0.0]
    async with FakeBotApi(clock=lambda: now[0]) as server, aiohttp.ClientSession() as session:
        bot, chat = Caller(server, session), server.private_chat(server.user("Ann"))
        answers = [await bot("sendMessage", chat_id=chat.id, text="a") for _ in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert answers[3]["error_code"] == 429
        assert answers[3]["parameters"]["retry_after"] == 1
        assert server.violations == []
        now[0] += 0.5
        message = server.messages(chat)[0].id
        assert (await bot("editMessageText", chat_id=chat.id, message_id=message, text="b"))["error_code"] == 429
        assert "did not honour retry_after" in whats(server)[0]
        now[0] += 0.6
        assert (await bot("editMessageText", chat_id=chat.id, message_id=message, text="b"))["ok"]


async def test_an_ordered_flood_hits_one_chat(server, bot, chat):
    """A test can refuse the next send of one chat."""
    other = server.private_chat(server.user("Bob"))
    server.flood_next(chat, 7)
    refused = await bot("sendMessage", chat_id=chat.id, text="a")
    assert refused["parameters"] == {"retry_after": 7}
    assert (await bot("sendMessage", chat_id=other.id, text="a"))["ok"]


async def test_a_dropped_connection_before_and_after(server, bot, chat):
    """Before, the message is not sent; after, it is, and only the answer is lost."""
    server.drop("sendMessage", when="before")
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot("sendMessage", chat_id=chat.id, text="a")
    assert server.messages(chat) == []
    server.drop("sendMessage", when="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot("sendMessage", chat_id=chat.id, text="b")
    assert [message.text for message in server.messages(chat)] == ["b"]
    assert (await bot("sendMessage", chat_id=chat.id, text="c"))["ok"]


async def test_a_failing_gateway_and_a_delay(server, bot, chat):
    """A gateway's error has no effect, and a delay has one."""
    server.fail("getMe")
    url = f"{server.url}/bot{server.token}/getMe"
    async with bot.session.get(url) as response:
        assert response.status == 502
    server.delay("getMe", 0.2)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await bot.result("getMe")
    assert loop.time() - begun >= 0.19


async def test_a_held_call_stops_at_the_moment(server, bot, chat):
    """A call can be held before or after it takes effect."""
    before = server.hold("sendMessage", when="before")
    first = asyncio.ensure_future(bot("sendMessage", chat_id=chat.id, text="a"))
    await before.wait_reached(5)
    assert server.messages(chat) == []
    before.release()
    assert (await first)["ok"]
    after = server.hold("sendMessage", when="after", matches=lambda params: params["text"] == "c")
    await bot.result("sendMessage", chat_id=chat.id, text="b")
    third = asyncio.ensure_future(bot("sendMessage", chat_id=chat.id, text="c"))
    await after.wait_reached(5)
    assert [message.text for message in server.messages(chat)] == ["a", "b", "c"]
    third.cancel()


async def test_a_held_call_of_a_client_that_died_never_happened(server, bot, chat):
    """A client that goes away while its call is held before it took effect leaves nothing behind."""
    hold = server.hold("sendMessage", when="before")
    call = asyncio.ensure_future(bot("sendMessage", chat_id=chat.id, text="a"))
    await hold.wait_reached(5)
    call.cancel()
    await asyncio.sleep(0.1)
    hold.release()
    await asyncio.sleep(0.1)
    assert server.messages(chat) == []


async def test_waiting_says_what_did_not_happen(server, chat, ann):
    """A wait that fails shows the chats."""
    server.say(chat, ann, "hello?")
    with pytest.raises(AssertionError, match=r"an answer did not happen within 0\.05 s(.|\n)*Ann: hello\?"):
        await server.wait_for(lambda: server.from_bot(chat), timeout=0.05, what="an answer")


async def test_without_a_description_state_and_floods_remain():
    """Where the description of the API is absent, unknown parameters pass but a missing message does not."""
    async with (
        FakeBotApi(limits=Limits(enforced=False), schema=Schema(None)) as server,
        aiohttp.ClientSession() as session,
    ):
        bot, chat = Caller(server, session), server.private_chat(server.user("Ann"))
        assert (await bot("sendMessage", chat_id=chat.id, text="a", colour="red"))["ok"]
        assert not (await bot("editMessageText", chat_id=chat.id, message_id=4, text="b"))["ok"]
        server.flood_next(chat, 3)
        assert (await bot("sendMessage", chat_id=chat.id, text="a"))["error_code"] == 429


@pytest.mark.shared
async def test_parameters_are_checked_against_the_description(server, bot, chat):
    """Unknown parameters and wrong types are refused and recorded."""
    if not server.schema.present:
        pytest.skip("api.json is absent: the bot's requests are not checked against it")
    for wrong in ({"disable_web_page_preview": True}, {"entities": {"type": "bold"}}, {"reply_parameters": {}}):
        assert not (await bot("sendMessage", chat_id=chat.id, text="a", **wrong))["ok"]
    assert not (await bot("sendMessage", chat_id=chat.id))["ok"]
    assert len(server.violations) == 4
