"""The arithmetic of the comparison with peers, and what it writes into documents. No peer has to be installed."""

import json
import math
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.model import Span
from bot.evaluation.model import Case, Target
from tests.peers.benchmark import Benchmark, crossed, write_corpus, xquad
from tests.peers.figures import Row, judged, rows
from tests.peers.ranking import files_of, located, ndcg, reciprocal_rank_fusion
from tests.peers.report import drawn, replaced, short_table
from tests.peers.third_party import without

RANKINGS = st.lists(st.lists(st.integers(0, 20), unique=True), max_size=4)


def test_fusion_adds_reciprocal_ranks() -> None:
    """Second in both rankings beats first in one; what only one has is kept, and ties go by position."""
    assert reciprocal_rank_fusion([[4, 1, 3], [2, 1]]) == [1, 2, 4, 3]


@given(RANKINGS)
def test_fusion_keeps_every_position_once(rankings: list[list[int]]) -> None:
    """Nothing is lost, nothing doubled, and one ranking alone stays as it is."""
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(fused) == sorted({position for ranking in rankings for position in ranking})
    assert all(reciprocal_rank_fusion([ranking]) == ranking for ranking in rankings)


def test_a_chunk_is_found_where_the_splitter_says() -> None:
    """A text that stands twice is taken at the place named, and at its first place if it is not there."""
    text = "甲。乙。甲。"
    assert located("甲。", text, hint=4, file="a") == Span(file="a", start=4, end=6)
    assert located("甲。", text, hint=1, file="a") == Span(file="a", start=0, end=2)
    assert located("乙", text, hint=None, file="a") == Span(file="a", start=2, end=3)


@pytest.mark.parametrize("chunk", ["丙", ""])
def test_a_chunk_that_is_no_part_of_the_file_is_refused(chunk: str) -> None:
    """A splitter that rewrites its text would be judged by places that mean nothing."""
    with pytest.raises(ValueError, match="no part"):
        located(chunk, "甲乙", hint=0, file="a")


def test_ndcg_goes_by_file() -> None:
    """Two passages of a file take one rank; below the tenth file nothing counts."""
    hits = [Span(file=file, start=0, end=1) for file in "aabcdefghijk"]
    assert files_of(hits) == list("abcdefghijk")
    assert ndcg(hits, "a") == 1
    assert ndcg(hits, "b") == pytest.approx(1 / math.log2(3))
    assert ndcg(hits, "j") > 0
    assert ndcg(hits, "k") == 0


def test_the_budget_is_of_text_not_of_passages() -> None:
    """Small passages get more ranks within 2,000 units than large ones, and hit@5 sees five of either."""
    text = "字" * 12_000
    case = Case(
        id="q",
        type="factoid",
        lang="zh",
        question="？",
        evidence=(Target(span=Span(file="a", start=9_000, end=9_010), quote="字" * 10),),
    )
    benchmark = Benchmark(name="b", corpus_dir=Path(), texts={"a": text}, cases=(case,))

    def run(size: int, wrong: int) -> dict[str, list[Span]]:
        before = [Span(file="a", start=start * size, end=(start + 1) * size) for start in range(wrong)]
        return {"q": [*before, Span(file="a", start=9_000, end=9_000 + size)]}

    small, large = judged(benchmark, run(100, 19)), judged(benchmark, run(1000, 2))
    assert (small["hit@2k"], small["hit@5"], small["mrr"]) == ([1.0], [0.0], [0.0])
    assert (large["hit@2k"], large["hit@5"], large["mrr"]) == ([0.0], [1.0], [pytest.approx(1 / 3)])


def test_the_lead_is_paired() -> None:
    """The same questions right on both sides leave no interval, however few they are."""
    scores = {figure: [1.0, 0.0, 1.0] for figure in ("hit@2k", "hit@5", "mrr")}
    row = rows("b", "s", scores, scores)[0]
    assert (row.lead, row.lead_low, row.lead_high) == (0, 0, 0)
    assert row.low < row.value < row.high


