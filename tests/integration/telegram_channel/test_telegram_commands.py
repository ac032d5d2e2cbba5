"""Commands and buttons: each is answered at once, in the language of whoever gave it."""

from dataclasses import replace

import pytest

from bot.answering.links import start_parameter
from tests.integration.telegram_channel.stage import EN, PASSAGES, ZH


async def test_commands_are_registered_in_both_languages(bot, server):
    """The menu is English, and Chinese for those whose app is."""
    await server.wait_for(lambda: len(server.calls_of("setMyCommands")) == 2)
    by_language = {
        call.params.get("language_code", ""): call.params["commands"] for call in server.calls_of("setMyCommands")
    }
    assert [c["command"] for c in by_language[""]] == ["ask", "deep", "essays", "new", "help", "start"]
    assert by_language["zh"][0]["description"] == ZH.command_ask
    assert by_language[""][0]["description"] == EN.command_ask


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("/start", EN.greeting),
        ("/start nonsense", EN.greeting),
        ("/start p_ffffffffffffffff", EN.passage_gone),
        ("/help", EN.help),
        ("/ask", EN.nothing_asked),
        ("/deep", EN.nothing_deep),
        ("/dance", EN.unknown_command),
        ("/new", EN.forgotten),
    ],
)
async def test_commands_are_answered(bot, chat, ann, server, text, reply):
    """Each in the language of the asker's app."""
    server.say(chat, ann, text)
    assert await bot.replies(chat) == [reply]
    assert bot.inbox.letters == []


async def test_a_stranger_without_a_name_is_no_error(bot, server):
    """No username, no language."""
    nobody = server.user("")
    server.say(server.private_chat(nobody), nobody, "/help")
    assert await bot.replies(server.private_chat(nobody)) == [ZH.help]


async def test_new_forgets_this_conversation(bot, server, chat, ann):
    """That of this person in this chat; with nothing said there is nothing to forget."""
    server.say(chat, ann, "/new")
    server.say(chat, ann, "/new")
    assert await bot.replies(chat, 2) == [EN.forgotten, EN.nothing_to_forget]
    key = bot.conversations.forgotten[0]
    assert (key.channel, key.chat, key.topic, key.asker) == ("telegram", chat.id, 0, ann.id)


async def test_a_failing_command_harms_no_other(bot, server, chat, ann, caplog):
    """An error of ours is logged, and the next command is answered."""

    def broken(passage_id):
        raise RuntimeError

    bot.index.passage = broken
    server.say(chat, ann, "/start p_ffffffffffffffff")
    server.say(chat, ann, "/help")
    assert await bot.replies(chat) == [EN.help]
    assert "a command failed" in caplog.text


async def test_a_deep_link_opens_the_passage_to_read_on(bot, server, chat, ann):
    """The quote marked; the button edits the same message and is answered."""
    server.say(chat, ann, f"/start {start_parameter(PASSAGES[0], PASSAGES[0].sentences[1])}")
    await bot.replies(chat)
    (shown,) = server.from_bot(chat)
    assert shown.text == "“On Cats”\n\nOne. Two."
    assert shown.stretches("bold") == shown.stretches("underline") == ["Two."]
    query = server.press_button(shown, ann, label=EN.later)
    await server.wait_for(lambda: len(shown.versions) == 2)
    assert shown.text == "“On Cats”\n\nThree."
    assert [button["text"] for button in shown.buttons] == [EN.earlier]
    await server.wait_for(lambda: server.methods.callbacks[query] is not None)


async def test_a_button_to_what_is_gone_is_answered_kindly(bot, server, chat, ann):
    """An old message's button leads nowhere, and says so."""
    server.say(chat, ann, "/essays")
    await bot.replies(chat)
    (shown,) = server.from_bot(chat)
    assert shown.links == [f"https://t.me/yinju_bot?start=p_{PASSAGES[0].id}"]
    markup = {"inline_keyboard": [[{"text": d, "callback_data": d} for d in ("e:99", "p:none", "zzz")]]}
    shown.versions.append(replace(shown.versions[-1], markup=markup))
    queries = [server.press_button(shown, ann, data=data) for data in ("e:99", "p:none", "zzz")]
    await server.wait_for(lambda: all(server.methods.callbacks[query] is not None for query in queries))
    assert [server.methods.callbacks[query].get("text") for query in queries] == [
        EN.page_gone,
        EN.passage_gone,
        EN.passage_gone,
    ]


async def test_a_button_of_a_deleted_message_is_answered(bot, server, chat, ann):
    """The press ends, and nothing else happens."""
    server.say(chat, ann, f"/start {start_parameter(PASSAGES[0], PASSAGES[0].span)}")
    await bot.replies(chat)
    (shown,) = server.from_bot(chat)
    server.delete(shown)
    query = server.press_button(shown, ann, label=EN.later)
    await server.wait_for(lambda: server.calls_of("editMessageText"))
    assert server.methods.callbacks[query] is not None
    assert server.from_bot(chat) == []
