"""What is in a report, and what is shown while it is written."""

import pytest

from bot.answering.model import Inquiry, Status
from bot.answering.phrases import phrases
from bot.answering.sources import estimated_tokens
from tests.fakes.openai_server import FakeOpenAI
from tests.fakes.passages import make_passage
from tests.fakes.searcher import FakeSearcher
from tests.integration.deep.stage import (
    ASKED,
    CAT,
    CAT_FOOD,
    COST,
    HOW_MUCH,
    MEMORY,
    MEMORY_SAVED,
    QUESTION,
    SECTIONS,
    ask,
    deep,
    is_plan,
    player,
)


async def test_a_report_from_plan_to_what_is_not_said(server: FakeOpenAI) -> None:
    """A summary, a section for each part, citations numbered through, and what the essays don't say."""
    searcher = FakeSearcher(COST, MEMORY, CAT)
    report = await ask(server.url, searcher=searcher)
    assert report.status is Status.ANSWERED
    assert report.text == (
        "**要点**\n\n"
        "- 一个GPT3要用1024张A100烧一个月[1]。\n"
        "- MLA把内存消耗降低80%到90%[2]。\n\n"
        "### 1. 炼出一个GPT3要烧多少A100？\n\n"
        "一个GPT3要用1024张A100烧一个月[1]。折合44W美元[3]。\n\n"
        "### 2. MLA能把内存消耗降低多少？\n\n"
        "MLA把内存消耗降低80%到90%[2]。\n\n"
        "**文章没有谈到的**\n\n"
        "- 口粮是怎么一步步变便宜的？"
    )
    assert [(c.n, c.span.file) for c in report.citations] == [(1, "004.txt"), (2, "002.txt"), (3, "004.txt")]
    assert report.citations[0].quote == "用1024张A100烧一个月，就能炼出一个GPT3。"
    assert searcher.questions == [HOW_MUCH, MEMORY_SAVED, CAT_FOOD]  # one search each, and none besides
    assert len(server.requests) == 3  # the plan and two sections: what no passage bears on costs no call
    assert [(part.question, part.status) for part in report.parts] == [
        (HOW_MUCH, Status.ANSWERED),
        (MEMORY_SAVED, Status.ANSWERED),
        (CAT_FOOD, Status.DECLINED),
    ]
    assert (report.notices, report.model, report.standalone_question) == ((), "fake-model", QUESTION)
    assert {"plan", "search", "model", "citations", "total"} <= report.timings_ms.keys()


async def test_what_the_model_calls_insufficient_is_not_said(server: FakeOpenAI) -> None:
    """A part that finds passages which don't answer it stands in the list, too."""
    server.default = player(HOW_MUCH, MEMORY_SAVED, sections={"GPT3": SECTIONS["炼出一个GPT3"]})
    report = await ask(server.url)
    assert f"**文章没有谈到的**\n\n- {MEMORY_SAVED}" in report.text
    assert "内存消耗降低80%" not in report.text


async def test_nothing_unsupported_is_in_a_report(server: FakeOpenAI) -> None:
    """Invented numbers and uncited inventions reach neither a section nor the summary."""
    lies = {
        "炼出一个GPT3": "一个GPT3要用8192张A100[1]。折合44W美元[1]。",
        "MLA": "MLA由牛顿发明，省下99%[1]。MLA把内存消耗降低80%到90%[1]。",
    }
    server.default = player(HOW_MUCH, MEMORY_SAVED, sections=lies)
    report = await ask(server.url)
    assert report.status is Status.ANSWERED
    assert not any(lie in report.text for lie in ("8192", "牛顿", "99%"))
    assert "折合44W美元[1]" in report.text


async def test_a_section_sees_few_passages(server: FakeOpenAI) -> None:
    """However much is found, a section's prompt is short enough for a slow machine."""
    many = [make_passage([f"第{n}种说法：MLA的内存消耗降低了{n}%。" + "省内存。" * 60], start=n) for n in range(20)]
    server.default = player("MLA的内存消耗降低了多少？", "省内存的说法有几种？")
    await ask(server.url, searcher=FakeSearcher(*many))
    sections = [request for request in server.requests if not is_plan(request)]
    assert sections
    for request in sections:
        prompt = "".join(str(message["content"]) for message in request["messages"])
        assert prompt.count("<passage n=") <= 4
        assert estimated_tokens(prompt) < 2000


async def test_progress_is_told_step_by_step(server: FakeOpenAI) -> None:
    """Planning, each search, each section of so many, in the asker's language; what is done is ticked off."""
    drafts: list[str] = []
    async with deep(server.url) as answerer:
        await answerer.answer(ASKED, on_draft=drafts.append)
    said = phrases("zh")
    steps = [
        said.planning,
        *(said.searching.format(question=part) for part in (HOW_MUCH, MEMORY_SAVED, CAT_FOOD)),
        said.writing.format(n=1, total=2, question=HOW_MUCH),
        said.writing.format(n=2, total=2, question=MEMORY_SAVED),
    ]
    for n, step in enumerate(steps):
        shown = "\n".join([*(f"✓ {done}" for done in steps[:n]), f"{step}…"])
        assert shown in drafts
    assert any("1024张A100" in draft for draft in drafts)  # the section as it grows


async def test_without_a_model_the_clauses_are_quoted() -> None:
    """A question that strings several together is a report of quotes; no line speaks of a model."""
    question = "炼出一个GPT3要烧多少张A100，另外MLA能把内存消耗降低多少？"
    report = await ask(inquiry=Inquiry(text=question, standalone=question, lang="zh"))
    assert (report.status, report.notices, report.model) == (Status.QUOTED, (), None)
    assert report.text.startswith("### 1. 炼出一个GPT3要烧多少张A100\n\n> 用1024张A100烧一个月")
    assert "### 2. 另外MLA能把内存消耗降低多少？\n\n> MLA能将注意力机制的内存消耗降低80%到90%。" in report.text
    assert [citation.n for citation in report.citations] == list(range(1, len(report.citations) + 1))


@pytest.mark.parametrize("has_model", [True, False])
async def test_headings_and_steps_are_in_the_script_of_the_asker(server: FakeOpenAI, has_model: bool) -> None:
    """Also where the plan is in Simplified characters, and where the sections are quotes."""
    server.default = player(HOW_MUCH, "口粮是怎么一步步变便宜的？", "小猫的名字叫什么？", sections=None)
    question = "炼出一个GPT3、MLA的内存消耗和小猫的口粮，都是怎么一步步变便宜的？小猫的名字叫什么？"
    drafts: list[str] = []
    async with deep(*([server.url] if has_model else [])) as answerer:
        inquiry = Inquiry(text=question, standalone=question, lang="zh-Hant")
        report = await answerer.answer(inquiry, on_draft=drafts.append)
    headings = [line for line in report.text.splitlines() if line.startswith(("### ", "- "))]
    assert headings
    assert not any(simple in "\n".join([*headings, drafts[-1]]) for simple in ("猫", "炼", "么", "名字叫什么"))


async def test_a_broken_search_is_an_apology(server: FakeOpenAI) -> None:
    """Nothing is raised: the asker reads that something went wrong."""
    answer = await ask(server.url, searcher=FakeSearcher(COST, error=OSError("no disk")))
    assert (answer.status, answer.text) == (Status.FAILED, phrases("zh").failed)
