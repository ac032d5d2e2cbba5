"""The channel as a whole on a fake Bot API: who gets what answer, and what the log holds."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace

import pytest

from bot.answering.links import Linker, start_parameter
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.flood import Pace
from bot.errors import OperatorError, SettingsError, TransientError
from bot.retrieval.index import Index
from bot.settings import Settings
from tests.fakes.bot_api import FakeBotApi, Limits
from tests.fakes.passages import make_essay, make_passage, make_row
from tests.fakes.telegram import answered

FAST = Pace(chat_interval_s=0.0, per_group_minute=1000, drafts_per_minute=1000, per_second=1e6)
ESSAY = make_essay("On Cats")
PASSAGES = [make_passage(["One.", "Two."], essay=ESSAY), make_passage("Three.", essay=ESSAY, start=20)]
EN, ZH = channel_phrases("en"), channel_phrases("zh")


@dataclass
class Inbox:
    """Keeps letters; fails as often as told; may answer through a courier at once."""

    letters: list = field(default_factory=list)
    failures: int = 0
    forget: object = None

    def attend(self, forget):
        self.forget = forget

    async def receive(self, letter):
        if self.failures:
            self.failures -= 1
            raise TransientError("the disk is full")
        if letter.forget:
            await self.forget(letter)
            return True
        known = letter.id in {kept.id for kept in self.letters}
        self.letters += [] if known else [letter]
        return not known


@dataclass
class Conversations:
    """Forgets one conversation, once."""

    forgotten: list = field(default_factory=list)

    async def forget(self, key):
        self.forgotten.append(key)
        return 2 if len(self.forgotten) == 1 else 0


@dataclass
class Running:
    """The channel under test with what it works on."""

    server: FakeBotApi
    channel: TelegramChannel
    inbox: Inbox
    conversations: Conversations
    index: Index

    async def replies(self, chat, count=1):
        """The texts that the bot has standing in the chat, once there are so many."""
        await self.server.wait_for(lambda: len(self.server.from_bot(chat)) >= count)
        return [message.text for message in self.server.from_bot(chat)]


def settings(server, **more):
    """Settings of a bot on this server."""
    return Settings(telegram_bot_token=server.token, telegram_api_url=server.url, **more)


@contextlib.asynccontextmanager
async def running(server, **more):
    """Run the channel on the server."""
    channel = TelegramChannel(settings(server, **more), pace=FAST, poll_timeout_s=2)
    await channel.connect()
    inbox, conversations = Inbox(), Conversations()
    index = Index(make_row(passage) for passage in PASSAGES)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(
            channel.run(
                inbox=inbox,
                conversations=conversations,
                index=index,
                linker=Linker(bot_username=channel.username),
            )
        )
        yield Running(server=server, channel=channel, inbox=inbox, conversations=conversations, index=index)
        serving.cancel()
    await channel.close()


@pytest.fixture
async def server():
    """Give a Telegram without flood limits."""
    async with FakeBotApi(limits=Limits(enforced=False)) as server:
        yield server
    assert not server.violations


@pytest.fixture
async def bot(server):
    """Give the running channel."""
    async with running(server) as bot:
        yield bot


@pytest.fixture
def ann(server):
    """Give a person whose app is in English."""
    return server.user("Ann", lang="en")


@pytest.fixture
def chat(server, ann):
    """Give her private chat."""
    return server.private_chat(ann)


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


async def test_the_channel_knows_itself_before_it_runs(server):
    """Links need the bot's name, and the inbox the courier, before updates are taken."""
    channel = TelegramChannel(settings(server))
    await channel.connect()
    assert (channel.username, channel.bot_id) == ("yinju_bot", server.bot.id)
    assert channel.courier.compose(None, answered("Text."))
    assert channel.is_alive() is False
    await channel.close()
    await channel.close()


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


async def test_new_forgets_this_conversation(bot, server, chat, ann):
    """That of this person in this chat; with nothing said there is nothing to forget."""
    server.say(chat, ann, "/new")
    server.say(chat, ann, "/new")
    assert await bot.replies(chat, 2) == [EN.forgotten, EN.nothing_to_forget]
    key = bot.conversations.forgotten[0]
    assert (key.channel, key.chat, key.topic, key.asker) == ("telegram", chat.id, 0, ann.id)


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


async def test_a_failing_command_harms_no_other(bot, server, chat, ann, caplog):
    """An error of ours is logged, and the next command is answered."""

    def broken(passage_id):
        raise RuntimeError

    bot.index.passage = broken
    server.say(chat, ann, "/start p_ffffffffffffffff")
    server.say(chat, ann, "/help")
    assert await bot.replies(chat) == [EN.help]
    assert "a command failed" in caplog.text


async def test_a_stranger_without_a_name_is_no_error(bot, server):
    """No username, no language."""
    nobody = server.user("")
    server.say(server.private_chat(nobody), nobody, "/help")
    assert await bot.replies(server.private_chat(nobody)) == [ZH.help]


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


async def test_a_wrong_token_is_the_operators_matter(server, caplog):
    """Refused at the start: a clear line without the token."""
    wrong = Settings(telegram_bot_token="42:wrong", telegram_api_url=server.url)
    channel = TelegramChannel(wrong)
    with pytest.raises(OperatorError, match="TELEGRAM_BOT_TOKEN") as caught:
        await channel.connect()
    assert "wrong" not in str(caught.value)
    await channel.close()


async def test_connecting_waits_for_the_network(server):
    """A network that comes up late is waited for; one that does not is the operator's matter."""
    channel = TelegramChannel(settings(server))
    server.fail("getMe", times=3)
    with pytest.raises(OperatorError, match="TELEGRAM_API_URL"):
        await channel.connect(waits_s=[0.01])
    await channel.connect(waits_s=[0.01])
    assert channel.username == "yinju_bot"
    await channel.close()


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


@pytest.mark.parametrize("token", [None, "", "42:a b", "42:a/b", "42:令牌"])
def test_what_can_be_no_token_is_said_before_anything_is_sent(token):
    """None, or one with signs that would change the address."""
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        TelegramChannel(Settings(telegram_bot_token=token))


async def test_a_token_taken_back_ends_the_channel(server):
    """One clear error, not a group of errors."""
    channel = TelegramChannel(settings(server))
    await channel.connect()
    server.token = "42:another"
    with pytest.raises(OperatorError, match="no longer accepts"):
        await channel.run(inbox=Inbox(), conversations=Conversations(), index=Index([]), linker=Linker())
    await channel.close()
