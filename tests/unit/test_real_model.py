"""The choice of questions for a real model, and the table of its answers. No model is asked."""

from dataclasses import replace
from pathlib import Path

from bot.answering.model import Status
from bot.corpus.model import Span
from bot.evaluation.model import Case, Target
from tests.real_model.questions import chosen, unanswerable
from tests.real_model.record import Row, append, kept
from tests.real_model.table import lines, summary

PLACE = Span(file="a.txt", start=10, end=20)
ROW = Row(
    run="m",
    id="1",
    type="factoid",
    lang="zh",
    question="谁？",
    is_answerable=True,
    status=Status.ANSWERED,
    seconds=2.0,
    citations=1,
    is_right=True,
    unsupported=(),
    text="甲[1]。",
    notices=(),
)


def case(number: int, *, answerable: bool = True) -> Case:
    evidence = (Target(span=PLACE, quote="x"),) if answerable else ()
    return Case(id=str(number), type="factoid", lang="zh", question="?", evidence=evidence)


def test_questions_are_chosen_at_even_distances_among_those_that_search_finds() -> None:
    """A hit further down than the fifth, or beside the evidence, is none; the same are chosen each time."""
    cases = [case(n, answerable=n % 2 == 0) for n in range(24)]
    beside = replace(PLACE, start=20, end=30)
    hits = {each.id: [PLACE] for each in cases} | {"2": [beside], "4": [beside] * 5 + [PLACE]}
    assert [each.id for each in chosen(cases, hits, 5)] == ["0", "8", "12", "16", "20"]
    assert len(chosen(cases, hits, 100)) == 10
    assert [each.id for each in unanswerable(cases)][:2] == ["1", "3"]


def test_a_run_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    """Rows of other runs and half a line are passed over; without a file there is nothing."""
    path = tmp_path / "answers.jsonl"
    assert kept(path, "m") == []
    unsure = replace(ROW, id="2", unsupported=("乙。",))
    for row in (ROW, replace(ROW, run="another"), unsure):
        append(path, row)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"run": "m", "id')
    assert kept(path, "m") == [ROW, unsure]


def test_the_table_counts_right_citations_and_shows_what_should_not_have_been_said() -> None:
    """Quotes and answers apart; of answers to questions without an answer the text."""
    silent = replace(ROW, is_answerable=False, is_right=False)
    rows = [
        ROW,
        replace(ROW, id="2", status=Status.QUOTED, seconds=4.0, notices=("model_unreachable",)),
        replace(ROW, id="3", status=Status.DECLINED, is_right=False, citations=0),
        replace(
            silent,
            id="4",
            text="他\n生于1801年[1]。",
            unsupported=("他生于1801年。",),
        ),
        replace(silent, id="5", status=Status.DECLINED),
    ]
    figures = summary(rows)
    assert (figures["right_citation_answered"], figures["right_citation_quoted"], figures["right_citation"]) == (
        1,
        1,
        2,
    )
    assert (figures["unanswerable_answered"], figures["unanswerable_unsupported"]) == (1, 1)
    table = "\n".join(lines(rows))
    assert "| 2 | factoid, zh | quoted, model_unreachable | yes | 1 | 4.0 |" in table
    assert "- 4: 谁？\n  他 生于1801年[1]。 Not in what is cited: 他生于1801年。" in table
    assert summary([])["median_s"] == 0
