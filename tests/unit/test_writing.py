"""Who is asked for an answer, in which form, and how often."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.answering.choosing import best_draft
from bot.answering.drafting import CUT_SHORT, Completion
from bot.answering.model import ChatMessage, Chunk, Inquiry, JsonForm, Usage
from bot.answering.sources import Source
from bot.answering.verification.verify import Tally, Verified
from bot.answering.writing import BROKEN, ILL_CITED, LEAST_WAIT_S, AnswerFormat, Writer, Written, is_small
from bot.errors import ModelBusy, ModelLate, ModelNonsense, ModelUnavailable, TransientError
from bot.retrieval.model import Hit
from tests.fakes.passages import make_passage

ASKED = Inquiry(text="小猫叫什么", standalone="小猫叫什么", lang="zh")
CAT = make_passage(["我家小猫的名字叫伽罗瓦。"])
HIT = Hit(passage=CAT, score=1, similarity=1, dense=1, lexical=1, coverage=1, sentence_scores=(1.0,))
SOURCES = [Source(n=1, hit=HIT)]
TEXT = "小猫叫伽罗瓦[1]。"
FORM = json.dumps({"answerable": True, "sentences": [{"sources": [1], "text": "小猫叫伽罗瓦。"}]}, ensure_ascii=False)
ILL, WELL = Tally(attributed=1), Tally(kept=1)


@dataclass
class Model:
    """Says ``text``, or ``form`` where it is asked for one; an exception is raised; of ``samples`` one a call."""

    text: str | Exception = TEXT
    form: str | Exception = FORM
    samples: list[str | Exception] = field(default_factory=list)
    asked_for_form: list[bool] = field(default_factory=list)
    temperatures: list[float] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        self.asked_for_form.append(form is not None)
        self.temperatures.append(temperature)
        said = self.samples[len(self.temperatures) - 1] if self.samples else self.form if form else self.text
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        await asyncio.sleep(0)
        self.running -= 1
        if isinstance(said, Exception):
            raise said
        yield Chunk(text=said)
        yield Chunk(model="m", usage=Usage(completion_tokens=1))


async def written(writer: Writer, drafts: list[str] | None = None) -> list[str]:
    try:
        found = await writer.write(ASKED, SOURCES, on_draft=None if drafts is None else drafts.append)
    except TransientError:
        return []
    return [each.completion.text for each in found]


async def test_auto_begins_with_text_and_takes_the_form_for_who_cites_badly() -> None:
    """Three ill-cited answers in a row, and the form is asked for from then on; a good one between forgives."""
    model = Model()
    writer = Writer([model])
    for tally in (ILL, ILL, WELL, *[ILL] * ILL_CITED, WELL):
        (answer,) = await writer.write(ASKED, SOURCES)
        writer.judge(answer, tally)
    assert model.asked_for_form == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("name", "small"),
    [
        *[("qwen2.5-coder-1.5b-instruct", True), ("qwen3:4b", True), ("smollm2:360m", True), ("gemma3n:e4b", True)],
        *[("llama3.1:8b", False), ("qwen3-30b-a3b", False), ("mixtral-8x7b", False), ("gpt-5-mini", False)],
        *[("phi4-mini", False), ("", False), ("model-2024b1", False), ("smollm-135m", True)],
        *[("qwen-turbo-1m", False), ("claude-sonnet-4-1m", False), ("llama-4-10m", False), ("x-1.5b-1m", True)],
        *[("deepseek-r1-671b", False)],
    ],
)
async def test_auto_knows_small_models_by_their_name(name: str, small: bool) -> None:
    """They are asked for the form from the first answer on."""
    assert is_small(name) is small
    model = Model()
    await written(Writer([model], names=[name]))
    assert model.asked_for_form == [small]


@pytest.mark.parametrize(("answer_format", "in_form"), [("text", False), ("schema", True)])
async def test_a_form_that_is_set_stays(answer_format: AnswerFormat, in_form: bool) -> None:
    """Neither the name nor what became of the answers changes it."""
    model = Model()
    writer = Writer([model], names=["tiny-1b"], answer_format=answer_format)
    for _ in range(ILL_CITED + 1):
        (answer,) = await writer.write(ASKED, SOURCES)
        assert (answer.completion.text, answer.in_form) == (TEXT, in_form)
        writer.judge(answer, ILL)
    assert model.asked_for_form == [in_form] * (ILL_CITED + 1)


@pytest.mark.parametrize("broken", ['{"answer": 1}', '{"sentences": [{"te', "{" * 30_000, ModelNonsense("empty")])
async def test_broken_json_never_costs_the_answer(broken: str | Exception) -> None:
    """The same model is asked for text at once; after two such answers in a row it is asked for nothing else."""
    model, drafts = Model(form=broken), list[str]()
    writer = Writer([model], answer_format="schema")
    for _ in range(BROKEN + 1):
        assert await written(writer, drafts) == [TEXT]
    assert model.asked_for_form == [True, False] * BROKEN + [False]
    assert set(drafts) == {TEXT.replace("[1]", "")}


async def test_what_is_known_of_models_holds_for_who_stands_for_them() -> None:
    """A small name, and what was learned on either side, hold for both; over no models nobody is asked."""
    small, stand_in = Model(), Model()
    writer = Writer([small], names=["tiny-1b"])
    await written(writer.over([stand_in]))
    assert stand_in.asked_for_form == [True]
    model, stand_in = Model(), Model()
    writer = Writer([model])
    (first,) = await writer.over([stand_in]).write(ASKED, SOURCES)
    for _ in range(ILL_CITED):
        writer.over([stand_in]).judge(first, ILL)
    await written(writer)
    assert (stand_in.asked_for_form, model.asked_for_form) == ([False], [True])
    assert await writer.over([]).write(ASKED, SOURCES) == ()


class Never(Model):
    """Says nothing."""

    async def stream(self, *args: Any, **named: Any) -> AsyncGenerator[Chunk, None]:
        await asyncio.sleep(60)
        yield Chunk()


class Slow(Model):
    """Runs out of time in its second sentence."""

    async def stream(self, *args: Any, **named: Any) -> AsyncGenerator[Chunk, None]:
        in_form = FORM.removesuffix("]}") + ', {"sources": [1], "te'
        yield Chunk(text=in_form if named["form"] else f"{TEXT}它的父")
        raise ModelUnavailable("timed out")


@pytest.mark.parametrize("answer_format", ["schema", "text"])
async def test_a_slow_model_is_heard_as_far_as_it_came(answer_format: AnswerFormat) -> None:
    """The sentences that are whole are an answer, with a sign that there was more."""
    (heard,) = await Writer([Slow()], answer_format=answer_format).write(ASKED, SOURCES)
    assert (heard.completion.text, heard.completion.broken_off) == (f"{TEXT}{CUT_SHORT}", True)


async def test_the_next_model_may_say_all() -> None:
    """Half an answer is given where nobody has a whole one."""
    assert await written(Writer([Slow(), Model(text="小猫叫伽罗瓦，三岁[1]。")])) == ["小猫叫伽罗瓦，三岁[1]。"]
    assert await written(Writer([Slow(), Model(text=ModelBusy("429"))])) == [f"{TEXT}{CUT_SHORT}"]


async def test_why_there_is_no_answer_is_told_of_the_first_choice() -> None:
    """That is the model that the operator wants to hear from."""
    with pytest.raises(ModelBusy):
        await Writer([Model(text=ModelBusy("429")), Model(text=ModelLate("timed out"))]).write(ASKED, SOURCES)


async def test_the_time_for_an_answer_begins_where_it_was_asked_for() -> None:
    """What came before the writing counts for the first model, and some of the time is left for what comes behind."""
    now = asyncio.get_running_loop().time()
    asked = replace(ASKED, asked_at=now - 100)
    with pytest.raises(ModelLate):
        await Writer([Model()], timeout_s=60).write(asked, SOURCES)
    (said,) = await Writer([Model(), Model()], timeout_s=60).write(asked, SOURCES)
    assert now + 60 <= said.ends < now + 70
    (said,) = await Writer([Model()], timeout_s=200).write(asked, SOURCES)
    assert said.ends == now + 100


async def test_writing_leaves_time_for_corrections() -> None:
    """A model that would write to the end of the time is stopped before."""
    began = time.monotonic()
    with pytest.raises(ModelLate):
        await Writer([Never()], timeout_s=1.0).write(ASKED, SOURCES)
    assert 0.7 < time.monotonic() - began < 1.0


async def test_drafts_are_sampled_side_by_side() -> None:
    """The first leaves nothing to chance and is shown while it grows; the others are not."""
    model, drafts = Model(samples=["甲[1]。", "乙[1]。", "丙[1]。"]), list[str]()
    assert await written(Writer([model], drafts=3), drafts) == ["甲[1]。", "乙[1]。", "丙[1]。"]
    assert model.temperatures[0] == 0 < model.temperatures[1] == model.temperatures[2]
    assert model.most_running == 3
    assert set(drafts) == {"甲。"}


async def test_a_draft_that_fails_sinks_no_other() -> None:
    """As long as one came, no other model is asked."""
    failing, second = Model(samples=[ModelUnavailable("429"), "乙[1]。", "  "]), Model()
    assert await written(Writer([failing, second], drafts=3)) == ["乙[1]。"]
    assert second.temperatures == []


async def test_the_next_model_is_asked_where_no_draft_came(caplog: pytest.LogCaptureFixture) -> None:
    """Why is logged; without any model left there is nothing."""
    failing = Model(text=ModelUnavailable("timed out"))
    with caplog.at_level(logging.WARNING):
        assert await written(Writer([failing, Model()], drafts=2)) == [TEXT] * 2
        assert await written(Writer([failing], drafts=2)) == []
    assert "model 1 of 2 failed: ModelUnavailable: timed out" in caplog.text


@pytest.mark.parametrize("failure", [ModelUnavailable("500"), ModelUnavailable("timed out"), ModelNonsense("stream")])
async def test_a_server_that_fails_on_the_form_is_asked_for_text(failure: Exception) -> None:
    """In the same question, whatever the failure; after two such questions in a row it is asked for nothing else."""
    model = Model(form=failure)
    writer = Writer([model], answer_format="schema", drafts=3)
    for _ in range(BROKEN + 1):
        assert await written(writer) == [TEXT] * 3
    assert model.asked_for_form.count(True) == 3 * BROKEN
    assert model.asked_for_form[-3:] == [False] * 3


async def test_a_server_that_is_down_says_nothing_of_the_form() -> None:
    """Where text fails, too, the form is asked for again as soon as there is an answer."""
    model = Model(form=ModelUnavailable("500"), text=ModelUnavailable("500"))
    writer = Writer([model], answer_format="schema")
    for _ in range(BROKEN + 1):
        assert await written(writer) == []
    model.form = FORM
    assert await written(writer) == [TEXT]
    assert model.asked_for_form[-1]


class Hanging(Model):
    """Says nothing where it is asked for the form, or for every answer but ``answered``; text comes at once."""

    answered: int = 0

    async def stream(self, *args: Any, **named: Any) -> AsyncGenerator[Chunk, None]:
        is_late = len(self.asked_for_form) >= self.answered > 0
        async with aclosing(super().stream(*args, **named)) as chunks:
            async for chunk in chunks:
                if is_late or named["form"]:
                    await asyncio.sleep(60)
                yield chunk


async def test_a_hanging_form_leaves_time_for_text() -> None:
    """Half of the time for an answer has to bring the first word of it."""
    model, began = Hanging(), time.monotonic()
    assert await written(Writer([model], answer_format="schema", timeout_s=0.4)) == [TEXT]
    assert time.monotonic() - began < 2
    assert model.asked_for_form == [True, False]


async def test_a_draft_that_hangs_holds_up_no_other() -> None:
    """Once one is there, the others get a little while longer, and are left."""
    model, began = Hanging(), time.monotonic()
    model.answered = 2
    assert await written(Writer([model], drafts=4)) == [TEXT] * 2
    assert LEAST_WAIT_S <= time.monotonic() - began < LEAST_WAIT_S + 2


async def test_a_writer_may_stand_in_with_other_drafts() -> None:
    """A report asks for one, however many an ordinary answer gets."""
    model = Model()
    assert await written(Writer([Model()], drafts=4).over([model], drafts=1)) == [TEXT]
    assert model.temperatures == [0.0]


def draft(text: str, *, insufficient: bool = False) -> Written:
    return Written(completion=Completion(text=text, insufficient=insufficient, model="m", usage=Usage()), model=Model())


VERIFIED = {
    "short": Verified(text="", tally=Tally(kept=1), supported=("小猫叫伽罗瓦",)),
    "long": Verified(text="", tally=Tally(kept=2), supported=("小猫叫伽罗瓦", "它今年三岁了，很爱睡觉")),
    "faulty": Verified(text="", tally=Tally(kept=3, dropped=1), supported=("小猫叫伽罗瓦", "三岁", "很爱睡觉的毛很长")),
    "worse": Verified(text="", tally=Tally(kept=1, dropped=2), supported=("小猫",)),
    "empty": Verified(text="", tally=Tally(idle=1)),
}


@pytest.mark.parametrize(
    ("drafts", "best"),
    [
        (["short", "long", "faulty"], "long"),
        (["faulty", "short"], "short"),
        (["worse", "faulty"], "faulty"),
        (["empty", "worse"], "worse"),
        (["short", "short"], "short"),
        (["-", "short", "long"], "long"),
        (["short", "-"], "-"),
        (["-", "-", "long"], "-"),
        (["-"], "-"),
    ],
)
async def test_the_draft_is_given_whose_checks_pass_with_the_most_content(drafts: list[str], best: str) -> None:
    """Where half of them or more say that the passages don't answer (``-``), that is what is given."""
    verified: list[str] = []

    async def verify(answer: Written) -> Verified:
        verified.append(answer.completion.text)
        return VERIFIED[answer.completion.text]

    written = [draft(text, insufficient=text == "-") for text in drafts]
    chosen = await best_draft(written, verify)
    assert chosen.completion.text == best
    assert chosen is written[drafts.index(best)]
    assert "-" not in verified
