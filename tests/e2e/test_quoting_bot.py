"""The bot without a language model, in private chats: it quotes the essays, and obeys commands."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.channels.phrases import channel_phrases
from tests.e2e.harness import (
    ANSWER_S,
    CAT,
    SEEDS,
    BotProcess,
    Stage,
    free_port,
    is_placeholder,
    quotes,
    staged,
)
from tests.fakes.bot_api import FakeChat, FakeMessage, FakeUser

pytestmark = pytest.mark.asyncio(loop_scope="module")

ZH, EN = channel_phrases("zh"), channel_phrases("en")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all tests of this file; each test has chats of its own."""
    async with staged(ingested, tmp_path_factory.mktemp("quoting")) as running:
        yield running


def _essays() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))


# Private chats


async def test_a_private_question_becomes_an_answer_with_its_sources(stage: Stage, chat: FakeChat, ann: FakeUser):
    """One placeholder replies at once and turns into an answer with linked numbers, a source and verbatim quotes."""
    said = stage.server.say(chat, ann, CAT)
    answer = await stage.answer(said)
    assert is_placeholder(FakeMessage(chat=chat, id=0, sender=answer.sender, date=0, versions=answer.versions[:1]))
    assert "伽罗瓦" in answer.text
    assert ZH.sources in answer.text
    numbers = [text for text in answer.stretches("text_link") if re.fullmatch(r"\[\d+\]", text)]
    assert numbers
    assert all(re.match(r"https?://|tg://", link) for link in answer.links)
    assert any("写在甲辰年末" in line for line in answer.text.splitlines())
    essays = re.sub(r"\s+", "", _essays())
    for quote in quotes(answer):
        for line in quote.splitlines():
            bare = re.sub(r"\s+", "", line).strip("“”「」…")
            assert not bare or bare in essays or "《" in bare, f"not verbatim: {line}"
    assert len(stage.server.from_bot(chat)) == 1
    assert [action for _, action, _ in chat.actions][:1] == ["typing"]


async def test_an_english_question_is_answered_in_english(stage: Stage):
    """The words around the answer are in the asker's language."""
    bob = stage.server.user("Bob", lang="en")
    said = stage.server.say(
        stage.server.private_chat(bob), bob, "How many minutes did R1 spend on the nine-digit multiplication?"
    )
    answer = await stage.answer(said)
    assert EN.sources in answer.text
    assert ZH.sources not in answer.text


async def test_a_traditional_question_is_answered_in_traditional(stage: Stage):
    """The bot's words from the placeholder to the sources; the quotes stay as the essays have them."""
    mei = stage.server.user("Mei", lang="zh-hant")
    answer = await stage.answer(stage.server.say(stage.server.private_chat(mei), mei, "誰的小貓叫伽羅瓦？"))
    hant = channel_phrases("zh-Hant")
    assert answer.versions[0].text == hant.placeholder
    assert hant.sources in answer.text
    assert ZH.sources not in answer.text
    assert "我家小猫的名字叫伽罗瓦" in answer.text


async def test_a_member_without_a_username_or_language_is_answered(stage: Stage):
    """What Telegram may leave out of a person is not needed."""
    someone = stage.server.user("某人")
    assert await stage.answer(stage.server.say(stage.server.private_chat(someone), someone, CAT))


async def test_odd_questions_are_met_kindly(stage: Stage):
    """A single sign, emoji, control characters and very long texts each get some finished reply."""
    for text in ("?", "🙂🙂🙂", "a\u200b\u202eb\x07?", "问" * 4000, "why " * 1000, "```", "\\[1](x) <b> &amp;"):
        person = stage.server.user("Odd", lang="zh")
        said = stage.server.say(stage.server.private_chat(person), person, text)
        await stage.server.wait_for(
            lambda s=said: (found := stage.answer_so_far(s)) and not any(map(is_placeholder, found)),
            timeout=ANSWER_S,
            what=f"some reply to {text[:20]!r}",
        )


async def test_an_edited_question_is_not_answered_again(stage: Stage, chat: FakeChat, ann: FakeUser):
    """Editing a message that was answered brings no second answer."""
    said = stage.server.say(chat, ann, CAT)
    await stage.answer(said)
    edited = stage.server.edit(said.message, f"{CAT}!")
    stage.server.updates.put_raw(edited)  # Telegram may send kinds that were not asked for
    await stage.settled()
    assert len(stage.server.from_bot(chat)) == 1


async def test_a_redelivered_question_is_answered_once(stage: Stage, chat: FakeChat, ann: FakeUser):
    """The same update twice, before and after the answer, gives one answer."""
    said = stage.server.say(chat, ann, CAT)
    stage.server.redeliver(said.update)
    await stage.answer(said)
    stage.server.redeliver(said.update)
    await stage.settled()
    assert len(stage.server.from_bot(chat)) == 1


async def test_two_questions_of_one_asker_are_both_answered_in_order(stage: Stage, chat: FakeChat, ann: FakeUser):
    """A second question does not push out the first."""
    first = stage.server.say(chat, ann, CAT)
    second = stage.server.say(chat, ann, "MLA到底省多少显存？")
    one, two = await stage.answer(first), await stage.answer(second)
    assert one.versions[-1].at < two.versions[-1].at


