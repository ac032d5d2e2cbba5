"""The fake Bot API itself: what it keeps, what it refuses, and each check failing when it should."""

import asyncio

import aiohttp
import pytest

from tests.fakes.bot_api import FakeBotApi, Limits
from tests.fakes.bot_api.schema import Schema

FREE = Limits(enforced=False)


class _Bot:
    """A client that says what it wants, right or wrong."""

    def __init__(self, server, session):
        self.server = server
        self.session = session

    async def __call__(self, method, *, token=None, **params):
        url = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body = await response.json()
            assert body["ok"] is (response.status == 200)
            return body

    async def result(self, method, **params):
        body = await self(method, **params)
        assert body["ok"], body
        return body["result"]

    async def updates(self, **params):
        return await self.result("getUpdates", **params)


@pytest.fixture
async def server():
    async with FakeBotApi(limits=FREE) as running:
        yield running


@pytest.fixture
async def bot(server):
    async with aiohttp.ClientSession() as session:
        yield _Bot(server, session)


@pytest.fixture
def ann(server):
    return server.user("Ann", lang="zh", username="ann")


@pytest.fixture
def chat(server, ann):
    return server.private_chat(ann)


def _whats(server):
    return [violation.what for violation in server.violations]


# Ways of asking


async def test_json_forms_multipart_and_queries_are_all_read(server, bot, chat):
    """A method can be called in each of the four ways that Telegram takes."""
    url = f"{server.url}/bot{server.token}/sendMessage"
    form = {"chat_id": str(chat.id), "text": "1", "link_preview_options": '{"is_disabled": true}'}
    multipart = aiohttp.FormData(form, default_to_multipart=True)
    await bot.result("sendMessage", chat_id=chat.id, text="1")
    for request in (
        bot.session.post(url, data=form),
        bot.session.post(url, data=multipart),
        bot.session.get(url, params=form),
    ):
        async with request as response:
            assert (await response.json())["result"]["text"] == "1"
    assert len(server.messages(chat)) == 4
    assert server.messages(chat)[1].versions[-1].preview_off
    assert server.violations == []


async def test_a_wrong_token_is_unauthorized(server, bot):
    """Another token than the bot's is answered 401."""
    assert (await bot("getMe", token="1:wrong"))["error_code"] == 401
    assert server.unauthorized == 1


async def test_an_unknown_method_is_a_violation(server, bot):
    """A method that does not exist is refused and recorded."""
    assert not (await bot("sendMesage", chat_id=1))["ok"]
    assert len(server.violations) == 1


# Updates


async def test_an_update_comes_again_until_it_is_confirmed(server, bot, chat, ann):
    """Only a higher offset confirms an update."""
    first = server.say(chat, ann, "a").update
    second = server.say(chat, ann, "b").update
    assert await bot.updates() == [first, second]
    assert await bot.updates(offset=first["update_id"]) == [first, second]
    assert await bot.updates(offset=second["update_id"]) == [second]
    assert server.updates.confirmed == {first["update_id"]}
    assert await bot.updates() == [second]
    assert await bot.updates(offset=second["update_id"] + 1) == []
    assert server.updates.confirmed == {first["update_id"], second["update_id"]}


async def test_a_negative_offset_forgets_all_but_the_last(server, bot, chat, ann):
    """An offset of -1 leaves the last update alone."""
    server.say(chat, ann, "a")
    last = server.say(chat, ann, "b").update
    assert await bot.updates(offset=-1) == [last]
    assert await bot.updates() == [last]


async def test_a_long_poll_waits_for_what_comes(server, bot, chat, ann):
    """A poll with a time-out is answered as soon as there is an update, and empty when there is none."""
    poll = asyncio.ensure_future(bot.updates(timeout=5))
    await asyncio.sleep(0.1)
    assert not poll.done()
    said = server.say(chat, ann, "a")
    assert await asyncio.wait_for(poll, 1) == [said.update]
    assert await bot.updates(offset=said.update["update_id"] + 1, timeout=1) == []


async def test_limit_and_allowed_updates_are_obeyed(server, bot, chat, ann):
    """No more updates come than asked for, and no kinds that were not asked for when they arose."""
    assert await bot.updates(allowed_updates=["message"]) == []
    one, two = server.say(chat, ann, "a"), server.say(chat, ann, "b")
    server.edit(one.message, "c")
    assert await bot.updates(limit=1) == [one.update]
    assert await bot.updates() == [one.update, two.update]


