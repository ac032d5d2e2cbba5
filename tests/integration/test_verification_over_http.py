"""What the reader gets of a model's claims that don't stand on their passages; the models speak real HTTP."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.answering.answer import Answerer
from bot.answering.asker_language import AskerLanguage
from bot.answering.links import Linker
from bot.answering.model import Answer, Inquiry, Status
from bot.answering.openai_chat import OpenAIChatModel
from bot.answering.verification.attribution import MAX_LOOKED_FOR
from bot.answering.writing import Writer
from bot.corpus.model import Passage
from tests.fakes.openai_server import FakeOpenAI, Request, Step, say
from tests.fakes.passages import make_essay, make_passage
from tests.fakes.searcher import FakeSearcher

COST = make_passage(
    ["用1024张A100烧一个月，就能炼出一个GPT3。", "算下来是44W美元一个GPT3，童叟无欺。"],
    essay=make_essay("炼丹的成本", file="004.txt", lang="zh"),
)
MEMORY = make_passage(
    ["MLA能将注意力机制的内存消耗降低80%到90%。", "GPT3的成本并不是它要讨论的。"],
    essay=make_essay("内存", file="002.txt", lang="zh"),
)
QUESTION = "用A100烧一个月就能炼出一个GPT3"


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(default=say("")) as server:
        yield server


async def ask(
    server: FakeOpenAI,
    question: str = QUESTION,
    lang: AskerLanguage = "zh",
    passages: Sequence[Passage] = (COST, MEMORY),
) -> Answer:
    model = OpenAIChatModel(server.url, None, "m", 3.0)
    await model._connect()  # the import is not what the deadline is about
    try:
        return await Answerer(FakeSearcher(*passages), Linker(), [model]).answer(
            Inquiry(text=question, standalone=question, lang=lang)
        )
    finally:
        await model.close()


def corrected(sentence: str, **changes: Any) -> Step:
    """A repair call answered with ``sentence``."""
    return say(json.dumps({"sentence": sentence}, ensure_ascii=False), **changes)


async def test_a_perfect_answer_is_untouched(server: FakeOpenAI) -> None:
    """Right numbers in other forms and a word-for-word quotation go through; nothing more is asked."""
    text = "用1,024张A100烧一个月[1]，成本约44万美元[2]。作者说这价钱“童叟无欺”[2]。"
    server.script(say(text.replace("[2]", "[1]")))  # the passage, of which each claim has its sentence
    answer = await ask(server)
    assert (answer.status, answer.text) == (Status.ANSWERED, text)
    assert len(server.requests) == 1


async def test_sloppy_numbers_are_repaired_or_dropped(server: FakeOpenAI) -> None:
    """The model corrects a sentence once; what is still wrong is left out."""
    server.script(
        say("成本是46W美元一个GPT3[1]。用2048张A100烧一个月[1]。MLA能将内存消耗降低80%到90%[2]。"),
        corrected("成本是44万美元一个GPT3。"),
        corrected("用4096张A100烧一个月。"),
    )
    answer = await ask(server)
    assert answer.text == "成本是44万美元一个GPT3[1]。MLA能将内存消耗降低80%到90%[2]。"
    assert answer.citations[0].quote == "算下来是44W美元一个GPT3，童叟无欺。"


async def test_the_repair_call_is_short_and_structured(server: FakeOpenAI) -> None:
    """It holds the sentence, its passage and the fault, and asks for one sentence; its tokens are counted."""
    server.script(say("成本是46W美元一个GPT3[1]。"), corrected("成本是44W美元一个GPT3。"))
    answer = await ask(server)
    request = server.requests[1]
    prompt = _prompt(request)
    assert request["response_format"]["json_schema"]["name"] == "corrected_sentence"
    assert all(part in prompt for part in ("成本是46W美元一个GPT3。", COST.text, "46W"))
    assert MEMORY.text not in prompt
    assert answer.usage.prompt_tokens > len(prompt)


async def test_citing_at_random_is_put_right(server: FakeOpenAI) -> None:
    """A claim goes to the passage that holds it, whatever number it bore."""
    server.script(say("用1024张A100烧一个月，就能炼出一个GPT3[2]。MLA能将注意力机制的内存消耗降低80%到90%[1][7]。"))
    answer = await ask(server)
    assert answer.text == "用1024张A100烧一个月，就能炼出一个GPT3[1]。MLA能将注意力机制的内存消耗降低80%到90%[2]。"
    assert [citation.essay.title for citation in answer.citations] == ["炼丹的成本", "内存"]


async def test_without_citations_claims_are_attributed(server: FakeOpenAI) -> None:
    """What a passage supports gets its number, what none does goes, and a word that leads on stays."""
    listed = "- 用1024张A100烧一个月就能炼出GPT3。\n- 它由微软的300名工程师完成。"
    server.script(say(f"根据这些文章：\n\n{listed}\n\n文中没有提到电费。"))
    answer = await ask(server)
    assert answer.text == "根据这些文章：\n\n- 用1024张A100烧一个月就能炼出GPT3[1]。\n\n文中没有提到电费。"


async def test_ignoring_the_passages_leaves_the_quotes(server: FakeOpenAI) -> None:
    """An answer out of the model's own memory is not sent; the essays are quoted."""
    server.script(say("训练GPT-3花费约460万美元[1]。OpenAI用了微软的一万块V100[1]。"), say("not JSON"))
    answer = await ask(server)
    assert answer.status is Status.QUOTED
    assert "460" not in answer.text
    assert "1024张A100" in answer.text