async def test_a_lost_confirmation_of_a_send_loses_no_answer(stage: Stage, chat: FakeChat, ann: FakeUser):
    """When the network drops an edit, or a gateway fails, the answer still arrives."""
    stage.server.drop("editMessageText", when="after")
    stage.server.fail("editMessageText")
    stage.server.fail("sendMessage")
    assert await stage.answer(stage.server.say(chat, ann, CAT))


# Commands


async def test_commands_are_registered_in_two_languages(stage: Stage):
    """Telegram shows the five commands with a description in Chinese and in English."""
    registered = stage.server.methods.commands
    by_language: dict[str, dict[str, str]] = {}
    for (_, language), commands in registered.items():
        for command in commands:
            by_language.setdefault(language, {})[command["command"]] = command["description"]
    assert {"", "zh"} <= set(by_language)
    for commands in by_language.values():
        assert {"start", "help", "ask", "essays", "new"} <= set(commands)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in by_language["zh"]["ask"])
    assert re.search("[A-Za-z]", by_language.get("en", by_language[""])["ask"])


@pytest.mark.parametrize(("lang", "words"), [("zh", ZH), ("en", EN)])
async def test_start_and_help_speak_the_language_of_the_app(stage: Stage, lang: str, words):
    """/start greets and /help explains, in the person's language."""
    user = stage.server.user("Kim", lang=lang)
    chat = stage.server.private_chat(user)
    stage.server.say(chat, user, "/start")
    stage.server.say(chat, user, "/help")
    hello, usage = await stage.standing(chat, count=2)
    assert words.greeting.splitlines()[0] in hello.text
    assert "/essays" in usage.text


async def test_an_empty_ask_asks_back(stage: Stage, chat: FakeChat, ann: FakeUser):
    """/ask alone is no question, and is answered with a kind word."""
    stage.server.say(chat, ann, "/ask")
    assert await stage.standing(chat)


async def test_essays_are_listed_in_pages(stage: Stage, chat: FakeChat, ann: FakeUser):
    """/essays shows a page of linked titles; its buttons turn to the other pages in the same message."""
    stage.server.say(chat, ann, "/essays")
    (page,) = await stage.standing(chat)
    assert page.links
    seen = [page.text]
    while any("›" in button["text"] for button in page.buttons):
        assert len(seen) < 20
        query = stage.server.press_button(page, ann, data=page.buttons[-1]["callback_data"])
        await stage.server.wait_for(lambda q=query: stage.server.methods.callbacks[q], what="the press acknowledged")
        await stage.server.wait_for(lambda: page.text not in seen, what="another page")
        seen.append(page.text)
    assert len(seen) > 1
    titles = re.findall(r"^\d+\. (.+)$", "\n".join(seen), re.MULTILINE)
    assert "写在甲辰年末" in titles[0]
    assert len(titles) == len(set(titles)) > 30
    stage.server.press_button(page, ann, data=page.buttons[0]["callback_data"])
    await stage.server.wait_for(lambda: page.text == seen[-2], what="the page before")
    assert len(stage.server.from_bot(chat)) == 1


async def test_a_deep_link_opens_the_passage_in_its_place(stage: Stage, chat: FakeChat, ann: FakeUser):
    """A citation's t.me link opens the passage with the quote marked, and its buttons read on."""
    answer = await stage.answer(stage.server.say(chat, ann, CAT))
    starts = [re.search(r"[?&]start=(p_[\w-]+)", link) for link in answer.links]
    payload = next((found[1] for found in starts if found), None)
    assert payload is not None, f"no deep link in {answer.links}"
    assert len(payload) <= 64
    stage.server.say(chat, ann, f"/start {payload}")
    _, opened = await stage.standing(chat, count=2)
    assert "伽罗瓦" in opened.text
    marked = [text for kind in ("bold", "underline", "blockquote", "italic") for text in opened.stretches(kind)]
    assert any(len(text) > 8 for text in marked), opened.entities
    here = opened.text
    label = next(b["text"] for b in opened.buttons if b["text"] in {ZH.earlier, ZH.later})
    stage.server.press_button(opened, ann, label=label)
    await stage.server.wait_for(
        lambda: opened.text != here or len(stage.server.from_bot(chat)) > 2, what="the next passage"
    )


@pytest.mark.parametrize("payload", ["p_", "p_0123456789abcdef", "p_zz_zz_zz_zz", "hello", "p_" + "x" * 60])
async def test_a_broken_deep_link_is_met_kindly(stage: Stage, chat: FakeChat, ann: FakeUser, payload: str):
    """A payload that leads nowhere gets a sentence, not silence."""
    stage.server.say(chat, ann, f"/start {payload}")
    assert await stage.standing(chat)


