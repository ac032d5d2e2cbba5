"""Quotes in another language than the asker's, translated by a model behind real HTTP, and what holds it to account."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.answering.answer import Answerer
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.planned_search import PlannedSearch
from bot.channels.telegram.render import render_answer
from bot.channels.terminal.render import render
from tests.fakes.openai_server import FakeOpenAI, Step, fail, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

COST = make_passage(
    ["用1024张A100烧一个月，就能炼出一个GPT3。", "算下来是44W美元一个GPT3，童叟无欺。"],
    essay=make_essay("炼丹的成本", file="004.txt", lang="zh"),
)
SCALE = make_passage(
    ["Nobody trained GPT3 on fewer than 300 machines.", "Weeks of it."], essay=make_essay("Scale", file="s.md")
)
QUESTION = "What did GPT3 cost?"
SAID = "A GPT3 comes to 44W dollars[1]."
QUOTE = "算下来是44W美元一个GPT3，童叟无欺。"
RIGHT = "That makes $440,000 for a GPT3, and no cheating."


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(default=say("")) as server:
        yield server


async def ask(
    server: FakeOpenAI, question: str = QUESTION, *, lang: str = "en", timeout_s: float = 3.0, passage=COST
) -> Answer:
    model = OpenAIChatModel(server.url, None, "m", 3.0)
    await model._connect()  # the import is not what the deadline is about
    inquiry = Inquiry(text=question, standalone=question, lang=lang)
    searcher = FakeSearcher(passage)
    search = PlannedSearch(searcher, decline_below=0)  # what is declined has nothing to be translated
    answerer = Answerer(searcher, Linker(), [model], planned_search=search, translation_timeout_s=timeout_s)
    try:
        return await answerer.answer(inquiry)
    finally:
        await model.close()


def translated(*texts: str, **changes: object) -> Step:
    """The quotes from 1 on, translated so."""
    written = {f"quote_{n}": text for n, text in enumerate(texts, start=1)}
    return say(json.dumps(written, ensure_ascii=False), **changes)


async def test_a_foreign_quote_has_its_translation_beside_it(server: FakeOpenAI) -> None:
    """One structured call for the quotes alone; the terminal and Telegram show both, the translation marked as one."""
    server.script(say(SAID), translated(RIGHT))
    answer = await ask(server)
    assert [(c.quote, c.translation) for c in answer.citations] == [(QUOTE, RIGHT)]
    request = server.requests[1]
    assert request["response_format"]["json_schema"]["name"] == "translated_quotes"
    prompt = "\n".join(message["content"] for message in request["messages"])
    assert QUOTE in prompt
    assert "1024" not in prompt
    assert answer.usage.prompt_tokens > len(prompt)
    marked = f"Translation (by the model): {RIGHT}"
    assert f"“{QUOTE}” (original in Chinese)\n    {marked}" in render(answer)
    (message,) = render_answer(answer)
    assert message.text.endswith(f"(original in Chinese)\n{QUOTE}\n{marked}")


async def test_nothing_is_asked_for_quotes_in_the_askers_language(server: FakeOpenAI) -> None:
    """An answer from essays in the asker's language takes one call, as ever."""
    server.script(say("算下来是44W美元一个GPT3[1]。"))
    answer = await ask(server, "炼出一个GPT3花多少", lang="zh")
    assert (answer.status, answer.citations[0].translation) == (Status.ANSWERED, None)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "That makes $4,400,000 for a GPT3, and no cheating.",  # another number
        "That makes a price for a GPT3, and no cheating.",  # a number lost
        "That makes $440,000 for a GPT4, and no cheating.",  # another name
        "算下来是四十四万美元一个GPT3，童叟无欺。",  # no translation
        "That makes $440,000 for a GPT3. " + "No cheating. " * 30,  # rambling
        "",
    ],
)
async def test_a_translation_that_does_not_hold_is_dropped(server: FakeOpenAI, wrong: str) -> None:
    """The label stands alone beside the original then."""
    server.script(say(SAID), translated(wrong))
    answer = await ask(server)
    assert answer.citations[0].translation is None
    assert f"“{QUOTE}” (original in Chinese)\n    004.txt#" in render(answer)


@pytest.mark.parametrize(
    ("written", "is_shown"),
    [
        ("In all, hundreds of thousands of GPUs go abroad by this way.", True),
        ("In all, millions of GPUs go abroad by this way.", False),
        ("In all, GPUs go abroad by this way.", False),
    ],
)
async def test_vague_numbers_are_held_to_theirs(server: FakeOpenAI, written: str, *, is_shown: bool) -> None:
    """What is vague has bounds and no value; it is compared like others, and breaks nothing."""
    passage = make_passage(["总共有数十万块GPU由此流往国外。"], essay=make_essay("芯片", file="c.txt", lang="zh"))
    said = "In all, hundreds of thousands of GPUs go abroad"
    server.script(say(f"{said}[1]."), translated(written))
    answer = await ask(server, "How many GPUs go abroad?", passage=passage)
    assert answer.status is not Status.FAILED
    assert [c.translation for c in answer.citations] == [written if is_shown else None]


@pytest.mark.parametrize("step", [fail(500), say("no JSON"), translated(RIGHT, before_s=20)])
async def test_a_model_that_fails_or_is_slow_does_not_hold_up_the_answer(server: FakeOpenAI, step: Step) -> None:
    """The answer comes without translations, in its time."""
    server.script(say(SAID), step, step)
    answer = await ask(server, timeout_s=0.3)
    assert (answer.status, answer.text, answer.citations[0].translation) == (Status.ANSWERED, SAID, None)
    assert answer.timings_ms["translation"] < 2000


async def test_no_time_means_no_call(server: FakeOpenAI) -> None:
    """An operator who sets the time to 0 has no translations made."""
    server.script(say(SAID))
    await ask(server, timeout_s=0)
    assert len(server.requests) == 1


async def test_quotes_in_place_of_an_answer_are_translated_below_each(server: FakeOpenAI) -> None:
    """Where the model's answer does not hold, but its translation does; said once, in the channels as well."""
    server.script(
        say("没有人说起过7000台机器[1]。它用了9周[1]。"), say("?"), translated("没有人用少于300台机器训练GPT3。")
    )
    answer = await ask(server, "GPT3 用了多少台机器", lang="zh", passage=SCALE)
    assert answer.status is Status.QUOTED
    quoted, beside = answer.text.splitlines()[-3], answer.text.splitlines()[-1]
    assert quoted == "> Nobody trained GPT3 on fewer than 300 machines. [1]（英文原文）"
    assert beside == "> 译文（模型翻译）：没有人用少于300台机器训练GPT3。"
    (message,) = render_answer(answer)
    assert message.text.count("没有人用少于") == render(answer).count("没有人用少于") == 1


async def test_traditional_askers_read_traditional_translations(server: FakeOpenAI) -> None:
    """Whatever script the model writes."""
    server.script(say("沒有人用少於300台機器訓練GPT3[1]。"), translated("没有人用少于300台机器训练GPT3。"))
    answer = await ask(server, "GPT3 用了多少台機器", lang="zh-Hant", passage=SCALE)
    assert answer.citations[0].translation == "沒有人用少於300臺機器訓練GPT3。"