@pytest.mark.parametrize(
    "text", ["成本不是44W美元一个GPT3[1]。", "作者说“童叟皆欺”[1]。", "算下来是44W欧元一个GPT3[1]。"]
)
async def test_a_claim_turned_round_is_not_sent(server: FakeOpenAI, text: str) -> None:
    """Neither is what denies its passage, nor an altered quotation, nor another currency."""
    server.script(say(text))
    assert (await ask(server)).status is Status.QUOTED


async def test_what_a_passage_denies_is_not_put_under_another(server: FakeOpenAI) -> None:
    """A claim that the passage which it cites contradicts is left out, though another has its words."""
    server.script(say("MLA能将注意力机制的内存消耗降低80%到90%[2]。GPT3的成本是它要讨论的[2]。"), say("not JSON"))
    rumour = make_passage(
        ["GPT3的成本是它要讨论的，有人这样说过。"], essay=make_essay("传闻", file="003.txt", lang="zh")
    )
    answer = await ask(server, passages=(COST, MEMORY, rumour))
    assert answer.text == "MLA能将注意力机制的内存消耗降低80%到90%[1]。"


async def test_a_quotation_that_was_translated_loses_its_marks(server: FakeOpenAI) -> None:
    """Its words are nobody's; what it says may stand. In the passage's own language an altered one goes."""
    server.script(say("GPT3 costs 44W dollars [1]. The author calls the price of a GPT3 “fair to all” [1]."))
    answer = await ask(server, "GPT3 44W", "en")
    assert answer.text == "GPT3 costs 44W dollars [1]. The author calls the price of a GPT3 fair to all[2]."


async def test_a_claim_in_the_words_of_the_question_is_checked(server: FakeOpenAI) -> None:
    """What says no more than was asked is no courtesy where it cites a passage that has it otherwise."""
    server.script(say("MLA能将注意力机制的内存消耗降低80%到90%[1]。GPT3的成本是它要讨论的[1]。"), say("not JSON"))
    answer = await ask(server, "注意力机制的内存消耗和GPT3的成本是它要讨论的吗")
    assert answer.text == "MLA能将注意力机制的内存消耗降低80%到90%[1]。"


