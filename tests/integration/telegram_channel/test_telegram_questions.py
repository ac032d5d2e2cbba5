"""Which messages are questions, who may ask, and what the log holds of it."""

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.answering.links import start_parameter
from tests.fakes.telegram import answered
from tests.integration.telegram_channel.stage import EN, PASSAGES, ZH, running


async def test_a_question_is_stored_once(bot, server, chat, ann):
    """However often its update comes, and although it was edited."""
    said = server.say(chat, ann, "Whose cat is called Galois?")
    await server.wait_for(lambda: bot.inbox.letters)
    server.redeliver(said.update)
    server.edit(said.message, "Whose dog?")
    server.say(chat, ann, "And the dog?")
    await server.wait_for(lambda: len(bot.inbox.letters) == 2)
    first, second = bot.inbox.letters
    assert first.id == f"tg-{server.bot.id}-{said.update['update_id']}"
    assert (first.text, second.text) == ("Whose cat is called Galois?", "And the dog?")


async def test_an_album_without_words_gets_one_hint(bot, server, chat, ann):
    """Ten pictures sent together are one message to a person."""
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    message = server.say(chat, ann, "x").message.json()
    del message["text"]
    await server.wait_for(lambda: bot.inbox.letters)
    for _ in range(3):
        server.updates.put(message={**message, "photo": photo, "media_group_id": "9"})
    server.say(chat, ann, "/help")
    assert sorted(await bot.replies(chat, 2)) == sorted([EN.text_only, EN.help])


@pytest.mark.parametrize("words_at", [0, 2])
async def test_an_album_with_words_gets_no_hint(bot, server, chat, ann, words_at):
    """Whichever of its pictures has the words: they are the question, and nothing is wrong with the others."""
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    message = server.say(chat, ann, "x").message.json()
    del message["text"]
    await server.wait_for(lambda: bot.inbox.letters)
    for place in range(3):
        words = {"caption": "Whose cat?"} if place == words_at else {}
        server.updates.put(message={**message, **words, "photo": photo, "media_group_id": "9"})
    await server.wait_for(lambda: len(bot.inbox.letters) == 2)
    await asyncio.sleep(1.5)
    assert server.from_bot(chat) == []


async def test_groups_are_left_alone_unless_called(bot, server, ann):
    """Talk gets nothing; a mention, a reply and ``/ask`` are questions; commands reply where they were given."""
    group = server.group("Readers", topics=["Cats"])
    topic = group.topic("Cats")
    server.say(group, ann, "Nice weather.", thread=topic)
    server.say(group, ann, "@yinju_bot whose cat?", thread=topic)
    said = server.say(group, ann, "/help@yinju_bot", thread=topic)
    await bot.replies(group)
    (shown,) = server.from_bot(group)
    assert (shown.text, shown.thread, shown.reply_to) == (EN.help, topic, said.message)
    server.say(group, ann, "And the dog?", reply_to=shown, thread=topic)
    server.say(group, ann, "/ask about cats")
    await server.wait_for(lambda: len(bot.inbox.letters) == 3)
    assert [letter.text for letter in bot.inbox.letters] == ["whose cat?", "And the dog?", "about cats"]
    assert [letter.conversation.topic for letter in bot.inbox.letters] == [topic, topic, 0]
    assert bot.inbox.letters[1].context == ""  # the help text says nothing of the matter


async def test_strangers_are_told_once_each_time_and_groups_not_at_all(server, ann):
    """With a list of allowed chats, a private stranger reads one sentence and a group nothing."""
    bob = server.user("Bob", lang="zh")
    group = server.group("Others")
    async with running(server, telegram_allowed_chat_ids=frozenset({ann.id})) as bot:
        server.say(group, bob, "@yinju_bot whose cat?")
        server.say(server.private_chat(bob), bob, "谁的猫？")
        server.say(server.private_chat(ann), ann, "Whose cat?")
        assert await bot.replies(server.private_chat(bob)) == [ZH.not_allowed]
        await server.wait_for(lambda: bot.inbox.letters)
        assert [letter.text for letter in bot.inbox.letters] == ["Whose cat?"]
        assert server.from_bot(group) == []


async def test_members_of_an_allowed_group_read_its_sources_in_private(server, ann, chat):
    """The deep link and its buttons work; a question there, and a button elsewhere, is refused kindly."""
    group, other = server.group("Readers"), server.group("Others")
    async with running(server, telegram_allowed_chat_ids=frozenset({group.id})) as bot:
        server.say(chat, ann, f"/start {start_parameter(PASSAGES[0], PASSAGES[0].span)}")
        await bot.replies(chat)
        (shown,) = server.from_bot(chat)
        server.press_button(shown, ann, label=EN.later)
        await server.wait_for(lambda: shown.text == "“On Cats”\n\nThree.")
        server.say(chat, ann, "Whose cat?")
        assert (await bot.replies(chat, 2))[1] == EN.not_allowed
        posted = server.world.post(other, server.bot, replace(shown.versions[0]))
        query = server.press_button(posted, ann, label=EN.later)
        await server.wait_for(lambda: server.methods.callbacks[query] is not None)
        assert server.methods.callbacks[query]["text"] == EN.not_allowed
        assert bot.inbox.letters == []


async def test_a_question_that_could_not_be_stored_is_not_confirmed_until_it_is(bot, server, chat, ann, caplog):
    """A full disk: it is tried again, and what comes later waits behind it."""
    bot.inbox.failures = 1
    server.say(chat, ann, "First?")
    server.say(chat, ann, "Second?")
    await server.wait_for(lambda: len(bot.inbox.letters) == 2)
    assert [letter.text for letter in bot.inbox.letters] == ["First?", "Second?"]
    assert "could not be stored" in caplog.text


async def test_typing_shows_while_an_answer_is_under_way(bot, server, chat, ann):
    """From the placeholder to the answer."""
    server.say(chat, ann, "Whose cat?")
    (letter,) = await server.wait_for(lambda: bot.inbox.letters)
    message_id = await bot.channel.courier.open(letter)
    await server.wait_for(lambda: chat.actions)
    (message,) = bot.channel.courier.compose(letter, answered("Ann's."))
    await bot.channel.courier.write(letter, message_id, message)
    assert await bot.replies(chat) == ["Ann's."]
    assert bot.channel.is_alive()


async def test_neither_token_nor_words_are_logged(server, chat, ann, caplog):
    """With everything logged, no line holds the token; from INFO up, none holds what was said."""
    caplog.set_level(logging.DEBUG)
    async with running(server) as bot:
        server.drop("getUpdates", times=2)
        server.fail("sendMessage")
        server.say(chat, ann, "A very private question?")
        server.say(chat, ann, "/help")
        await bot.replies(chat)
        (letter,) = await server.wait_for(lambda: bot.inbox.letters)
        server.throw_out(chat)
        await bot.channel.courier.open(letter)
    secret = server.token.split(":")[1]
    assert secret not in caplog.text
    assert "letter" in caplog.text
    spoken = [r for r in caplog.records if r.levelno >= logging.INFO and "private question" in r.getMessage()]
    assert spoken == []
