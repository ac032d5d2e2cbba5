"""The report: complete, repeatable, self-contained, and safe against what questions and essays hold."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.answering.model import Turn
from bot.corpus.model import Span
from bot.evaluation.bars import parse_bar
from bot.evaluation.files import ReportUnwritable, write_report
from bot.evaluation.model import Case, Evaluation, GoldenUnusable, Judgement, Shown, Timing
from bot.evaluation.page import page
from bot.evaluation.report import Report, earlier_scores, make_report, report_to_json
from bot.evaluation.retrieval import FIGURES
from bot.evaluation.search import OUTCOMES
from bot.evaluation.summary import summary

NASTY = '<script>alert("x")</script> & \x0b \ud800 ]]>'


def shown(text: str, link: str = "a.txt#char=0,5", *, is_right: bool = False) -> Shown:
    return Shown(span=Span(file="a.txt", start=0, end=5), title="A", text=text, link=link, is_right=is_right)


def made(question: str, *, hit: bool, kind: str = "factoid") -> Judgement:
    found = {figure.name: float(hit) for figure in FIGURES if figure.name != "all@10"}
    return Judgement(
        case=Case(id=question, type=kind, lang="zh", question=NASTY, history=(Turn(role="user", content=NASTY),)),
        scores=found,
        outcome="1" if hit else "none",
        faults=() if hit else ("nothing was found",),
        came=(shown("what came", "https://example.org/a#:~:text=b"), shown(NASTY, is_right=True)),
        wanted=(shown("what should have come"),),
    )


EVALUATION = Evaluation(
    kind="search",
    about={"golden": "g.jsonl", "questions": 4},
    figures=FIGURES,
    outcomes=OUTCOMES,
    judgements=(
        made("a", hit=True),
        made("b", hit=False),
        made("c", hit=True, kind="explain"),
        Judgement(case=Case(id="d", type="offtopic", lang="en", question="?"), scores={}, outcome="not judged"),
    ),
    timing=Timing(seconds=1.5, median_s=0.1, p95_s=0.2),
)


@pytest.fixture
def report() -> Report:
    bars = [parse_bar(text) for text in ("hit@5=0.5", "mrr=0.9", "offtopic/mrr=0.1")]
    return make_report(EVALUATION, bars=bars, earlier={"a": {"mrr": 0.5}, "b": {"mrr": 0.5}})


def test_the_json_holds_everything(report: Report) -> None:
    """Figures by group with intervals, thresholds, differences, every question, and the timing at the end."""
    record = report_to_json(report)
    assert record["figures"]["all"]["hit@5"] == {
        "value": 0.666667,
        "low": 0.20766,
        "high": 0.938508,
        "n": 3,
        "interval": "Wilson",
    }
    assert record["figures"]["explain"]["mrr"]["interval"] == "bootstrap"
    assert record["outcomes"]["factoid"] == {"1": 1, "none": 1}
    assert [row["passed"] for row in record["thresholds"]] == [True, False, False]
    assert record["differences"][0] | {"low": 0, "high": 0} == {
        "group": "all", "figure": "mrr", "n": 2, "before": 0.5, "after": 0.5, "low": 0, "high": 0,
    }  # fmt: skip
    assert [row["id"] for row in record["questions"]] == ["a", "b", "c", "d"]
    assert list(record)[-1] == "timing"


def test_runs_differ_in_their_timing_alone(report: Report, tmp_path: Path) -> None:
    """Two runs that took different times write the same page, the same XML, and JSON that differs in ``timing``."""
    slower = replace(report, evaluation=replace(EVALUATION, timing=Timing(seconds=9, median_s=3, p95_s=6)))
    write_report(report, tmp_path / "one", essays=tmp_path)
    write_report(slower, tmp_path / "two", essays=tmp_path)
    for name in ("report.html", "report.xml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    one, two = (json.loads((tmp_path / name / "report.json").read_bytes()) for name in ("one", "two"))
    assert one.pop("timing") != two.pop("timing")
    assert one == two
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["report.html", "report.json", "report.xml"]


def test_the_junit_counts_questions_and_thresholds(report: Report, tmp_path: Path) -> None:
    """A test case each; faults and missed bars are failures, a question that no figure applies to is skipped."""
    write_report(report, tmp_path, essays=tmp_path)
    root = ET.parse(tmp_path / "report.xml").getroot()
    suites = {suite.get("name"): suite for suite in root}
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("7", "3", "1")
    assert [test.get("name") for test in suites["questions"]] == ["a", "b", "c", "d"]
    assert [test.get("name") for test in suites["questions"] if test.find("failure") is not None] == ["b"]
    assert [test.get("name") for test in suites["thresholds"] if test.find("failure") is not None] == [
        "mrr=0.9",
        "offtopic/mrr=0.1",
    ]
    assert "what should have come" in str(suites["questions"].findtext(".//failure"))


class _Seen(HTMLParser):
    """The tags and links of a page; complains of tags that are not closed."""

    VOID = frozenset({"meta", "br", "rect", "line", "circle", "polyline", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name == "href"]
        self.sources += [
            str(value) for name, value in attrs if name in {"src", "srcset", "xlink:href", "data", "action"}
        ]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_beside_itself(report: Report, tmp_path: Path) -> None:
    """No script, no image, no style from elsewhere; every tag is closed, and links alone lead out."""
    text = page(report, folder=tmp_path / "eval", essays=tmp_path / "my essays")
    seen = _Seen()
    seen.feed(text)
    assert seen.open == []
    assert seen.sources == []
    assert not seen.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert "svg" in seen.tags
    assert not re.search(r"url\(|@import", text)
    assert set(seen.links) == {"https://example.org/a#:~:text=b", "../my%20essays/a.txt#char=0,5"}


def test_the_page_shows_each_miss(report: Report, tmp_path: Path) -> None:
    """The question, what came, what should have; what went well is not listed."""
    text = page(report, folder=tmp_path, essays=tmp_path)
    assert re.findall(r'<article id="(\w+)"', text) == ["b"]
    assert text.index("What came") < text.index("what came") < text.index("what should have come")
    assert "nothing was found" in text
    assert "<script>" not in text


def test_the_page_of_a_run_without_scores_is_a_page(tmp_path: Path) -> None:
    """Where no figure applies to any question, tables and drawings are empty or absent."""
    bare = replace(EVALUATION, judgements=EVALUATION.judgements[3:])
    assert "0 of 1 questions" in page(make_report(bare), folder=tmp_path, essays=tmp_path)
    assert list(summary(make_report(bare)))


def test_the_summary_says_figures_differences_and_bars(report: Report) -> None:
    """One line a figure, a group, a difference and a bar."""
    said = "\n".join(summary(report))
    assert said.startswith("search, outcome by outcome: 1: 2, none: 1, not judged: 1\n")
    assert "hit@5               0.667  [0.208, 0.939]  n=3" in said
    assert re.search(r"explain +1\.000", said)
    assert "all/mrr  n=2  0.500 -> 0.500  +0.000" in said
    assert re.search(r"reached +hit@5=0.5  \(0.667\)", said)
    assert re.search(r"BELOW +offtopic/mrr=0.1  \(no question to judge\)", said)


def test_a_report_can_be_compared_with(report: Report, tmp_path: Path) -> None:
    """Its scores come back exactly, so a run against itself has moved nowhere."""
    write_report(report, tmp_path, essays=tmp_path)
    earlier = earlier_scores(tmp_path / "report.json", "search")
    assert earlier["b"] == dict(EVALUATION.judgements[1].scores)
    again = make_report(EVALUATION, earlier=earlier)
    assert {(one.after - one.before, one.interval.low, one.interval.high) for one in again.differences} == {(0, 0, 0)}


@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}", b'{"format": 1, "kind": "answers", "questions": []}'])
def test_what_is_no_report_is_refused(content: bytes | None, tmp_path: Path) -> None:
    """Absent, broken, something else, or of the other kind: one line that names the file."""
    path = tmp_path / "old.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GoldenUnusable, match="old"):
        earlier_scores(path, "search")


def test_a_folder_that_cannot_be_written_is_said(report: Report, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(ReportUnwritable, match="taken"):
        write_report(report, tmp_path / "taken", essays=tmp_path)