async def test_a_name_that_only_the_question_has_is_not_affirmed(server: FakeOpenAI) -> None:
    """Nobody says yes to it; that it is wrong may be said."""
    server.script(say("是的，马斯克花44W美元炼了一个GPT3[1]。不是马斯克，文中只说44W美元一个GPT3[1]。"), corrected(""))
    answer = await ask(server, "用1024张A100烧一个月就能炼出一个GPT3，算下来是44W美元，是马斯克吗")
    assert answer.text == "不是马斯克，文中只说44W美元一个GPT3[1]。"


@pytest.mark.parametrize("repair", ["INSUFFICIENT", "**insufficient**.", "One GPT3 costs 440,000 dollars."])
async def test_a_repair_that_gives_up_or_changes_the_language_is_none(server: FakeOpenAI, repair: str) -> None:
    """The verdict is never printed as a sentence, nor is a sentence in a language that nobody asked in."""
    server.script(say("成本是46W美元一个GPT3[1]。"), corrected(repair))
    assert (await ask(server)).status is Status.QUOTED


@pytest.mark.parametrize(
    "said", ["成本是<b>44W美元</b>一个GPT3[1]。", '成本是44W美元<a href="http://evil.example">一个</a>GPT3[1]。<br/>']
)
async def test_no_tags_are_shown(server: FakeOpenAI, said: str) -> None:
    """HTML is markup that no channel shows; the words stay."""
    server.script(say(said))
    assert (await ask(server)).text == "成本是44W美元一个GPT3[1]。"


async def test_words_that_only_ask_to_be_clicked_go_with_their_address(server: FakeOpenAI) -> None:
    """They lead nowhere without it."""
    server.script(say("成本是44W美元一个GPT3[1]。[点击这里](http://evil.example)"))
    assert (await ask(server)).text == "成本是44W美元一个GPT3[1]。"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("不是5亿，算下来是44W美元一个GPT3[1]。", "不是5亿，算下来是44W美元一个GPT3[1]。"),
        ("是的[1]。算下来是44W美元一个GPT3[1]。", "算下来是44W美元一个GPT3[1]。"),
        ("没错，用1024张A100就能炼出一个GPT3[1]。", "用1024张A100就能炼出一个GPT3[1]。"),
        ("炼出一个GPT3花了5 亿[1]。算下来是44W美元一个GPT3[1]。", "算下来是44W美元一个GPT3[1]。"),
    ],
)
async def test_a_false_premise_is_corrected_and_never_confirmed(server: FakeOpenAI, said: str, left: str) -> None:
    """The passage's figure instead of the question's passes; a yes to the question's does not reach the reader."""
    server.script(say(said), corrected("炼出一个GPT3花了5亿。"))
    answer = await ask(server, "用A100烧一个月就能炼出一个GPT3，花了5 亿")
    assert (answer.status, answer.text) == (Status.ANSWERED, left)


async def test_arithmetic_over_the_passages_figures_is_computed(server: FakeOpenAI) -> None:
    """The model is asked to write it out, code computes it and says so; what rests on no passage's figures goes."""
    server.script(
        say(
            "一张A100摊到44W美元 ÷ 1024张 = 500美元[1]。用A100烧一个月，一张要429.69美元[1]。"
            "用A100烧一个月再贵100美元 - 1美元 = 99美元[1]。用A100烧一个月，一张要500美元[1]。"
        ),
        say("?"),
    )
    answer = await ask(server, f"{QUESTION}，平均一张多少美元")
    assert "written out" in _prompt(server.requests[0])
    shown = "一张A100摊到429.69美元（计算：44W美元 ÷ 1024张 ≈ 429.69美元）[1]。"
    assert answer.text == f"{shown}用A100烧一个月，一张要429.69美元[1]。"


async def test_a_computed_figure_from_nowhere_may_be_written_out_in_the_repair(server: FakeOpenAI) -> None:
    """The repair call says how; what comes is computed again like any other."""
    server.script(
        say("用A100烧一个月，一张要430美元[1]。"), corrected("用A100烧一个月，一张要44W美元 ÷ 1024张 = 430美元。")
    )
    answer = await ask(server, f"{QUESTION}，平均一张多少美元")
    assert "44 ÷ 2 = 22" in _prompt(server.requests[1])
    assert answer.text == "用A100烧一个月，一张要430美元（计算：44W美元 ÷ 1024张 ≈ 430美元）[1]。"


