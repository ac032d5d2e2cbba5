"""What the fake Bot API keeps of what a bot does, and what it refuses: each check failing when it should."""

import pytest

from tests.fakes.bot_api.client import whats


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
    assert whats(server) == ["Bad Request: message can't be edited"]


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
