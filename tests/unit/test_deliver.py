"""The way of one letter, with steps in memory."""

import asyncio
import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.model import Answer, Status
from bot.answering.phrases import phrases
from bot.conversation.model import ConversationKey
from bot.delivery.deliver import ANSWERS_AT_ONCE, Delivery, Patience
from bot.delivery.model import Letter
from bot.errors import TransientError
from tests.fakes.courier import FileCourier
from tests.fakes.steps import Crashed, MemorySteps

SHORT = Patience(first_wait_s=0.001, longest_wait_s=0.004, courier_s=0.02, answer_s=0.5, draft_s=0.5)
SECRET = "什么是不能写进日志的问题"


def make_letter(*, lang="zh", text=SECRET):
    key = ConversationKey(channel="test", chat=1, topic=0, asker=1)
    return Letter(id="q1", conversation=key, message_id=1, text=text, lang=lang)


class Answering:
    """An answer function that counts its calls."""

    def __init__(self, text="二\n\n三", *, drafts=(), raises=None, takes_s=0.0):
        self.calls = 0
        self._text, self._drafts, self._raises, self._takes_s = text, drafts, raises, takes_s

    async def __call__(self, letter, on_draft):
        self.calls += 1
        for draft in self._drafts:
            on_draft(draft)
            await asyncio.sleep(0.01)
        await asyncio.sleep(self._takes_s)
        if self._raises is not None:
            raise self._raises
        return Answer(status=Status.ANSWERED, text=self._text, lang=letter.lang)


def failing(call, times, error):
    """Make a hook that raises at the first reaches of a call."""

    def hook(reached, letter_id, n):
        if reached == call and n <= times:
            raise error

    return hook


@pytest.fixture
def chat(tmp_path):
    return tmp_path / "chat.jsonl"


async def deliver(courier, answer, *, steps=None, letter=None, patience=SHORT):
    await Delivery(answer, courier, patience=patience).deliver(letter or make_letter(), steps or MemorySteps())
    return [message.text for message in courier.log.shown()]


async def test_each_message_of_an_answer_is_noted(chat):
    """So that a reply to any of them is known to be one; a note that fails costs nothing else."""
    noted = []

    async def note(letter, message_id):
        noted.append((letter.id, message_id))
        raise OSError("disk full")

    delivery = Delivery(Answering(), FileCourier(chat), patience=SHORT, note_shown=note)
    await delivery.deliver(make_letter(), MemorySteps())
    shown = [message.message_id for message in FileCourier(chat).log.shown()]
    assert noted == [(make_letter().id, message_id) for message_id in shown]
    assert len(noted) == 2


async def test_no_message_of_a_chat_that_is_gone_is_noted(chat):
    """There is none that anybody could reply to."""
    noted = []

    async def note(letter, message_id):
        noted.append(message_id)

    courier = FileCourier(chat, gone=True)
    await Delivery(Answering(), courier, patience=SHORT, note_shown=note).deliver(make_letter(), MemorySteps())
    assert noted == []


async def test_each_message_of_an_answer_takes_a_place_of_its_own(chat):
    """The first message replaces the placeholder, each further one a placeholder that follows it."""
    steps = MemorySteps()
    assert await deliver(FileCourier(chat), Answering(), steps=steps) == ["二", "三"]
    assert steps.ran == ["open", "answer", "compose", "write 1", "open 2", "write 2"]


