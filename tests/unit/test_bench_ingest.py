"""An ingest beside the embedder alone: what counts as whose time."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.evaluation.bench.ingest import (
    IngestTimes,
    Progress,
    ShadowedEmbedder,
    ingest_charts,
    ingest_tables,
    measure_ingest,
)
from bot.retrieval.model import Matrix
from bot.settings import Settings
from tests.fakes.embedder import HashEmbedder
from tests.fakes.ingest_progress import RecordedProgress

TEXT_S = 0.02


class SlowEmbedder(HashEmbedder):
    """Takes its time for each text, whoever waits."""

    async def embed_passages(self, texts: Sequence[str], **kwargs: object) -> Matrix:
        await asyncio.sleep(TEXT_S * len(texts))
        return await super().embed_passages(texts)


async def test_the_second_time_is_not_the_ingests() -> None:
    """Of texts embedded twice, once is the embedder's alone; its threads count as working side by side."""
    slow, began = SlowEmbedder(), time.perf_counter()
    shadowed = ShadowedEmbedder(embedder=slow, workers=2)
    vectors = await shadowed.embed_passages(["one", "two", "three", "four"])
    await shadowed.embed_passages(["five"])
    assert len(vectors) == 4
    assert sorted(slow.embedded) == sorted(["one", "two", "three", "four", "five"] * 2)
    assert shadowed.tokens == sum(map(slow.count_tokens, ["one", "two", "three", "four", "five"]))
    assert shadowed.alone_s >= 2.5 * TEXT_S
    assert [step.tokens for step in shadowed.steps] == [23, 29]
    assert shadowed.steps[-1].ingest_s >= 5 * TEXT_S
    assert shadowed.paused_s >= shadowed.alone_s
    assert shadowed.steps[-1].ingest_s + shadowed.paused_s <= time.perf_counter() - began


def times(ingest_s: float, alone_s: float) -> IngestTimes:
    return IngestTimes(
        tokens=1000,
        ingest_s=ingest_s,
        alone_s=alone_s,
        ingest_cpu_s=20.0,
        alone_cpu_s=19.0,
        steps=(Progress(tokens=1000, ingest_s=ingest_s, alone_s=alone_s),),
    )


def test_an_ingest_that_dawdles_lowers_the_ratio() -> None:
    """Tokens a second of one to those of the other; the last row has the medians of several repeats."""
    (table,) = ingest_tables([times(10, 9.5), times(20, 9), times(12, 9)])
    assert [row.group for row in table.rows] == ["1", "2", "3", "median"]
    assert [row.values["ingest_ratio"] for row in table.rows] == [
        pytest.approx(0.95),
        pytest.approx(0.45),
        pytest.approx(0.75),
        pytest.approx(0.75),
    ]
    assert table.rows[0].values["ingest_tokens_per_s"] == 100
    assert table.rows[0].values["ingest_cpu_ratio"] == pytest.approx(0.95)
    (chart,) = ingest_charts([times(10, 9.5)])
    assert [line.points[-1].x for line in chart.lines] == [10, 9.5]


async def test_kept_vectors_do_not_help_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache beside the essays is not copied, the operator's index not touched, the temporary folder removed."""
    scratch, essays = tmp_path / "scratch", tmp_path / "essays"
    scratch.mkdir()
    essays.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (essays / "cat.md").write_text("# Cats\n\nA cat sleeps on the sofa. It is warm there.\n", encoding="utf-8")
    (essays / "vectors.npz").write_bytes(b"would be complained of, were it read")
    settings = Settings(corpus_dir=essays, data_dir=tmp_path / "data", chroma_url="http://127.0.0.1:9")
    found = await measure_ingest(settings, HashEmbedder(), workers=2, progress=RecordedProgress())
    assert found.tokens > 0
    assert found.ingest_s > 0
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "data").exists()
