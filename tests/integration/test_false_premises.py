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
    "GPT-4 动用了8万块A100 GPU，功耗50兆瓦，是真的吗": ("8万块A100 GPU", "2万块A100 GPU"),
    "GPT-4 动用了2万块A100 GPU，功耗50兆瓦，是真的吗": ("50兆瓦", "15-20兆瓦"),
    "LLM agents absorb 40% of automation value, says who?": ("40%", "90%"),
    "训练一个GPT3要花440万美元，这是怎么算的？": ("440万美元", "44W美元"),
    "软银要向OpenAI投500亿美元，这笔钱从哪来？": ("500亿美元", "250亿美元"),
    "DeepSeek的输出代币价格是OpenAI的1/3，为什么这么便宜": ("1/3", "1/27"),
    "一辆汽车有50个芯片，都用在哪？": ("50个芯片", "5000个芯片"),
    "SWE-bench完成率一年内从4%升到95%，为什么这么快": ("95%", "60%"),
    "PaLM 是在 1024 颗 TPU 上训练的，用的什么策略？": ("1024 颗 TPU", "6144颗TPU"),
    "OpenAI 2023年训练GPT-4时进行过YOLO豪赌吗？": ("2023年", "2022年"),
    "R1's hallucination rate of 25% is far above V3's, why?": ("25%", "14.3%"),
    "Why did the GPT-3 inference cost drop only 12 times?": ("12 times", "1200倍"),
    "Since Li Wei was sent to the farm for re-education in 1966, what happened after?": ("1966", "1976"),
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
    "GPT-4动用2万块A100，功耗18兆瓦，耗资多少？",
    "一座尖端的三纳米晶圆厂成本350亿美元，谁建得起？",
    "A 3nm fab costs 35 billion dollars, who can afford it?",
    "服务器整体功耗1.3千瓦左右，GPU 单块功耗700瓦，对吗？",
    "MLA 让注意力机制的内存消耗只剩 15% 左右，保持性能了吗？",
    "MLA把内存消耗降低到1/10到1/5，怎么做到的？",
    "台积电只有80%的五纳米芯片产能留在美国以外，亚利桑那州建设了多少？",
    "Meta用1.6万块GPU训练Llama，其余的呢",
    "AlexNet用了3块GPU，GPT-4呢",
    "GPT-4's training cost hundreds of millions of dollars; why?",
    "GPT-3 inference fell from 65 dollars to 5 cents per million tokens; why?",
    "R1's hallucination rate is more than 3 times that of V3, why?",
    "DeepSeek's tokens cost 3.7% of OpenAI's, why?",
    "星门项目后来修正为1000亿美元，为什么",
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
