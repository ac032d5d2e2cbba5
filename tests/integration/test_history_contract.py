"""What every History does; the one in memory, which other tests use, and the one that lasts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.model import Answer, Status, Turn
from bot.conversation.model import ConversationKey, History
from bot.conversation.sql_history import SqlHistory
from tests.fakes.history import MemoryHistory

KEY = ConversationKey(channel="telegram", chat=-100, topic=0, asker=7)


@pytest.fixture(params=["memory", "sqlite"])
async def history(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[History]:
    if request.param == "memory":
        yield MemoryHistory()
        return
    async with SqlHistory(f"sqlite:///{tmp_path / 'history.db'}") as history:
        yield history


def said(text: str) -> Answer:
    return Answer(status=Status.ANSWERED, text=text, lang="zh")


async def test_nothing_was_said(history: History) -> None:
    """An unknown conversation is empty, and forgetting it is no error."""
    assert list(await history.recent(KEY, limit=6)) == []
    assert await history.forget(KEY) == 0


async def test_turns_come_back_oldest_first(history: History) -> None:
    """Question and answer make two turns, in the order they were said."""
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    await history.append(KEY, question_id="b", question="二？", answer=said("2 🙂"))
    assert list(await history.recent(KEY, limit=6)) == [
        Turn(role="user", content="一？"),
        Turn(role="assistant", content="1"),
        Turn(role="user", content="二？"),
        Turn(role="assistant", content="2 🙂"),
    ]


@pytest.mark.parametrize(("limit", "contents"), [(3, ["1", "二？", "2"]), (1, ["2"]), (0, []), (-1, [])])
async def test_only_the_last_turns(history: History, limit: int, contents: list[str]) -> None:
    """The limit counts turns, from the newest back."""
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    await history.append(KEY, question_id="b", question="二？", answer=said("2"))
    assert [turn.content for turn in await history.recent(KEY, limit=limit)] == contents


async def test_a_repeated_append_counts_once(history: History) -> None:
    """A step that runs twice after a crash leaves one exchange, the first."""
    for text in ("1", "1 again"):
        await history.append(KEY, question_id="a", question="一？", answer=said(text))
    assert [turn.content for turn in await history.recent(KEY, limit=6)] == ["一？", "1"]


@pytest.mark.parametrize(
    "other",
    [
        ConversationKey(channel="terminal", chat=-100, topic=0, asker=7),
        ConversationKey(channel="telegram", chat=-101, topic=0, asker=7),
        ConversationKey(channel="telegram", chat=-100, topic=5, asker=7),
        ConversationKey(channel="telegram", chat=-100, topic=0, asker=8),
    ],
)
async def test_conversations_are_apart(history: History, other: ConversationKey) -> None:
    """Another channel, chat, topic or asker is another conversation, when read and when forgotten."""
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    assert list(await history.recent(other, limit=6)) == []
    assert await history.forget(other) == 0
    assert await history.forget(KEY) == 2
    assert list(await history.recent(KEY, limit=6)) == []


async def test_what_was_forgotten_may_be_said_again(history: History) -> None:
    """After forgetting, the conversation starts afresh."""
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    await history.forget(KEY)
    await history.append(KEY, question_id="b", question="二？", answer=said("2"))
    assert [turn.content for turn in await history.recent(KEY, limit=6)] == ["二？", "2"]


async def contents(history: History, *, apart_from: str = "", until: str = "") -> list[str]:
    return [turn.content for turn in await history.recent(KEY, limit=6, apart_from=apart_from, until=until)]


async def test_what_was_begun_before_forgetting_is_not_remembered(history: History) -> None:
    """Neither an answer under way nor, after a crash, the same one anew; what is begun afterwards is."""
    await history.begin(KEY, question_id="a")
    await history.forget(KEY)
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    await history.begin(KEY, question_id="a")
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    assert await contents(history) == []
    await history.begin(KEY, question_id="b")
    await history.append(KEY, question_id="b", question="二？", answer=said("2"))
    assert await contents(history) == ["二？", "2"]


async def test_forgetting_one_conversation_leaves_what_is_begun_in_another(history: History) -> None:
    """An answer under way is kept while somebody else forgets."""
    await history.begin(KEY, question_id="a")
    await history.begin(KEY, question_id="a")
    await history.forget(ConversationKey(channel="telegram", chat=-100, topic=0, asker=8))
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    assert await contents(history) == ["一？", "1"]


async def test_a_question_is_no_history_of_itself(history: History) -> None:
    """Its own turns are left out when asked, and the limit counts the others."""
    for name in "abcd":
        await history.append(KEY, question_id=name, question=f"{name}?", answer=said(name))
    assert await contents(history, apart_from="d") == ["a?", "a", "b?", "b", "c?", "c"]
    assert await contents(history, apart_from="b") == ["a?", "a", "c?", "c", "d?", "d"]


OTHER = ConversationKey(channel="telegram", chat=-100, topic=0, asker=8)


async def test_the_thread_of_an_answer_is_known_by_its_messages(history: History) -> None:
    """Whoever replies in that chat finds it; nobody in another chat, and not before the answer is remembered."""
    for message_id in (50, 51, 51):
        await history.note_shown(KEY, question_id="a", message_id=message_id)
    assert await history.answered_in(OTHER, message_id=50) is None
    await history.append(KEY, question_id="a", question="一？", answer=said("1"))
    for message_id in (50, 51):
        assert await history.answered_in(OTHER, message_id=message_id) == "a"
    elsewhere = ConversationKey(channel="telegram", chat=-101, topic=0, asker=7)
    assert await history.answered_in(elsewhere, message_id=50) is None
    assert await history.answered_in(OTHER, message_id=52) is None


async def test_a_message_noted_anew_shows_what_was_noted_last(history: History) -> None:
    """Another bot over the same records counts its messages from the beginning."""
    for name in "ab":
        await history.append(KEY, question_id=name, question=f"{name}?", answer=said(name))
        await history.note_shown(KEY, question_id=name, message_id=50)
    assert await history.answered_in(KEY, message_id=50) == "b"


async def test_a_thread_is_read_up_to_a_question(history: History) -> None:
    """What was said after the answer that one replies to does not count."""
    for name in "abc":
        await history.append(KEY, question_id=name, question=f"{name}?", answer=said(name))
    assert await contents(history, until="b") == ["a?", "a", "b?", "b"]
    assert await contents(history, until="b", apart_from="a") == ["b?", "b"]


async def asked_in(history: History, key: ConversationKey, *, limit: int = 20, until: str = "") -> list[str]:
    turns = await history.recent(key, limit=limit, until=until)
    return [turn.content for turn in turns if turn.role == "user"]


async def test_a_reply_is_a_turn_of_the_one_who_replies(history: History) -> None:
    """Before it comes the thread of the answer that it continues; who was answered goes on as if it were not there."""
    for name in "ab":
        await history.append(KEY, question_id=name, question=f"{name}?", answer=said(name))
    await history.append(OTHER, question_id="x", question="x?", answer=said("x"))
    await history.append(OTHER, question_id="y", question="y?", answer=said("y"), continues="a")
    await history.append(OTHER, question_id="z", question="z?", answer=said("z"))
    await history.append(KEY, question_id="c", question="c?", answer=said("c"))
    assert await asked_in(history, OTHER) == ["a?", "y?", "z?"]
    assert await asked_in(history, OTHER, limit=4) == ["y?", "z?"]
    assert await asked_in(history, KEY) == ["a?", "b?", "c?"]
    assert await asked_in(history, KEY, until="y") == ["a?", "y?"]
    assert await history.asked(OTHER, limit=9) == ("x?", "y?", "z?")
    assert await history.asked(OTHER, limit=2, apart_from="z") == ("x?", "y?")
    assert await history.asked(OTHER, limit=0) == ()


async def test_what_is_forgotten_is_continued_by_nobody(history: History) -> None:
    """The one who replied keeps their own turn, and nothing of the other's; and the other way round."""
    await history.append(KEY, question_id="a", question="a?", answer=said("a"))
    await history.append(OTHER, question_id="y", question="y?", answer=said("y"), continues="a")
    await history.note_shown(KEY, question_id="a", message_id=60)
    assert await history.forget(KEY) == 2
    assert await asked_in(history, OTHER) == ["y?"]
    assert await history.answered_in(OTHER, message_id=60) is None
    await history.append(KEY, question_id="b", question="b?", answer=said("b"), continues="y")
    assert await history.forget(OTHER) == 2
    assert await asked_in(history, KEY) == ["b?"]