@pytest.mark.parametrize("step", ["open", "answer", "compose", "write 1", "open 2", "write 2"])
async def test_a_crash_repeats_one_step(chat, step):
    """What was recorded before a crash is never done again, and the answer is there once."""
    courier, answer = FileCourier(chat), Answering()
    steps = MemorySteps(crash_after=step)
    with pytest.raises(Crashed):
        await deliver(courier, answer, steps=steps)
    after = MemorySteps(steps.recorded)
    await deliver(courier, answer, steps=after)
    assert after.ran[0] == step
    assert courier.log.answers("q1") == ["二", "三"]
    assert answer.calls == (2 if step == "answer" else 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("error", [ValueError("boom"), TransientError("down"), asyncio.CancelledError()])
async def test_a_failed_answer_is_an_apology(chat, lang, error):
    """Whatever the answer function raises, the asker reads a kind sentence in their language."""
    texts = await deliver(FileCourier(chat), Answering(raises=error), letter=make_letter(lang=lang))
    assert texts == [phrases(lang).failed]


async def test_an_answer_that_takes_too_long_is_an_apology(chat):
    """An answer function that hangs does not hold up the conversation for ever."""
    patience = Patience(answer_s=0.05)
    assert await deliver(FileCourier(chat), Answering(takes_s=10), patience=patience) == [phrases("zh").failed]


async def test_answers_are_made_a_few_at_a_time_and_none_is_late_for_waiting(chat):
    """Those beyond the limit wait for a place, and that is not counted as the time to make an answer."""
    courier, answer = FileCourier(chat), Answering(takes_s=0.5)
    delivery = Delivery(answer, courier, patience=Patience(answer_s=1.2))
    letters = [replace(make_letter(), id=f"q{number}") for number in range(2 * ANSWERS_AT_ONCE + 1)]
    async with asyncio.TaskGroup() as tasks:
        for letter in letters:
            tasks.create_task(delivery.deliver(letter, MemorySteps()))
        await asyncio.sleep(0.15)
        assert answer.calls == ANSWERS_AT_ONCE
    assert all(courier.log.answers(letter.id) == ["二", "三"] for letter in letters)


async def test_a_stop_is_no_failure(chat):
    """Cancelled from outside, the answer is not recorded as failed, so the next start makes it."""
    courier, steps = FileCourier(chat), MemorySteps()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(deliver(courier, Answering(takes_s=10), steps=steps))
        while "answer" not in steps.ran:
            await asyncio.sleep(0.001)
        task.cancel()
    assert list(steps.recorded) == ["open"]


@pytest.mark.parametrize("error", [TransientError("no network"), ConnectionResetError(), TimeoutError()])
@pytest.mark.parametrize("call", ["before open", "before open_more", "before write"])
async def test_a_courier_that_fails_for_a_while_is_asked_again(chat, call, error):
    """Failures that may pass are waited out."""
    courier = FileCourier(chat, hook=failing(call, 3, error))
    assert await deliver(courier, Answering()) == ["二", "三"]


async def test_a_courier_that_fails_for_too_long_is_given_up(chat, caplog):
    """Past the patience the answer is dropped, and the log says which."""
    courier = FileCourier(chat, hook=failing("before write", 99, TransientError("no network")))
    assert await deliver(courier, Answering("二")) == ["…"]
    assert "q1" in caplog.messages[-1]
    assert caplog.records[-1].levelno == logging.ERROR


async def test_a_refused_message_becomes_an_apology(chat):
    """Where the chat refuses a message for good, the asker reads an apology and not a placeholder for ever."""
    courier = FileCourier(chat, hook=failing("before write", 1, ValueError("bad entity")))
    assert await deliver(courier, Answering("二")) == [phrases("zh").failed]


async def test_a_chat_that_refuses_everything_is_left_alone(chat, caplog):
    """Where even the apology is refused the letter ends, with a line in the log."""
    courier = FileCourier(chat, hook=failing("before write", 99, ValueError("bad")))
    assert await deliver(courier, Answering("二")) == ["…"]
    assert "refused as well" in caplog.messages[-1]


async def test_a_placeholder_that_is_refused_ends_the_letter(chat, caplog):
    """Without a placeholder no answer is made, for nobody could read it."""
    answer = Answering()
    assert await deliver(FileCourier(chat, hook=failing("before open", 99, ValueError("bad"))), answer) == []
    assert answer.calls == 0
    assert "q1" in caplog.messages[-1]


async def test_nothing_is_made_for_a_chat_that_is_gone(chat):
    """A chat that no longer exists costs no model call."""
    answer = Answering()
    assert await deliver(FileCourier(chat, gone=True), answer) == []
    assert answer.calls == 0


async def test_a_chat_that_goes_in_the_middle_ends_the_letter(chat):
    """Where the second message cannot be opened the first one stays and nothing fails."""
    courier = FileCourier(chat, hook=failing("before open_more", 99, ValueError("kicked")))
    assert await deliver(courier, Answering()) == ["二"]


@pytest.mark.parametrize("times", [1, 2])
async def test_an_answer_that_cannot_be_composed(chat, times):
    """A bug in composing costs the answer, not the conversation: an apology where that can be composed."""
    courier = FileCourier(chat, hook=failing("compose", times, KeyError("bug")))
    assert await deliver(courier, Answering("二")) == [phrases("zh").failed if times == 1 else "…"]


async def test_an_answer_of_another_version_is_an_apology(chat):
    """A recorded answer that this version cannot read does not stop the letter for ever."""
    steps = MemorySteps({"open": "1", "answer": '"{\\"from\\": \\"the future\\"}"'})
    courier = FileCourier(chat)
    courier.log.append(kind="open", message_id=1, letter="q1", text="…")
    assert await deliver(courier, Answering(), steps=steps) == [phrases("zh").failed]


async def test_drafts_show_before_the_answer_and_never_after(chat):
    """The growing answer is shown in the placeholder while it is made."""
    courier = FileCourier(chat)
    assert await deliver(courier, Answering("三", drafts=["一", "一二"])) == ["三"]
    kinds = [event["kind"] for event in courier.log.events()]
    assert kinds == ["open", "draft", "draft", "write"]


async def test_a_draft_that_fails_costs_nothing_else(chat):
    """A draft that cannot be shown is lost; later ones and the answer are not."""
    courier = FileCourier(chat, hook=failing("draft", 1, ValueError("bad")))
    assert await deliver(courier, Answering("三", drafts=["一", "一二"])) == ["三"]
    assert [event["text"] for event in courier.log.events("draft")] == ["一二"]


async def test_a_slow_draft_is_waited_for(chat):
    """A draft under way when the answer is there lands before the answer, not over it."""
    courier = FileCourier(chat, pause_s=0.05)
    assert await deliver(courier, Answering("三", drafts=["一"])) == ["三"]
    assert [event["kind"] for event in courier.log.events()] == ["open", "draft", "write"]


async def test_a_draft_that_hangs_does_not_hold_up_the_answer(chat):
    """The wait for a draft is bounded."""
    courier = FileCourier(chat)
    slow = Slow(chat)
    patience = Patience(draft_s=0.05)
    await deliver(slow, Answering("三", drafts=["一"]), patience=patience)
    assert courier.log.answers("q1") == ["三"]


class Slow(FileCourier):
    """A courier whose drafts hang."""

    async def draft(self, letter, message_id, text):
        await asyncio.sleep(30)


@pytest.mark.parametrize("call", ["before open", "before write", "compose", "draft"])
async def test_questions_stay_out_of_the_log(chat, caplog, call):
    """Whatever fails, no line of the log holds what was asked."""
    caplog.set_level(logging.DEBUG)
    for error in (ValueError("bug"), TransientError("down")):
        await deliver(FileCourier(chat, hook=failing(call, 99, error)), Answering(raises=error, drafts=["一"]))
    assert caplog.records
    assert SECRET not in caplog.text


@given(first=st.floats(0.01, 10), longest=st.floats(0.01, 400), total=st.floats(0, 4000))
def test_waits_grow_and_end(first, longest, total):
    """Waits never shrink below the bound, never pass it, and never come to more than the patience."""
    patience = Patience(first_wait_s=first, longest_wait_s=max(first, longest), courier_s=total)
    waits = list(patience.waits_s())
    assert sum(waits) <= total + 1e-6
    assert waits == sorted(waits)
    assert all(wait <= patience.longest_wait_s for wait in waits)


def test_the_usual_patience_lasts_about_an_hour():
    """With the defaults an outage of most of an hour is waited out, in some twenty attempts."""
    waits = list(Patience().waits_s())
    assert 3000 < sum(waits) <= 3600
    assert len(waits) < 30
