"""Questions that take a wrong figure for granted, on the real index without a model: the essays' own is put first."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.answering.model import Answer, Status
from bot.answering.phrases import quoted_lead
from bot.bootstrap import bring_up_to_date, open_app, open_embedder
from bot.settings import Settings, load_settings
from tests.fakes.ingest_progress import RecordedProgress

LEADS = {"zh": "问题里说", "en": "The question says"}
WRONG = {  # the question, what it states, and what the first quote states
    "DeepSeek R1 的幻觉率是 25%，作者怎么看": ("25%", "14.3%"),
    "华为是2017年发布昇腾910芯片的，后来怎么样了": ("2017年", "2020年"),
    "美国的芯片法案提供了900亿美元补贴，跟中国比怎么样": ("900亿美元", "500亿美元"),
    "SWE-bench的完成率一年里从4%升到90%，说明了什么": ("90%", "60%"),
    "MLA能将注意力机制的内存消耗降低50%，怎么做到的": ("50%", "80%到90%"),
    "GPT-4 一次训练花了 5 亿，作者怎么说": ("5 亿", "数亿美元"),
    "伽罗瓦去世 20 年后遗稿才被刘维尔整理重视，为什么": ("20 年", "8 年"),
    "软银可能通过出售Arm的股份向OpenAI投资700亿美元，这样够吗": ("700亿美元", "250亿美元"),
    "GPT-4 动用了8万块A100 GPU，功耗50兆瓦，是真的吗": ("50兆瓦", "15-20兆瓦"),
    "LLM agents absorb 40% of automation value, says who?": ("40%", "90%"),
}
RIGHT = [
    "DeepSeek R1 的幻觉率是 14.3%，作者怎么看",
    "DeepSeek R1 的幻觉率约14%，作者怎么看",
    "R1的幻觉率比V3高10.4个百分点，为什么",
    "华为2020年发布的昇腾910芯片后来怎么样了",
    "美国的芯片法案提供了500亿美元补贴，跟中国比怎么样",
    "MLA能将注意力机制的内存消耗降低80%以上，怎么做到的",
    "DeepSeek R1 的幻觉率超过 25% 吗",
    "100美元能训练一个GPT-4吗",
    "我花了3天读完《写在甲辰年末》，伽罗瓦是谁的猫",
    "LLM agents absorb 90% of automation value, says who?",
    "Do LLM agents absorb more than 40% of automation value?",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    question: str
    answer: Answer


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> dict[str, Answer]:
    golden = (seeds / "golden" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [*WRONG, *RIGHT, *(json.loads(line)["question"] for line in golden)]
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"), corpus_dir=seeds)
    return dict(zip(questions, asyncio.run(answer_all(questions, settings)), strict=True))


async def answer_all(questions: Sequence[str], settings: Settings) -> list[Answer]:
    async with open_embedder(settings) as embedder:
        await bring_up_to_date(settings, embedder, RecordedProgress())
        async with open_app(settings, embedder) as app:
            return [await app.conversations.answer(question, ()) for question in questions]


def corrected(answers: dict[str, Answer]) -> Iterator[str]:
    return (question for question, answer in answers.items() if answer.text.startswith(tuple(LEADS.values())))


def test_a_wrong_figure_is_corrected_from_the_essays(asked: dict[str, Answer]) -> None:
    """The answer says what the question states, and begins with the sentence that states something else."""
    for question, (stated, told) in WRONG.items():
        answer = asked[question]
        lead, quote, *_ = answer.text.split("\n\n")
        assert (answer.status, lead) == (Status.QUOTED, quoted_lead(answer.lang, stated)), question
        assert told in quote
        assert told in answer.citations[0].quote


def test_nobody_is_corrected_who_is_right(asked: dict[str, Answer]) -> None:
    """Nor who is about right, reckons, asks for more or less, or states nothing: no golden question is."""
    assert set(corrected(asked)) == set(WRONG)


def test_a_correction_is_in_the_askers_script() -> None:
    """What the question states is, too."""
    assert quoted_lead("zh-Hant", "5亿") == "問題裡說“5億”，文中的說法是："