async def test_what_is_made_up_in_another_language_is_not_sent(server: FakeOpenAI) -> None:
    """Where no word can be compared, nearness in meaning decides; a number of the passage stands for itself."""
    server.script(
        say("The main reasons are strict regulation and a lack of funding [1]. It took 1024 A100s a month [1].")
    )
    answer = await ask(server, lang="en")
    assert answer.text == "It took 1024 A100s a month [1]."


async def test_a_model_that_never_answers_the_repair_costs_little(server: FakeOpenAI) -> None:
    """After one failure no other sentence is tried."""
    server.script(
        say("成本是46W美元[1]。用2048张A100烧一个月[1]。就能炼出7个GPT3[1]。MLA降低内存消耗80%到90%[2]。"), say("?")
    )
    answer = await ask(server)
    assert answer.text == "MLA降低内存消耗80%到90%[1]。"
    assert len(server.requests) == 2


def _prompt(request: Request) -> str:
    return "\n".join(str(message["content"]) for message in request["messages"])


async def test_corrections_share_the_time_for_the_answer(server: FakeOpenAI) -> None:
    """A repair that hangs takes what is left of it and no more, and the rest of the answer is given."""
    server.script(
        say("成本是46W美元一个GPT3[1]。MLA能将内存消耗降低80%到90%[2]。"),
        corrected("成本是44W美元一个GPT3。", before_s=20),
    )
    async with OpenAIChatModel(server.url, None, "m", 3.0) as model:
        await model._connect()
        writer, began = Writer([model], timeout_s=1.5), time.monotonic()
        answer = await Answerer(FakeSearcher(COST, MEMORY), Linker(), writer=writer).answer(
            Inquiry(text=QUESTION, standalone=QUESTION, lang="zh")
        )
    assert answer.text == "MLA能将内存消耗降低80%到90%[1]。"
    assert time.monotonic() - began < 2.5


async def test_labels_are_neither_figures_nor_left_alone(server: FakeOpenAI) -> None:
    """``第2点：`` numbers what the answer says: a right sentence behind it stays, and it never stays alone."""
    told = ["用1024张A100烧一个月", "成本是44W美元", "成本是46W美元", "成本是44W美元"]
    server.script(
        say("".join(f"第{n}点：{said}[1]。" for n, said in enumerate(told, start=2)) + "第六点\n\n成本是45W美元[1]。")
    )
    answer = await ask(server)
    assert answer.text == "用1024张A100烧一个月[1]。成本是44W美元[2]。"


class CountingSearcher(FakeSearcher):
    """Knows how often it was asked what supports a claim."""

    aligned = 0

    async def align(self, claim: str, passage_ids: Sequence[str]) -> list[tuple[float, ...]]:
        self.aligned += 1
        return await super().align(claim, passage_ids)


async def test_an_endless_answer_is_not_looked_for_to_its_end(server: FakeOpenAI) -> None:
    """Only so many sentences are sought in all passages; what stands where it says so is still kept."""
    made_up = [f"张三在{n}年前去过火星[1]。" for n in range(2, 200)]
    right = "MLA能将内存消耗降低80%到90%[2]。"
    searcher = CountingSearcher(COST, MEMORY)
    server.script(say("".join(["用1024张A100烧一个月[1]。", *made_up[:80], right, *made_up[80:]])))
    async with OpenAIChatModel(server.url, None, "m", 9.0) as model:
        await model._connect()
        answer = await Answerer(searcher, Linker(), [model]).answer(
            Inquiry(text=QUESTION, standalone=QUESTION, lang="zh")
        )
    assert answer.text == f"用1024张A100烧一个月[1]。{right}"
    assert searcher.aligned <= MAX_LOOKED_FOR + 2  # and two citations
