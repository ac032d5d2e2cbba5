"""What an update means: who is answered, and what of a message is the question."""

from dataclasses import replace

import pytest
from telegram import Update

from bot.channels.phrases import channel_phrases
from bot.channels.telegram.gate import Gate
from bot.channels.telegram.model import Callback, Command, Forget, Hint, HintKind, Ignored, Place, Question
from bot.channels.telegram.parse import parse_update
from bot.conversation.model import Reply
from tests.fakes.telegram import ANN, BOT, BOT_ID, by_bot, entity, in_group, private, update

GATE = Gate(bot_id=BOT_ID, username="yinju_bot")


def photo():
    """A picture of one size."""
    return {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


def sticker():
    """A sticker that stands still."""
    return {**photo(), "is_animated": False, "is_video": False, "type": "regular"}


def read(message, *, gate=GATE, **more):
    """What the update that carries the message means."""
    return gate.read(update(message, **more))


def asked(message):
    """The letter of a message that is a question."""
    meaning = read(message)
    assert isinstance(meaning, Question), meaning
    return meaning.letter


def command_text(text, **more):
    """Text and the entity of the command at its beginning."""
    return {"text": text, "entities": [entity(text, text.split(maxsplit=1)[0], "bot_command")], **more}


def mention(text, name="@yinju_bot", **more):
    """Text and the entity of a mention in it."""
    return {"text": text, "entities": [entity(text, name, "mention")], **more}


# Private chats


def test_every_text_in_a_private_chat_is_a_question():
    """The letter holds all that is needed to answer it later."""
    letter = asked(private(text=" 谁的小猫叫伽罗瓦？ "))
    assert letter.id == f"tg-{BOT_ID}-42"
    assert (letter.text, letter.lang, letter.context, letter.message_id) == ("谁的小猫叫伽罗瓦？", "zh", "", 7)
    key = letter.conversation
    assert (key.channel, key.chat, key.topic, key.asker) == ("telegram", ANN["id"], 0, ANN["id"])


def test_a_caption_is_a_question():
    """A picture with words asks what the words ask."""
    assert asked(private(photo=[photo()], caption="What is this essay?")).text == "What is this essay?"


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "location"])
def test_what_has_no_words_gets_a_hint(kind):
    """The bot says that it reads text only."""
    content = {
        "photo": [photo()],
        "sticker": sticker(),
        "voice": {"file_id": "f", "file_unique_id": "u", "duration": 1},
        "location": {"latitude": 1.0, "longitude": 1.0},
    }[kind]
    meaning = read(private(**{kind: content}, media_group_id="9"))
    assert meaning == Hint(kind=HintKind.TEXT_ONLY, place=Place(chat=501), message_id=7, lang="en", album="9")


def test_service_messages_are_ignored():
    """What the app says, and not the person, is no question."""
    assert isinstance(read(private(new_chat_title="Readers")), Ignored)
    assert isinstance(read(private()), Ignored)


def test_an_emoji_is_asked_in_the_language_of_the_app():
    """Where a text has no letters, the sender's app tells the language."""
    assert asked(private(text="🤔")).lang == "en"
    assert asked(private(text="🤔", **{"from": {**ANN, "language_code": "zh-hans"}})).lang == "zh"


def test_a_member_without_username_or_language_is_no_error():
    """The least that Telegram says of a person is enough."""
    assert asked(private(text="Why?", **{"from": {"id": 501, "is_bot": False, "first_name": ""}})).text == "Why?"


def test_characters_that_no_database_takes_are_dropped():
    """NUL and lone surrogates go, the rest stays."""
    assert asked(private(text="a\0b\ud800c?")).text == "abc?"


def test_half_of_a_surrogate_pair_spoils_no_entity():
    """What comes before a mention or after a command may be broken, and is counted as one unit."""
    broken = "\ud83d"
    text = f"x{broken} @yinju_bot 谁的猫？"
    at = {"type": "mention", "offset": 3, "length": 10}
    assert asked(in_group(text=text, entities=[at])).text == "x 谁的猫？"
    call = {"type": "bot_command", "offset": 0, "length": 4}
    assert asked(private(text=f"/ask {broken}why?", entities=[call])).text == "why?"
    assert asked(private(caption=f"/ask {broken}why?", caption_entities=[call], photo=[photo()])).text == "why?"


