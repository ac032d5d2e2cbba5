"""The courier and the sender on a fake Bot API: what stands in the chat, whatever happens on the way."""

import asyncio
import logging
import time

import pytest

from bot.answering.model import Status
from bot.channels.telegram.api import make_bot
from bot.channels.telegram.courier import TelegramCourier
from bot.channels.telegram.flood import Pace, Pacer
from bot.channels.telegram.model import Place
from bot.channels.telegram.sender import Refused, Sender
from bot.channels.telegram.styled import Entity, StyledText
from bot.channels.telegram.typing_sign import TypingSign
from bot.errors import TransientError
from tests.fakes.bot_api import FakeBotApi, Limits
from tests.fakes.telegram import answered, cited, letter

FAST = Pace(chat_interval_s=0.0, per_group_minute=1000, drafts_per_minute=1000, per_second=1e6)


@pytest.fixture
async def server():
    """Give a Telegram without flood limits of its own."""
    async with FakeBotApi(limits=Limits(enforced=False)) as server:
        yield server


@pytest.fixture
async def bot(server):
    """Give a bot that is connected to it."""
    bot = make_bot(server.token, server.url)
    await bot.initialize()
    yield bot
    await bot.shutdown()


@pytest.fixture
def sender(bot):
    """Give a sender that doesn't wait between attempts."""
    return Sender(bot, Pacer(FAST), sleep=no_sleep)


@pytest.fixture
def courier(sender):
    """Give a courier that may draft at any time."""
    return TelegramCourier(sender, TypingSign(sender.show_typing), draft_every_s=0.0)


@pytest.fixture
def ann(server):
    """Give a person."""
    return server.user("Ann", lang="en")


@pytest.fixture
def chat(server, ann):
    """Give her private chat."""
    return server.private_chat(ann)


async def no_sleep(seconds):
    """Wait for nothing."""


def ask(server, chat, user, text="Which?", **more):
    """A letter with what somebody just said."""
    said = server.say(chat, user, text, **more)
    return letter(chat=chat.id, message_id=said.id, topic=said.message.thread or 0)


def one_message(courier, sent, text="It is the second."):
    """The only message of an answer."""
    (message,) = courier.compose(sent, answered(text))
    return message


async def test_the_answer_replies_in_its_topic_without_preview(server, courier, ann):
    """Placeholder, then the answer with its links in the same message."""
    forum = server.group("Readers", topics=["Cats"])
    sent = ask(server, forum, ann, "@yinju_bot which?", thread=forum.topic("Cats"))
    message_id = await courier.open(sent)
    (message,) = courier.compose(sent, answered("The **second** [1].", cited(1)))
    await courier.write(sent, message_id, message)
    (shown,) = server.from_bot(forum)
    assert shown.text.startswith("The second [1].")
    assert shown.stretches("bold") == ["second", "Sources"]
    assert shown.links == ["https://example.org/e"] * 3
    assert shown.thread == forum.topic("Cats")
    assert shown.reply_to.id == sent.message_id
    assert all(version.preview_off for version in shown.versions)
    assert server.calls_of("sendMessage")[0].params["message_thread_id"] == forum.topic("Cats")
    assert not server.violations


async def test_typing_shows_in_the_topic_and_never_fails(server, sender, ann):
    """The sign is where the question was; a chat that is gone is no matter."""
    forum = server.group("Readers", topics=["Cats"])
    topic = forum.topic("Cats")
    await sender.show_typing(Place(chat=forum.id, topic=topic))
    assert [(action, thread) for _, action, thread in forum.actions] == [("typing", topic)]
    server.throw_out(forum)
    await sender.show_typing(Place(chat=forum.id))
    await sender.answer_callback("unknown")


async def test_typing_is_not_shown_in_a_chat_to_be_left_alone(server, bot, chat):
    """``retry_after`` counts for the sign too; another chat shows it."""
    pacer = Pacer(FAST)
    sender = Sender(bot, pacer, sleep=no_sleep)
    pacer.hold(chat.id, 30)
    other = server.private_chat(server.user("Bob"))
    await sender.show_typing(Place(chat=chat.id))
    await sender.show_typing(Place(chat=other.id))
    assert chat.actions == []
    assert [action for _, action, _ in other.actions] == ["typing"]


