import asyncio
from collections.abc import Sequence

import pytest

from bot.answering.asker_language import AskerLanguage
from bot.answering.model import Answer, DraftListener, Inquiry, Status, Turn
from bot.answering.phrases import phrases
from bot.conversation.conversations import HISTORY_TURNS, Conversations
from bot.conversation.follow_up import FollowUps
from bot.conversation.model import ConversationKey, Reply
from bot.errors import TransientError
from tests.fakes.history import MemoryHistory
from tests.fakes.said import SAID, WITH_WHAT_WAS_SAID, turns

KEY = ConversationKey(channel="telegram", chat=1, topic=0, asker=2)


class EchoAnswerer:
    """Answers with ``text``, or else with the question; remembers what it was asked."""

    def __init__(self) -> None:
        self.text = ""
        self.inquiries: list[Inquiry] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def answer(self, inquiry: Inquiry, *, on_draft: DraftListener | None = None) -> Answer:
        self.inquiries.append(inquiry)
        await self.may_answer.wait()
        if on_draft is not None:
            on_draft(self.text or "draft")
        return Answer(status=Status.ANSWERED, text=self.text or f"re: {inquiry.text}", lang=inquiry.lang)


class LostHistory(MemoryHistory):
    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        raise TransientError("database gone")

    async def append(
        self, key: ConversationKey, *, question_id: str, question: str, answer: Answer, continues: str = ""
    ) -> None:
        raise TransientError("disk full")

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        raise TransientError("disk full")

    async def answered_in(self, key: ConversationKey, *, message_id: int) -> str | None:
        raise TransientError("database gone")


def conversing(history: MemoryHistory | None = None) -> tuple[Conversations, EchoAnswerer]:
    answerer = EchoAnswerer()
    return Conversations(history or MemoryHistory(), FollowUps(), answerer), answerer


async def test_a_question_is_remembered_with_its_answer() -> None:
    """The next question of the same conversation comes with both, and hangs on the first."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(KEY, question_id="b", text="它几岁了？")
    inquiry = answerer.inquiries[1]
    assert [turn.content for turn in inquiry.history] == ["谁的小猫叫伽罗瓦", "re: 谁的小猫叫伽罗瓦"]
    assert (inquiry.text, inquiry.standalone) == ("它几岁了？", "谁的小猫叫伽罗瓦 re: 谁的小猫叫伽罗瓦 它几岁了？")


async def test_askers_and_topics_are_apart() -> None:
    """Nobody's question hangs on another's."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(
        ConversationKey(channel="telegram", chat=1, topic=0, asker=3), question_id="b", text="它呢？"
    )
    assert answerer.inquiries[1].standalone == "它呢？"


async def test_only_so_much_is_recalled() -> None:
    """The prompt stays bounded however long people talk."""
    conversations, answerer = conversing()
    for n in range(HISTORY_TURNS):
        await conversations.ask(KEY, question_id=f"q{n}", text=f"台积电的第{n}座工厂在哪里建成")
    assert len(answerer.inquiries[-1].history) == HISTORY_TURNS


async def test_a_subject_of_long_ago_is_come_back_to() -> None:
    """Though a model is told the last six questions only."""
    conversations, answerer = conversing()
    for n in range(HISTORY_TURNS):
        await conversations.ask(
            KEY, question_id=f"q{n}", text=f"台积电的第{n}座工厂在哪里建成" if n else "小猫叫什么名字"
        )
    await conversations.ask(KEY, question_id="back", text="回到第一个问题")
    assert answerer.inquiries[-1].standalone == "小猫叫什么名字"


async def test_courtesies_take_no_place_in_the_history() -> None:
    """Of a history that is brought along, too."""
    conversations, answerer = conversing()
    await conversations.answer("它几岁了？", [*turns("谁的小猫叫伽罗瓦"), *turns(*["谢谢"] * HISTORY_TURNS)])
    assert [turn.content for turn in answerer.inquiries[-1].history] == ["谁的小猫叫伽罗瓦", "嗯"]