def test_a_reply_or_quote_becomes_the_context():
    """The replied-to text, or the part of it that was quoted, belongs to the question."""
    earlier = private(message_id=5, text="Attention is all you need.")
    assert asked(private(text="Why?", reply_to_message=earlier)).context == "Attention is all you need."
    quote = {"text": "all you need", "position": 13}
    assert asked(private(text="Why?", reply_to_message=earlier, quote=quote)).context == "all you need"


def test_the_bots_own_hints_are_no_context():
    """Who answers the bot's 'what would you like to ask?' asks about the essays, not about that sentence."""
    hint = private(message_id=5, text=channel_phrases("en").nothing_asked, **{"from": BOT})
    assert asked(private(text="Why?", reply_to_message=hint)).context == ""


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/help", "help", ""),
        ("/START p_0a", "start", "p_0a"),
        ("/essays@yinju_bot", "essays", ""),
        ("/what is it", "what", "is it"),
    ],
)
def test_commands_are_told_from_questions(text, name, argument):
    """Name in lower case, argument without the white space around it."""
    meaning = read(private(**command_text(text)))
    assert isinstance(meaning, Command)
    assert (meaning.name, meaning.argument) == (name, argument)


def test_deep_asks_for_a_report():
    """In private and in groups, by caption and under a message; what is asked otherwise asks for none."""
    assert asked(private(**command_text("/deep Why?"))).deep
    assert asked(private(**command_text("/deep Why?"))).text == "Why?"
    assert asked(in_group(**command_text("/deep@yinju_bot Why?"))).deep
    earlier = private(message_id=5, text="Attention is all you need.")
    under = asked(private(**command_text("/deep"), reply_to_message=earlier))
    assert (under.deep, under.text) == (True, "Attention is all you need.")
    assert not asked(private(**command_text("/ask Why?"))).deep
    assert not asked(private(text="What is /deep ?")).deep


def test_deep_alone_says_how_it_is_used():
    """A hint of its own."""
    hint = read(private(**command_text("/deep")))
    assert isinstance(hint, Hint)
    assert hint.kind is HintKind.NOTHING_DEEP


def test_new_is_stored_like_a_question():
    """Its letter stands in the line of the conversation that is to be forgotten."""
    question = asked(in_group(**mention("@yinju_bot why?")))
    meaning = read(in_group(**command_text("/new@yinju_bot")))
    assert isinstance(meaning, Forget)
    assert meaning.letter == replace(question, text="", forget=True)


def test_ask_with_words_is_a_question_and_without_a_hint():
    """``/ask`` is how groups ask; it works everywhere."""
    assert asked(private(**command_text("/ask What is MLA?"))).text == "What is MLA?"
    meaning = read(private(**command_text("/ask")))
    assert isinstance(meaning, Hint)
    assert meaning.kind is HintKind.NOTHING_ASKED


# Groups


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "What is MLA?"},
        mention("@someone_else what is MLA?", "@someone_else"),
        mention("@yinju_bot2 what is MLA?", "@yinju_bot2"),
        {"text": "@yinju_bot without an entity"},
        command_text("/ask@other_bot what?"),
        command_text("/help@other_bot"),
        command_text("/unknown"),
        {"sticker": sticker()},
        {"text": "yes", "reply_to_message": in_group(message_id=3, text="no")},
        {"new_chat_members": [{"id": 9, "is_bot": False, "first_name": "New"}]},
    ],
)  # fmt: skip
def test_what_does_not_call_the_bot_in_a_group_is_ignored(fields):
    """Talk among people, other bots' names and commands, service messages."""
    assert isinstance(read(in_group(**fields)), Ignored)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@yinju_bot 什么是MLA？", "什么是MLA？"),
        ("@Yinju_Bot: what is MLA?", "what is MLA?"),
        ("😀👍🏽 请问 @yinju_bot 什么是MLA？", "😀👍🏽 请问 什么是MLA？"),
        ("什么是MLA？@yinju_bot", "什么是MLA？"),
    ],
)
def test_a_mention_calls_the_bot_and_is_taken_out(text, question):
    """Offsets count in UTF-16, so emoji before the mention don't shift it."""
    name = text[text.index("@") : text.index("@") + len("@yinju_bot")]
    assert asked(in_group(**mention(text, name))).text == question


