"""The fake Bot API itself: how it is asked, and how updates of what people do come."""

import asyncio

import aiohttp
import pytest

from tests.fakes.bot_api.client import whats


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
    assert "terminated by other getUpdates" in whats(server)[0]


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