def xquad_file(folder: Path, lang: str, contexts: list[str], answer: str) -> Path:
    def paragraph(number: int, context: str) -> dict[str, object]:
        answers = [{"text": answer, "answer_start": context.index(answer)}]
        return {"context": context, "qas": [{"id": f"q{number}", "question": f"{lang}{number}?", "answers": answers}]}

    articles = [{"paragraphs": [paragraph(number, context)]} for number, context in enumerate(contexts)]
    path = folder / f"xquad.{lang}.json"
    path.write_text(json.dumps({"data": articles}), encoding="utf-8")
    return path


def test_a_question_is_judged_by_the_answer_in_the_other_language(tmp_path: Path) -> None:
    """Asked in Chinese, the evidence is the English answer in its place in the English paragraph."""
    zh = xquad(xquad_file(tmp_path, "zh", ["一是甲", "二是甲"], "甲"))
    en = xquad(xquad_file(tmp_path, "en", ["one is A", "two: A!"], "A"))
    benchmark = crossed("zh→en", asked=zh, held=en, lang="zh", corpus_dir=tmp_path / "corpus")
    assert [case.question for case in benchmark.cases] == ["zh0?", "zh1?"]
    assert [case.evidence[0].span for case in benchmark.cases] == [
        Span(file="p000.txt", start=7, end=8),
        Span(file="p001.txt", start=5, end=6),
    ]
    assert (tmp_path / "corpus" / "p001.txt").read_text(encoding="utf-8") == "two: A!"


def test_the_mixed_corpus_lacks_the_article_in_the_askers_language_alone(tmp_path: Path) -> None:
    """All articles stand in the other language, and all but one in the asker's; a folder used again keeps no other."""
    both = {
        "zh": xquad(xquad_file(tmp_path, "zh", ["甲", "甲"], "甲")),
        "en": xquad(xquad_file(tmp_path, "en", ["A", "A"], "A")),
    }
    texts = without(both, "zh", 1)
    assert sorted(texts) == ["en/p000.txt", "en/p001.txt", "zh/p000.txt"]
    for article in (1, 0):
        write_corpus(tmp_path / "c", without(both, "zh", article))
    written = {path.relative_to(tmp_path / "c").as_posix() for path in (tmp_path / "c").rglob("*.txt")}
    assert written == {"en/p000.txt", "en/p001.txt", "zh/p001.txt"}


def a_row(system: str, value: float) -> Row:
    return Row(
        benchmark="dev",
        system=system,
        figure="hit@2k",
        n=9,
        value=value,
        low=0.1,
        high=0.9,
        lead=0,
        lead_low=0,
        lead_high=0,
    )


def test_the_best_of_a_peers_settings_is_shown() -> None:
    """Of LangChain's settings the picture and the short table have the one that does best, in its favour."""
    measured = [a_row("Yinju", 0.8), a_row("BM25 alone", 0.5), a_row("LangChain, a", 0.6), a_row("LangChain, b", 0.7)]
    table = short_table(measured)
    assert "| LangChain, its best | 0.700 |" in table
    assert "0.600" not in table
    svg = ET.fromstring(drawn(measured))
    bars = [float(rect.get("width", "0")) for rect in svg.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(bars) == 3
    assert bars[0] / bars[1] == pytest.approx(8 / 7, rel=0.01)


def test_a_document_keeps_what_stands_around_the_marks() -> None:
    """Only what is between the marks is exchanged, and marks that are missing are told."""
    page = "a\n<!-- t -->\nold\n<!-- /t -->\nb"
    assert replaced(page, "t", r"new \1") == "a\n<!-- t -->\nnew \\1\n<!-- /t -->\nb"
    with pytest.raises(ValueError, match="marks"):
        replaced(page, "u", "new")