def test_a_text_mention_calls_the_bot():
    """A mention by name instead of username names the bot by its id."""
    text = "引据 什么是MLA？"
    assert asked(in_group(text=text, entities=[entity(text, "引据", "text_mention", user=BOT)])).text == "什么是MLA？"
    somebody = entity(text, "引据", "text_mention", user={**BOT, "id": 3})
    assert isinstance(read(in_group(text=text, entities=[somebody])), Ignored)


def test_a_mention_in_a_caption_calls_the_bot():
    """Pictures may ask too."""
    text = "@yinju_bot what is MLA?"
    fields = {"photo": [photo()], "caption": text, "caption_entities": [entity(text, "@yinju_bot", "mention")]}
    assert asked(in_group(**fields)).text == "what is MLA?"


def test_a_reply_to_the_bot_is_a_question():
    """What it replies to is the context."""
    letter = asked(in_group(text="And the second?", reply_to_message=by_bot("First, second.")))
    assert (letter.text, letter.context) == ("And the second?", "First, second.")


def test_a_reply_to_the_bot_names_the_message():
    """So that its thread is found; a reply to anybody else names none, nor does a bare call under an answer."""
    answer = by_bot("First, second.")
    assert asked(in_group(text="And?", reply_to_message=answer)).reply == Reply(message_id=answer["message_id"])
    quoting = asked(in_group(text="And?", reply_to_message=answer, quote={"text": "First", "position": 0}))
    assert quoting.reply == Reply(message_id=answer["message_id"], quotes=True)
    assert asked(private(text="And?", reply_to_message=private(message_id=3, text="So."))).reply is None
    assert asked(in_group(**mention("@yinju_bot", reply_to_message=answer))).reply is None


def test_ask_with_our_name_or_none_is_a_question():
    """``/ask`` and ``/ask@thisbot``, in any case."""
    for text in ("/ask What is MLA?", "/ask@Yinju_Bot What is MLA?"):
        assert asked(in_group(**command_text(text))).text == "What is MLA?"


def test_calling_under_a_message_asks_about_it():
    """A mention alone, in reply to a message, makes that message the question."""
    letter = asked(in_group(**mention("@yinju_bot", reply_to_message=in_group(message_id=3, text="What is MLA?"))))
    assert (letter.text, letter.context) == ("What is MLA?", "")
    assert read(in_group(**mention("@yinju_bot"))).kind is HintKind.NOTHING_ASKED


def test_topics_are_kept_and_reply_threads_are_not():
    """Only in a forum is a thread id a place to answer in."""
    fields = mention("@yinju_bot what?", message_thread_id=77)
    assert asked(in_group(**fields, is_topic_message=True)).conversation.topic == 77
    assert asked(in_group(**fields)).conversation.topic == 0


def test_a_topic_that_the_bot_opened_is_no_reply_to_it():
    """Every message of a topic "replies" to the one that opened it."""
    opening = by_bot("", forum_topic_created={"name": "t", "icon_color": 1})
    del opening["text"]
    message = in_group(text="hi", reply_to_message=opening, message_thread_id=6, is_topic_message=True)
    assert isinstance(read(message), Ignored)


def test_anonymous_admins_and_channels_may_ask():
    """They come under a bot's name; the asker is the group or channel in whose name they speak."""
    group_bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    fields = {"from": group_bot, "sender_chat": {"id": -1001, "type": "supergroup", "title": "Readers"}}
    assert asked(in_group(**mention("@yinju_bot what?"), **fields)).conversation.asker == -1001