async def test_a_refused_sign_holds_its_chat(server, sender, chat):
    """Who is told to wait on the sign neither shows it again nor sends before that time."""
    server.flood_next(chat, 1, sign=True)
    began = time.monotonic()
    await sender.show_typing(Place(chat=chat.id))
    await asyncio.sleep(0.4)
    await sender.show_typing(Place(chat=chat.id))
    assert len(server.calls_of("sendChatAction")) == 1
    await sender.send(Place(chat=chat.id), StyledText(text="It is the second."))
    assert time.monotonic() - began >= 1
    assert not server.violations


async def test_a_deleted_question_is_answered_without_reply(server, courier, chat, ann):
    """The placeholder goes out even if the question is gone."""
    said = server.say(chat, ann, "Which?")
    server.delete(said.message)
    assert await courier.open(letter(chat=chat.id, message_id=said.id)) != 0


async def test_a_deleted_placeholder_is_sent_anew(server, courier, chat, ann):
    """The answer is not lost with it."""
    sent = ask(server, chat, ann)
    message_id = await courier.open(sent)
    server.delete(chat.all_messages[message_id])
    await courier.write(sent, message_id, one_message(courier, sent))
    assert [message.text for message in server.from_bot(chat)] == ["It is the second."]


async def test_drafts_show_in_the_placeholder_at_most_so_often(server, sender, chat, ann):
    """Two drafts at once are one; the placeholder counts as one too."""
    now = [0.0]
    courier = TelegramCourier(sender, TypingSign(sender.show_typing), draft_every_s=3.0, clock=lambda: now[0])
    sent = ask(server, chat, ann)
    message_id = await courier.open(sent)
    for at, text in ((1.0, "It"), (3.0, "It is"), (4.0, "It is the"), (6.5, "It is the second")):
        now[0] = at
        await courier.draft(sent, message_id, text)
    assert [v.text for v in chat.all_messages[message_id].versions[1:]] == ["It is …", "It is the second …"]


async def test_a_draft_is_dropped_when_the_chat_has_no_budget(server, bot, chat, ann):
    """It neither waits nor takes the answer's turn; a refused one is no error."""
    sender = Sender(bot, Pacer(Pace(chat_interval_s=60.0)))
    courier = TelegramCourier(sender, TypingSign(sender.show_typing), draft_every_s=0.0)
    sent = ask(server, chat, ann)
    message_id = await courier.open(sent)
    await courier.draft(sent, message_id, "It is")
    assert len(server.calls_of("editMessageText")) == 0
    free = TelegramCourier(Sender(bot, Pacer(FAST)), TypingSign(sender.show_typing), draft_every_s=0.0)
    server.flood_next(chat, 1)
    await free.draft(sent, message_id, "It is")
    await free.draft(sent, message_id, "It is the")
    assert len(server.calls_of("editMessageText")) == 1


async def test_retry_after_is_waited_for_by_its_chat_alone(server, bot, chat, ann):
    """The refused message comes after the time Telegram named; another chat's goes at once."""
    sender = Sender(bot, Pacer(FAST))
    courier = TelegramCourier(sender, TypingSign(sender.show_typing))
    bob = server.user("Bob")
    server.flood_next(chat, 2)
    began = time.monotonic()
    assert await courier.open(ask(server, chat, ann)) != 0
    assert time.monotonic() - began >= 2
    began = time.monotonic()
    await courier.open(ask(server, server.private_chat(bob), bob))
    assert time.monotonic() - began < 1
    assert not server.violations


async def test_a_chat_that_is_gone_is_no_error(server, courier, chat, ann, caplog):
    """Blocked or thrown out: the answer is dropped, and the log says so without its text."""
    sent = ask(server, chat, ann)
    message_id = await courier.open(sent)
    server.throw_out(chat)
    await courier.draft(sent, message_id, "It is")
    await courier.write(sent, message_id, one_message(courier, sent))
    assert await courier.open(sent) == 0
    assert "dropped" in caplog.text
    assert "second" not in caplog.text


async def test_a_group_that_became_a_supergroup_is_followed(server, courier, ann):
    """The answer comes in the new chat, as a new message, for the old ids mean nothing there."""
    group = server.group("Readers", kind="group")
    sent = ask(server, group, ann)
    message_id = await courier.open(sent)
    new = server.upgrade(group)
    await courier.draft(sent, message_id, "It is")
    await courier.write(sent, message_id, one_message(courier, sent))
    assert [message.text for message in server.from_bot(new)] == ["It is the second."]
    assert "reply_parameters" not in server.calls_of("sendMessage", new)[0].params
    assert await courier.open(ask(server, group, ann)) != 0