async def test_a_stale_button_is_acknowledged(stage: Stage, chat: FakeChat, ann: FakeUser):
    """A press on a button of an older version of the bot stops its waiting sign."""
    stage.server.say(chat, ann, "/essays")
    (page,) = await stage.standing(chat)
    for data in ("", "e:999", "nonsense", "p:zz:9"):
        query = f"stale-{data}"
        stage.server.methods.callbacks[query] = None
        stage.server.updates.put(
            callback_query={
                "id": query,
                "from": ann.json(),
                "message": page.json(),
                "chat_instance": "1",
                "data": data,
            }
        )
        await stage.server.wait_for(lambda q=query: stage.server.methods.callbacks[q], what=f"{data!r} acknowledged")


async def test_new_forgets_the_conversation(stage: Stage, chat: FakeChat, ann: FakeUser):
    """/new says that it forgot, or that there was nothing."""
    stage.server.say(chat, ann, "/new")
    (nothing,) = await stage.standing(chat)
    assert nothing.text == ZH.nothing_to_forget
    await stage.answer(stage.server.say(chat, ann, CAT))
    stage.server.say(chat, ann, "/new")
    assert (await stage.standing(chat, count=3))[-1].text == ZH.forgotten


# What nobody expects


async def test_other_kinds_of_updates_are_no_error(stage: Stage, chat: FakeChat, ann: FakeUser):
    """Updates of invented and foreign kinds are passed over, and the next question is answered."""
    person, group = ann.json(), stage.server.group("x").json()
    first = stage.server.updates.put(
        message={"message_id": 1, "date": 1, "chat": group, "from": person, "new_thing": {}}
    )
    number = first["update_id"]
    stage.server.updates.put_raw({"update_id": number + 1, "new_update_kind": {"some": 1}})
    stage.server.updates.put_raw({"update_id": number + 2, "message": {"nonsense": True}})
    stage.server.updates.put_raw({"update_id": number + 3})
    stage.server.updates.put_raw({"update_id": number + 4, "message_reaction": {"date": 1}})
    assert await stage.answer(stage.server.say(chat, ann, CAT))
    assert number + 4 in stage.server.updates.confirmed


async def test_pictures_and_stickers_are_met_kindly(stage: Stage, chat: FakeChat, ann: FakeUser):
    """What has no words gets a word in a private chat."""
    sticker = {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 9, "height": 9}
    sent = {"message_id": 5, "date": 1, "chat": chat.json(), "from": ann.json()}
    stage.server.updates.put(message={**sent, "sticker": {**sticker, "is_animated": False, "is_video": False}})
    assert (await stage.standing(chat))[0].text == ZH.text_only


async def test_health_is_served(stage: Stage):
    """The health page of a bot at work answers 200."""
    url = f"http://{stage.bot.environment['WEB_ADDRESS']}/health"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200


async def test_questions_stay_out_of_the_log(stage: Stage, chat: FakeChat, ann: FakeUser):
    """Neither a question nor its answer stands in the log at INFO."""
    await stage.answer(stage.server.say(chat, ann, f"{CAT} 暗号是九头鸟"))
    assert "九头鸟" not in stage.bot.log
    assert "小猫" not in stage.bot.log


async def _ends(stage: Stage, folder: Path, **settings: str) -> str:
    """Start a second process with other settings, which must give up; returns what it said."""
    environment = {**stage.bot.environment, "WEB_ADDRESS": f"127.0.0.1:{free_port()}", **settings}
    other = BotProcess(server=stage.server, folder=folder, environment=environment)
    await other.start(ready=False)
    assert other.process is not None
    async with asyncio.timeout(40):
        assert await other.process.wait() == 1, other.log
    assert "Traceback" not in other.log, other.log
    assert len(other.log.strip().splitlines()[-1]) < 300
    return other.log


async def test_a_wrong_token_ends_the_program_in_one_line(stage: Stage, tmp_path: Path):
    """Telegram's refusal is told to the operator without the token, with exit status 1."""
    said = await _ends(stage, tmp_path, TELEGRAM_BOT_TOKEN="99:WrongTokenOfNobody", DATA_DIR=str(tmp_path))
    assert "TELEGRAM_BOT_TOKEN" in said
    assert "WrongTokenOfNobody" not in said


async def test_a_second_bot_on_the_same_data_ends(stage: Stage, tmp_path: Path, chat: FakeChat, ann: FakeUser):
    """Two processes never share a record of questions: the second says so and ends, the first goes on."""
    assert await _ends(stage, tmp_path)
    assert await stage.answer(stage.server.say(chat, ann, CAT))


async def test_a_restart_answers_nothing_twice(stage: Stage, chat: FakeChat, ann: FakeUser):
    """After a stop and a start old questions rest, redelivered ones too, and a question asked meanwhile is answered."""
    old = stage.server.say(chat, ann, CAT)
    await stage.answer(old)
    before = {c.id: len(stage.server.from_bot(c)) for c in stage.server.world.chats.values()}
    assert await stage.bot.stop() == 0
    meanwhile = stage.server.say(chat, ann, "MLA到底省多少显存？")
    stage.server.redeliver(old.update)
    await stage.bot.start()
    await stage.answer(meanwhile)
    await stage.settled()
    assert len(stage.server.replies(old.message)) == 1
    before[chat.id] += 1
    assert {c.id: len(stage.server.from_bot(c)) for c in stage.server.world.chats.values()} == before