@pytest.mark.parametrize(
    "fields",
    [
        {"from": {**ANN, "is_bot": True}},
        {"via_bot": {**BOT, "id": 8}},
        {"is_automatic_forward": True, "sender_chat": {"id": -1009, "type": "channel", "title": "C"}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}},
        {"chat": {"id": -1009, "type": "channel", "title": "C"}},
    ],
)
def test_bots_inline_results_forwards_and_channels_are_ignored(fields):
    """A mention in something that nobody says here to the bot does not call it."""
    assert isinstance(read(in_group(**{**mention("@yinju_bot what?"), **fields})), Ignored)


def test_edited_messages_and_posts_are_ignored():
    """A question is answered once."""
    for kind in ("edited_message", "channel_post", "edited_channel_post"):
        assert isinstance(read(private(text="Why?"), kind=kind), Ignored)


# Where it may speak


def test_only_allowed_chats_are_answered():
    """Others get nothing in groups and one sentence in private; a private chat has the id of its person."""
    gate = Gate(bot_id=BOT_ID, username="yinju_bot", allowed_chats={-1002, 502})
    assert isinstance(read(in_group(**mention("@yinju_bot what?")), gate=gate), Ignored)
    for fields in ({"text": "Why?"}, command_text("/start"), {"photo": [photo()]}):
        assert read(private(**fields), gate=gate).kind is HintKind.NOT_ALLOWED
    open_gate = Gate(bot_id=BOT_ID, username="yinju_bot", allowed_chats={-1001, 501})
    assert isinstance(read(in_group(**mention("@yinju_bot what?")), gate=open_gate), Question)
    assert isinstance(read(private(text="Why?"), gate=open_gate), Question)


def test_passages_may_be_read_in_every_private_chat():
    """The links of an allowed group's answers lead to a private chat; nothing else is open there."""
    gate = Gate(bot_id=BOT_ID, username="yinju_bot", allowed_chats={-1001})
    opened = read(private(**command_text("/start p_0123456789abcdef_5_a")), gate=gate)
    assert (opened.name, opened.argument) == ("start", "p_0123456789abcdef_5_a")
    for text in ("/start", "/start nonsense", "/start p_", "/ask p_0123456789abcdef", "/essays", "/new"):
        assert read(private(**command_text(text)), gate=gate).kind is HintKind.NOT_ALLOWED


@pytest.mark.parametrize(
    ("data", "message", "allowed"),
    [
        ("p:0123456789abcdef", private(), True),
        ("e:2", private(), False),
        ("p:0123456789abcdef", in_group(), False),
    ],
)
def test_a_button_where_the_bot_may_not_speak_is_told_apart(data, message, allowed):
    """Reading on in private is open to all; the rest is to be refused, not left waiting."""
    gate = Gate(bot_id=BOT_ID, username="yinju_bot", allowed_chats={-1009})
    pressed = {"id": "1", "from": ANN, "chat_instance": "x", "data": data, "message": message}
    assert read(pressed, kind="callback_query", gate=gate).allowed is allowed


# Buttons


def test_a_button_names_its_message_and_topic():
    """What is needed to edit the message above it."""
    message = by_bot(message_thread_id=77, is_topic_message=True)
    pressed = {"id": "1", "from": ANN, "chat_instance": "x", "data": "e:2", "message": message}
    place = Place(chat=-1001, topic=77)
    assert read(pressed, kind="callback_query") == Callback(id="1", data="e:2", place=place, message_id=6, lang="en")
    gone = {"chat": message["chat"], "message_id": 6, "date": 0}
    assert read({**pressed, "message": gone}, kind="callback_query").message_id == 6
    del pressed["message"]
    assert isinstance(read({**pressed, "inline_message_id": "i"}, kind="callback_query"), Ignored)


# What Telegram may send next


def test_a_part_of_a_newer_kind_spoils_no_message():
    """PTB refuses an update with a part that it doesn't know so; the words in it are read all the same."""
    strange = {"gift": {"gift": {"id": "1", "sticker": {"of": "a newer kind"}}}}
    raw = {"update_id": 42, "message": private(text="Why?", reply_to_message=private(text="So.", **strange), **strange)}
    with pytest.raises(TypeError):
        Update.de_json(raw, None)
    letter = GATE.read(parse_update(raw, None)).letter
    assert (letter.text, letter.context) == ("Why?", "So.")