async def test_forgetting() -> None:
    """After it nothing is recalled; the number of turns is told."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    assert await conversations.forget(KEY) == 2
    assert await conversations.forget(KEY) == 0
    await conversations.ask(KEY, question_id="b", text="它几岁了？")
    assert answerer.inquiries[-1].standalone == "它几岁了？"


async def test_an_answer_under_way_is_forgotten_too() -> None:
    """Whoever forgets while the bot still writes does not find that answer in the next question's history."""
    conversations, answerer = conversing()
    answerer.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        slow = tasks.create_task(conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦"))
        while not answerer.inquiries:
            await asyncio.sleep(0)
        await conversations.forget(KEY)
        answerer.may_answer.set()
    assert slow.result().text == "re: 谁的小猫叫伽罗瓦"
    await conversations.ask(KEY, question_id="b", text="它几岁了？")
    assert (answerer.inquiries[-1].history, answerer.inquiries[-1].standalone) == ([], "它几岁了？")


async def test_a_question_answered_again_is_no_follow_up_to_itself() -> None:
    """After a crash between memory and delivery, the second answer is made from what the first was made from."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    for _ in range(2):
        await conversations.ask(KEY, question_id="b", text="它几岁了？")
    assert answerer.inquiries[2] == answerer.inquiries[1]


async def test_the_message_replied_to_is_part_of_the_question() -> None:
    """It goes into the search and to the model, and comes before older turns."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(KEY, question_id="b", text="真的吗？", context="MLA 能省九成\n显存")
    inquiry = answerer.inquiries[1]
    assert (inquiry.standalone, inquiry.context) == ("真的吗？ MLA 能省九成 显存", "MLA 能省九成\n显存")


async def test_a_reply_to_what_says_nothing_hangs_on_the_conversation() -> None:
    """A reply to “the essays don't say” is a follow-up to the question before it."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(
        KEY, question_id="b", text="为什么？", context=f"{phrases('zh').declined}\n\n相近的文章有：…"
    )
    assert answerer.inquiries[1].standalone.startswith("谁的小猫叫伽罗瓦")
    assert "相近的文章" not in answerer.inquiries[1].standalone


async def test_answering_without_memory() -> None:
    """``answer`` takes the history it is given and remembers nothing."""
    history = MemoryHistory()
    conversations, answerer = conversing(history)
    drafts: list[str] = []
    answer = await conversations.answer("第二个呢", SAID, on_draft=drafts.append)
    assert answer.text == "re: 第二个呢"
    assert answerer.inquiries[0].standalone == WITH_WHAT_WAS_SAID
    assert drafts == ["draft"]
    assert list(await history.recent(KEY, limit=9)) == []


@pytest.mark.parametrize(
    ("text", "said", "lang"),
    [
        ("翻译成英文", SAID, "en"),
        ("In Chinese please", SAID, "zh"),
        ("谁的猫？", [], "zh"),
        ("Whose cat?", SAID, "en"),
        ("🙂", SAID, "zh"),
        ("?!", [], "en"),
        ("H20?", SAID, "en"),
    ],
)
async def test_the_answer_is_in_the_askers_language(text: str, said: list[Turn], lang: str) -> None:
    """A message without letters takes the language of what was said before."""
    conversations, answerer = conversing()
    await conversations.answer(text, said)
    assert answerer.inquiries[0].lang == lang


@pytest.mark.parametrize(
    ("text", "said", "known", "lang"),
    [
        ("誰的小貓叫伽羅瓦", [], "zh", "zh-Hant"),
        ("成本呢", ["誰的小貓叫伽羅瓦"], "zh", "zh-Hant"),
        ("成本呢", ["誰的小貓叫伽羅瓦", "Whose cat?"], None, "zh-Hant"),
        ("成本呢", ["谁的小猫叫伽罗瓦"], "zh-Hant", "zh"),
        ("成本呢", [], "zh-Hant", "zh-Hant"),
        ("🙂", ["誰的小貓叫伽羅瓦"], None, "zh-Hant"),
    ],
)
async def test_the_askers_script_is_kept(text: str, said: list[str], known: AskerLanguage | None, lang: str) -> None:
    """The question tells it, else what was asked before, else the app."""
    conversations, answerer = conversing()
    await conversations.answer(text, turns(*said), lang=known)
    assert answerer.inquiries[0].lang == lang


async def test_a_models_answer_and_its_drafts_are_in_the_askers_script() -> None:
    """A model that answers in Simplified is read in Traditional, but for what it quotes."""
    conversations, answerer = conversing()
    drafts: list[str] = []
    answerer.text = "作者说“这个”很难[1]"
    answer = await conversations.answer("誰的小貓叫伽羅瓦", [], on_draft=drafts.append)
    assert answer.text == "作者說“这个”很難[1]"
    assert drafts == ["作者說“这个”很難[1]"]
    assert (await conversations.answer("谁的小猫叫伽罗瓦", [])).text == answerer.text


async def test_a_model_that_writes_traditional_is_read_in_simplified() -> None:
    """By whoever asks in Simplified; quotes stay as they stand."""
    conversations, answerer = conversing()
    drafts: list[str] = []
    answerer.text = "作者說「這個」很難，記憶體也貴[1]"
    answer = await conversations.answer("谁的小猫叫伽罗瓦", [], on_draft=drafts.append)
    assert answer.text == "作者说「這個」很难，内存也贵[1]"
    assert drafts == [answer.text]


async def test_a_message_without_words_takes_the_language_that_the_channel_knows() -> None:
    """The app's language counts only where nothing was said in any."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="🙂", lang="zh")
    await conversations.ask(KEY, question_id="b", text="Whose cat?", lang="zh")
    assert [inquiry.lang for inquiry in answerer.inquiries] == ["zh", "en"]


async def test_a_lost_history_costs_the_memory_not_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    """The asker is answered, the operator told."""
    conversations, _ = conversing(LostHistory())
    answer = await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    assert answer.status is Status.ANSWERED
    assert "could not be read" in caplog.text
    assert "could not be written" in caplog.text
    assert "伽罗瓦" not in caplog.text


async def test_an_emoji_is_not_remembered() -> None:
    """What asks nothing is no turn to hang a question on."""
    history = MemoryHistory()
    conversations, _ = conversing(history)
    await conversations.ask(KEY, question_id="a", text="🙂")
    assert list(await history.recent(KEY, limit=9)) == []


@pytest.mark.parametrize("text", ["谢谢", "hello", "a"])
async def test_courtesies_and_crumbs_are_neither_rewritten_nor_remembered(text: str) -> None:
    """They take nothing from what was said before, and the next question hangs on what was asked before them."""
    conversations, answerer = conversing()
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(KEY, question_id="b", text=text)
    await conversations.ask(KEY, question_id="c", text="它几岁了？")
    assert answerer.inquiries[1].standalone == text
    assert len(answerer.inquiries[2].history) == 2


OTHER = ConversationKey(channel="telegram", chat=1, topic=0, asker=3)


async def test_a_reply_to_an_answer_continues_its_thread_whoever_replies() -> None:
    """The history is that of the one who was answered, up to that answer; the turn is that of the one who replies."""
    conversations, answerer = conversing()
    await conversations.note_shown(KEY, question_id="a", message_id=70)
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(KEY, question_id="b", text="台积电的创始人是谁")
    await conversations.ask(OTHER, question_id="c", text="MLA到底省多少显存")
    reply = Reply(message_id=70)
    await conversations.ask(OTHER, question_id="d", text="它几岁了？", context="re: 谁的小猫叫伽罗瓦 出处", reply=reply)
    continued = answerer.inquiries[-1]
    assert [turn.content for turn in continued.history] == ["谁的小猫叫伽罗瓦", "re: 谁的小猫叫伽罗瓦"]
    assert continued.standalone == "谁的小猫叫伽罗瓦 re: 谁的小猫叫伽罗瓦 它几岁了？"
    assert continued.context == ""
    await conversations.ask(OTHER, question_id="e", text="为什么？")
    asked = [turn.content for turn in answerer.inquiries[-1].history if turn.role == "user"]
    assert asked == ["谁的小猫叫伽罗瓦", "它几岁了？"]


async def test_a_reply_of_another_leaves_the_thread_of_the_one_who_asked() -> None:
    """Neither its subject nor its script gets there, and the one who replies keeps their own script."""
    conversations, answerer = conversing()
    await conversations.note_shown(KEY, question_id="a", message_id=70)
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(OTHER, question_id="b", text="MLA為什麼難", reply=Reply(message_id=70))
    await conversations.ask(KEY, question_id="c", text="那它呢", lang="zh")
    assert [turn.content for turn in answerer.inquiries[-1].history] == ["谁的小猫叫伽罗瓦", "re: 谁的小猫叫伽罗瓦"]
    assert answerer.inquiries[-1].lang == "zh"
    third = ConversationKey(channel="telegram", chat=1, topic=0, asker=4)
    await conversations.ask(third, question_id="d", text="成本呢", reply=Reply(message_id=70), lang="zh-Hant")
    assert answerer.inquiries[-1].lang == "zh-Hant"


async def test_this_in_a_reply_means_the_answer() -> None:
    """Even where the same words would stand on their own elsewhere."""
    conversations, answerer = conversing()
    await conversations.note_shown(KEY, question_id="a", message_id=70)
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    await conversations.ask(OTHER, question_id="b", text="请问这个说法有道理吗", reply=Reply(message_id=70))
    assert answerer.inquiries[-1].standalone.startswith("谁的小猫叫伽罗瓦")


async def test_a_quoted_part_of_an_answer_is_what_the_reply_means() -> None:
    """Rather than the whole answer; the thread is continued all the same."""
    conversations, answerer = conversing()
    await conversations.note_shown(KEY, question_id="a", message_id=70)
    await conversations.ask(KEY, question_id="a", text="谁的小猫叫伽罗瓦")
    reply = Reply(message_id=70, quotes=True)
    await conversations.ask(OTHER, question_id="b", text="这是什么意思", context="代数研究", reply=reply)
    assert answerer.inquiries[-1].standalone == "这是什么意思 代数研究"
    assert len(answerer.inquiries[-1].history) == 2


async def test_a_reply_to_what_is_not_remembered_means_the_message() -> None:
    """Forgotten or never stored: what it says is all there is, and the asker's own thread goes on."""
    conversations, answerer = conversing()
    await conversations.ask(OTHER, question_id="a", text="它呢？", context="MLA 能省显存", reply=Reply(message_id=70))
    assert answerer.inquiries[-1].standalone == "它呢？ MLA 能省显存"
    broken, answerer = conversing(LostHistory())
    await broken.note_shown(OTHER, question_id="a", message_id=70)
    await broken.ask(OTHER, question_id="a", text="它呢？", context="MLA 能省显存", reply=Reply(message_id=70))
    assert answerer.inquiries[-1].standalone == "它呢？ MLA 能省显存"


async def test_courtesy_before_a_follow_up_is_stored_but_not_searched() -> None:
    """What was asked stays as it was written."""
    history = MemoryHistory()
    conversations, answerer = conversing(history)
    await conversations.ask(KEY, question_id="a", text="What is MLA?")
    await conversations.ask(KEY, question_id="b", text="Thanks, and what about RoPE?")
    assert answerer.inquiries[1].standalone == "What is MLA? and what about RoPE?"
    assert answerer.inquiries[1].text == "Thanks, and what about RoPE?"
    assert (await history.recent(KEY, limit=2))[0].content == "Thanks, and what about RoPE?"


async def test_what_is_asked_in_depth_is_answered_so_and_remembered() -> None:
    """The report is made of the question as it stands on its own, and a follow-up hangs on what it says."""
    plain, deep = EchoAnswerer(), EchoAnswerer()
    deep.text = "**要点**\n\n- 他说了两个坏。第一个是抬高了招人门槛[1]。"
    talk = Conversations(MemoryHistory(), FollowUps(), plain, deep)
    drafts: list[str] = []
    await talk.ask(KEY, question_id="1", text=SAID[0].content, deep=True, on_draft=drafts.append)
    await talk.ask(KEY, question_id="2", text="第二个呢")
    assert [inquiry.text for inquiry in deep.inquiries] == [SAID[0].content]
    assert drafts == [deep.text]
    (followed,) = plain.inquiries
    assert followed.standalone == WITH_WHAT_WAS_SAID
    assert followed.history[-1].content == deep.text


async def test_without_a_deep_answerer_depth_is_an_ordinary_answer() -> None:
    """Whoever builds conversations without one still gets answers."""
    talk, answerer = conversing()
    await talk.answer("离职那位说迪普希克很坏，坏在哪", (), deep=True)
    assert len(answerer.inquiries) == 1


async def test_the_time_for_an_answer_begins_before_the_question_is_understood() -> None:
    """A model that is slow to rewrite a follow-up has that much less time for the answer."""

    class SlowFollowUps(FollowUps):
        async def standalone(self, question: str, history: Sequence[Turn], *, replies: bool = False) -> str:
            await asyncio.sleep(0.05)
            return question

    answerer, now = EchoAnswerer(), asyncio.get_running_loop().time()
    await Conversations(MemoryHistory(), SlowFollowUps(), answerer).ask(KEY, question_id="a", text="它几岁了？")
    asked_at = answerer.inquiries[0].asked_at
    assert asked_at is not None
    assert now <= asked_at < asyncio.get_running_loop().time() - 0.04
