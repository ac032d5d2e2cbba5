"""Quotes judged by the development questions: is it the evidence that is quoted of a passage that holds it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answering.citations import supporting_span
from bot.bootstrap import bring_up_to_date, open_app, open_embedder
from bot.corpus.model import Span
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case
from bot.settings import Settings, load_settings
from tests.fakes.ingest_progress import RecordedProgress

pytestmark = pytest.mark.shared

BAR = 0.85  # 0.881 of 235 when this was written, 0.838 with one sentence and without the numbers


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("data"), corpus_dir=seeds)


@pytest.fixture(scope="module")
def cases(shared: Path, seeds: Path) -> list[Case]:
    texts = corpus_texts(seeds)
    return [case for case in read_golden(shared / "golden" / "dev.jsonl", texts) if case.evidence]


def test_quotes_are_the_evidence(settings: Settings, cases: Sequence[Case]) -> None:
    """A claim that says what a right answer contains is quoted from the evidence, in 85 of 100 passages with it."""
    right = asyncio.run(quoted_from_evidence(settings, cases))
    assert len(right) > 200
    assert sum(right) / len(right) >= BAR


async def quoted_from_evidence(settings: Settings, cases: Sequence[Case]) -> list[bool]:
    async with open_embedder(settings) as embedder:
        await bring_up_to_date(settings, embedder, RecordedProgress())
        async with open_app(settings, embedder) as app:
            passages = list(app.searcher.index.passages)  # each is read anew where it is asked for
            return [
                meets(case, await supporting_span(passage, claim_of(case), app.searcher))
                for case in cases
                for passage in passages
                if meets(case, passage.span)
            ]


def claim_of(case: Case) -> str:
    return ("，" if case.lang == "zh" else " ").join(case.answer_points)


def meets(case: Case, span: Span) -> bool:
    """Whether ``span`` shares a character with a quote that answers the question."""
    return any(
        span.file == target.span.file and span.start < target.span.end and target.span.start < span.end
        for target in case.targets
    )