async def test_a_placeholder_that_followed_its_group_is_the_one_that_is_written(server, courier, ann):
    """When a group became a supergroup before the placeholder went out, no placeholder is left standing."""
    group = server.group("Readers", kind="group")
    sent = ask(server, group, ann)
    new = server.upgrade(group)
    message_id = await courier.open(sent)
    await courier.draft(sent, message_id, "It is")
    await courier.draft(sent, message_id, "It is the")
    await courier.write(sent, message_id, one_message(courier, sent))
    (shown,) = server.from_bot(new)
    assert shown.text == "It is the second."
    assert "It is the …" in [version.text for version in shown.versions]


class Sign:
    """Knows for which letters the typing sign is lit."""

    def __init__(self):
        self.lit = set()

    def begin(self, key, place):
        self.lit.add(key)

    def end(self, key):
        self.lit.discard(key)


async def test_the_typing_sign_is_lit_until_the_last_message(server, sender, chat, ann):
    """It goes out with each message and is lit again with the placeholder of the next."""
    sign = Sign()
    courier = TelegramCourier(sender, sign)
    sent = ask(server, chat, ann)
    for opening in (courier.open, courier.open_more):
        message_id = await opening(sent)
        assert sign.lit == {sent.id}
        await courier.write(sent, message_id, one_message(courier, sent))
        assert sign.lit == set()


@pytest.mark.parametrize("call", ["open", "open_more", "write"])
async def test_the_typing_sign_goes_out_with_what_failed(server, sender, chat, ann, call):
    """Whether there is another attempt or not: nothing is left lit, or remembered, for a letter given up."""
    sign = Sign()
    courier = TelegramCourier(sender, sign)
    sent = ask(server, chat, ann)
    message_id = 0 if call == "open" else await courier.open(sent)
    method = "editMessageText" if call == "write" else "sendMessage"
    server.fail(method, times=100)
    arguments = (message_id, one_message(courier, sent)) if call == "write" else ()
    with pytest.raises(TransientError):
        await getattr(courier, call)(sent, *arguments)
    assert sign.lit == set()


async def test_a_failing_network_is_tried_again(server, courier, chat, ann):
    """A gateway's 502 and a dropped connection cost an attempt each."""
    server.fail("sendMessage")
    server.drop("sendMessage")
    sent = ask(server, chat, ann)
    message_id = await courier.open(sent)
    server.drop("editMessageText", when="after")
    await courier.write(sent, message_id, one_message(courier, sent))
    assert [message.text for message in server.from_bot(chat)] == ["It is the second."]


async def test_a_network_that_stays_down_is_a_transient_error(server, courier, chat, ann):
    """Who asked the courier may ask again later."""
    server.fail("sendMessage", times=100)
    with pytest.raises(TransientError):
        await courier.open(ask(server, chat, ann))


async def test_refused_styles_are_left_out(server, sender, chat, caplog):
    """Where Telegram doesn't take the entities, the text goes without them."""
    broken = StyledText(text="It is the second.", entities=(Entity(kind="bold", offset=10, length=70),))
    caplog.set_level(logging.WARNING)
    assert await sender.send(Place(chat=chat.id), broken)
    assert [message.text for message in server.from_bot(chat)] == ["It is the second."]
    assert "without them" in caplog.text


async def test_what_telegram_refuses_for_good_is_said_so(server, sender, chat):
    """An empty message is no matter of trying again."""
    with pytest.raises(Refused):
        await sender.send(Place(chat=chat.id), StyledText(text=" "))


async def test_every_kind_of_answer_is_taken(server, courier, chat, ann):
    """Long, quoted, declined: the checks of the server find nothing wrong with any message."""
    long = "\n\n".join(f"**{n}** {'很长的话😀' * 40} [1] `code` [2]" for n in range(40))
    answers = [
        answered(long, cited(1), cited(2, quote="另一句" * 300), lang="zh"),
        answered("Closest:\n\n> A cat sat. [1]", cited(1), status=Status.QUOTED),
        answered("The essays don't say.", status=Status.DECLINED),
        answered("# T\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\n```\n> q [1]", cited(1)),
    ]
    for answer in answers:
        sent = ask(server, chat, ann)
        for n, message in enumerate(courier.compose(sent, answer)):
            message_id = await (courier.open_more(sent) if n else courier.open(sent))
            await courier.write(sent, message_id, message)
    assert not server.violations
    assert not [call for call in server.calls if call.error]
    assert len(server.from_bot(chat)) > 5