async def test_reactions_are_not_sent_unasked(server, bot):
    """The default leaves out reactions and members; an empty list asks for the default."""
    server.updates.put(message_reaction={"date": 1})
    assert await bot.updates() == []
    await bot.updates(allowed_updates=["message_reaction"])
    server.updates.put(message_reaction={"date": 2})
    assert len(await bot.updates(allowed_updates=[])) == 1
    server.updates.put(message_reaction={"date": 3})
    assert len(await bot.updates()) == 1


async def test_two_polls_at_once_conflict(server, bot):
    """A second getUpdates ends the first with 409, which is recorded."""
    first = asyncio.ensure_future(bot("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.ensure_future(bot("getUpdates", timeout=1))
    assert (await first)["error_code"] == 409
    assert (await second)["result"] == []
    assert "terminated by other getUpdates" in _whats(server)[0]


async def test_a_poll_that_was_given_up_is_no_conflict(server, bot):
    """A client that closes its connection may ask again at once."""
    first = asyncio.ensure_future(bot("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    first.cancel()
    assert (await bot("getUpdates"))["ok"]
    assert server.violations == []


async def test_a_redelivered_update_comes_once_more(server, bot, chat, ann):
    """What was confirmed can be delivered again, with the same id."""
    said = server.say(chat, ann, "a")
    await bot.updates(offset=said.update["update_id"] + 1)
    server.redeliver(said.update)
    assert await bot.updates(offset=said.update["update_id"] + 1) == [said.update]
    assert await bot.updates(offset=said.update["update_id"] + 1) == []


# What people do


async def test_a_forum_message_names_its_topic(server, bot, ann):
    """A message in a topic carries its thread; one in General does not; both look like Telegram's."""
    forum = server.group("Readers", topics=["Books"])
    books = forum.topic("Books")
    inside = server.say(forum, ann, "in", thread=books).update["message"]
    general = server.say(forum, ann, "out").update["message"]
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (books, True)
    assert inside["reply_to_message"]["forum_topic_created"]["name"] == "Books"
    assert inside["chat"]["is_forum"] is True
    assert "message_thread_id" not in general


async def test_a_reply_in_a_supergroup_opens_a_thread_that_is_no_topic(server, bot, ann):
    """Outside forums a reply carries a thread id without is_topic_message, and sending to it fails."""
    group = server.group("Readers")
    first = server.say(group, ann, "a")
    reply = server.say(group, ann, "b", reply_to=first.message, quote="a").update["message"]
    assert reply["message_thread_id"] == first.id
    assert "is_topic_message" not in reply
    assert reply["reply_to_message"]["text"] == reply["quote"]["text"] == "a"
    refused = await bot("sendMessage", chat_id=group.id, text="x", message_thread_id=first.id)
    assert refused["description"] == "Bad Request: message thread not found"
    assert len(server.violations) == 1


async def test_sending_to_general_by_its_number_fails(server, bot):
    """General is where messages without a thread go; its number is no target, except for actions."""
    forum = server.group("Readers", topics=["Books"])
    books = forum.topic("Books")
    assert not (await bot("sendMessage", chat_id=forum.id, text="x", message_thread_id=1))["ok"]
    assert (await bot("sendMessage", chat_id=forum.id, text="x", message_thread_id=books))["ok"]
    assert (await bot("sendChatAction", chat_id=forum.id, action="typing", message_thread_id=1))["ok"]
    assert [thread for _, _, thread in forum.actions] == [1]


async def test_a_reply_goes_to_the_topic_of_what_it_replies_to(server, bot, ann):
    """A reply without a thread lands where the message stands."""
    forum = server.group("Readers", topics=["Books"])
    said = server.say(forum, ann, "q", thread=forum.topic("Books"))
    sent = await bot.result("sendMessage", chat_id=forum.id, text="x", reply_parameters={"message_id": said.id})
    assert sent["message_thread_id"] == forum.topic("Books")
    assert server.replies(said.message)[0].id == sent["message_id"]


async def test_buttons_are_pressed_and_answered(server, bot, chat, ann):
    """A press becomes a callback query that the bot answers; a button that is not there cannot be pressed."""
    keyboard = {"inline_keyboard": [[{"text": "next", "callback_data": "n1"}]]}
    sent = await bot.result("sendMessage", chat_id=chat.id, text="page", reply_markup=keyboard)
    query = server.press_button(server.messages(chat)[0], ann, label="next")
    (update,) = await bot.updates()
    assert update["callback_query"]["data"] == "n1"
    assert update["callback_query"]["message"]["message_id"] == sent["message_id"]
    await bot.result("answerCallbackQuery", callback_query_id=query)
    assert server.methods.callbacks[query] is not None
    with pytest.raises(LookupError):
        server.press_button(server.messages(chat)[0], ann, label="back")
    assert not (await bot("answerCallbackQuery", callback_query_id="1"))["ok"]
    assert len(server.violations) == 1


async def test_an_edit_by_a_person_is_an_update_of_its_own(server, bot, chat, ann):
    """An edited message comes as edited_message with the new text and an edit date."""
    said = server.say(chat, ann, "a")
    edited = server.edit(said.message, "/ask b")["edited_message"]
    assert (edited["message_id"], edited["text"], edited["entities"][0]["type"]) == (said.id, "/ask b", "bot_command")
    assert edited["edit_date"] >= edited["date"]


# What the bot does


async def test_edits_keep_their_history(server, bot, chat):
    """Every version of a message is kept; the chat shows the last."""
    sent = await bot.result("sendMessage", chat_id=chat.id, text="…")
    await bot.result("editMessageText", chat_id=chat.id, message_id=sent["message_id"], text="answer ")
    (message,) = server.from_bot(chat)
    assert [version.text for version in message.versions] == ["…", "answer"]
    assert message.text == "answer"


async def test_an_edit_without_change_is_refused_but_no_violation(server, bot, chat):
    """Writing the same again is answered 400, as a repeated step must expect."""
    sent = await bot.result("sendMessage", chat_id=chat.id, text="a")
    again = await bot("editMessageText", chat_id=chat.id, message_id=sent["message_id"], text=" a\n")
    assert "message is not modified" in again["description"]
    assert server.violations == []


async def test_changing_only_the_buttons_is_a_change(server, bot, chat):
    """Buttons count as content."""
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    sent = await bot.result("sendMessage", chat_id=chat.id, text="a", reply_markup=keyboard)
    await bot.result("editMessageReplyMarkup", chat_id=chat.id, message_id=sent["message_id"])
    assert server.messages(chat)[0].buttons == []


@pytest.mark.parametrize("method", ["editMessageText", "deleteMessage"])
async def test_a_message_that_never_was_cannot_be_changed(server, bot, chat, method):
    """Editing or deleting what does not exist is a violation; what a person deleted is only refused."""
    sent = await bot.result("sendMessage", chat_id=chat.id, text="a")
    text = {"text": "b"} if method == "editMessageText" else {}
    server.delete(server.messages(chat)[0])
    assert "not found" in (await bot(method, chat_id=chat.id, message_id=sent["message_id"], **text))["description"]
    assert server.violations == []
    assert not (await bot(method, chat_id=chat.id, message_id=5, **text))["ok"]
    assert len(server.violations) == 1


async def test_what_a_person_wrote_cannot_be_edited(server, bot, chat, ann):
    """A bot edits its own messages alone."""
    said = server.say(chat, ann, "a")
    await bot("editMessageText", chat_id=chat.id, message_id=said.id, text="b")
    assert _whats(server) == ["Bad Request: message can't be edited"]


async def test_a_reply_needs_a_message(server, bot, chat, ann):
    """A reply to nothing is a violation, to a deleted message it is refused, or sent without if so asked."""
    said = server.say(chat, ann, "a")
    server.delete(said.message)
    reply = {"message_id": said.id}
    assert not (await bot("sendMessage", chat_id=chat.id, text="x", reply_parameters=reply))["ok"]
    assert server.violations == []
    reply["allow_sending_without_reply"] = True
    assert (await bot("sendMessage", chat_id=chat.id, text="x", reply_parameters=reply))["ok"]
    assert not (await bot("sendMessage", chat_id=chat.id, text="x", reply_parameters={"message_id": 3}))["ok"]
    assert len(server.violations) == 1


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("sendMessage", {"text": " \n "}, "message text is empty"),
        ("sendMessage", {"text": "🙂" * 2049}, "message is too long"),
        ("sendMessage", {"text": "a", "parse_mode": "HTML"}, "parse_mode"),
        ("sendMessage", {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "0+2"),
        ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b"}]]}}, "exactly one thing"),
        (
            "sendMessage",
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "据" * 22}]]}},
            "66 bytes",
        ),
        (
            "sendMessage",
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "d"}]]}},
            "without a label",
        ),
        (
            "sendMessage",
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "url": "essay.txt#char=1"}]]}},
            "address",
        ),
        ("sendChatAction", {"action": "thinking"}, "no such action"),
    ],
)
async def test_what_breaks_a_rule_is_a_violation(server, bot, chat, method, params, says):
    """Lengths, ranges, buttons and actions are checked beyond their types."""
    refused = await bot(method, chat_id=chat.id, **params)
    assert refused["error_code"] == 400
    assert says in refused["description"]
    assert len(server.violations) == 1
    assert server.messages(chat) == []


