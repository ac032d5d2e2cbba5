"""The development questions on the real index, without a model: which are declined, what follow-ups find."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.answering.model import Status, Turn
from bot.bootstrap import bring_up_to_date, open_app, open_embedder
from bot.settings import Settings, load_settings
from tests.fakes.ingest_progress import RecordedProgress

pytestmark = pytest.mark.shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    row: dict[str, Any]
    status: Status
    found: bool  # evidence among the first five passages


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, seeds: Path, shared: Path) -> list[Outcome]:
    golden = (shared / "golden" / "dev.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in golden.splitlines()]
    return asyncio.run(answer_all(rows, load_settings(data_dir=tmp_path_factory.mktemp("data"), corpus_dir=seeds)))


async def answer_all(rows: list[dict[str, Any]], settings: Settings) -> list[Outcome]:
    async with open_embedder(settings) as embedder:
        await bring_up_to_date(settings, embedder, RecordedProgress())
        async with open_app(settings, embedder) as app:
            outcomes = []
            for row in rows:
                history = [Turn(**turn) for turn in row.get("history", ())]
                answer = await app.conversations.answer(row["question"], history)
                hits = await app.searcher.search(answer.standalone_question, k=5) if history else []
                texts = "\n".join(hit.passage.text for hit in hits)
                found = any(span["quote"] in texts for span in row["evidence"] + row["alternates"])
                outcomes.append(Outcome(row=row, status=answer.status, found=found))
            return outcomes


def test_off_topic_questions_are_declined(outcomes: list[Outcome]) -> None:
    """Of weather, recipes, sports, a letter and shoes at most one finds something in the essays."""
    off_topic = Counter(outcome.status for outcome in outcomes if outcome.row["type"] == "offtopic")
    assert off_topic.total() == 5
    assert off_topic[Status.DECLINED] >= 4


def test_most_questions_without_an_answer_are_declined(outcomes: list[Outcome]) -> None:
    """Of 25 that the essays do not answer, most of them on their subjects, at least 14 are turned away."""
    statuses = Counter(outcome.status for outcome in outcomes if not outcome.row["evidence"])
    assert statuses.total() == 25
    assert statuses[Status.DECLINED] >= 14


def test_few_answerable_questions_are_declined(outcomes: list[Outcome]) -> None:
    """At most eleven of the 125 questions that the essays answer are turned away."""
    statuses = Counter(outcome.status for outcome in outcomes if outcome.row["evidence"])
    assert statuses.total() == 125
    assert statuses[Status.DECLINED] <= 11
    assert statuses[Status.QUOTED] >= 114


def test_who_asks_about_a_source_by_its_title_is_answered(outcomes: list[Outcome]) -> None:
    """When it was published, who wrote it: without the title hardly anything is asked, and nothing comes near."""
    asked = {"dev-005", "dev-006", "dev-013"}
    assert {o.row["id"] for o in outcomes if o.status is Status.QUOTED} >= asked


def test_follow_ups_find_their_passages(outcomes: list[Outcome]) -> None:
    """Without a model, the evidence of nine in ten follow-ups is among the first five passages."""
    found = [outcome.found for outcome in outcomes if outcome.row["type"] == "followup"]
    assert len(found) == 10
    assert sum(found) >= 9