async def test_an_unknown_chat_is_a_violation_and_a_lost_one_is_not(server, bot, chat):
    """A chat that never wrote is not found; one that blocked the bot forbids."""
    server.throw_out(chat)
    assert (await bot("sendMessage", chat_id=chat.id, text="a"))["error_code"] == 403
    assert server.violations == []
    assert (await bot("sendMessage", chat_id=7, text="a"))["error_code"] == 400
    assert len(server.violations) == 1


async def test_a_group_that_became_a_supergroup_says_where_it_went(server, bot):
    """Sends to the old id are told the new one, and both chats tell of the move."""
    old = server.group("Readers", kind="group")
    new = server.upgrade(old)
    refused = await bot("sendMessage", chat_id=old.id, text="a")
    assert refused["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await bot("sendMessage", chat_id=new.id, text="a"))["ok"]
    assert [
        set(update["message"]) & {"migrate_to_chat_id", "migrate_from_chat_id"} for update in await bot.updates()
    ] == [
        {"migrate_to_chat_id"},
        {"migrate_from_chat_id"},
    ]
    assert server.violations == []


async def test_commands_are_kept_by_scope_and_language(server, bot):
    """Commands set for a language are read back for that language alone."""
    commands = [{"command": "ask", "description": "Ask"}]
    await bot.result("setMyCommands", commands=commands, language_code="zh")
    assert await bot.result("getMyCommands", language_code="zh") == commands
    assert await bot.result("getMyCommands") == []
    for wrong in ({"command": "Ask", "description": "x"}, {"command": "ask", "description": ""}):
        assert not (await bot("setMyCommands", commands=[wrong]))["ok"]
    assert not (await bot("setMyCommands", commands=commands * 2))["ok"]
    assert not (await bot("setMyCommands", commands=commands, language_code="zh-hans"))["ok"]
    assert len(server.violations) == 4


async def test_the_profile_is_kept(server, bot):
    """A description is read back, in the language or the default one."""
    await bot.result("setMyDescription", description="essays")
    assert await bot.result("getMyDescription", language_code="en") == {"description": "essays"}
    assert not (await bot("setMyShortDescription", short_description="x" * 121))["ok"]


# Floods and mishaps


async def test_floods_are_answered_429_and_early_sends_recorded():
    """Too many sends are told when to come back, and coming back early is a violation."""
    now = [0.0]
    async with FakeBotApi(clock=lambda: now[0]) as server, aiohttp.ClientSession() as session:
        bot, chat = _Bot(server, session), server.private_chat(server.user("Ann"))
        answers = [await bot("sendMessage", chat_id=chat.id, text="a") for _ in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert answers[3]["error_code"] == 429
        assert answers[3]["parameters"]["retry_after"] == 1
        assert server.violations == []
        now[0] += 0.5
        message = server.messages(chat)[0].id
        assert (await bot("editMessageText", chat_id=chat.id, message_id=message, text="b"))["error_code"] == 429
        assert "did not honour retry_after" in _whats(server)[0]
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
    async with FakeBotApi(limits=FREE, schema=Schema(None)) as server, aiohttp.ClientSession() as session:
        bot, chat = _Bot(server, session), server.private_chat(server.user("Ann"))
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
