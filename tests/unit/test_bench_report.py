"""What a benchmark found: bars, tables, JSON, a page and its charts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.bars import parse_bar
from bot.evaluation.bench.chart import chart_svg, marks_even, marks_log
from bot.evaluation.bench.files import FindingUnwritable, write_json, write_page
from bot.evaluation.bench.model import Axis, Chart, Column, Finding, Line, Point, Row, Table
from bot.evaluation.bench.page import page
from bot.evaluation.bench.record import record
from bot.evaluation.bench.text import text
from bot.evaluation.bench.verdicts import unknown_figures, verdicts
from bot.evaluation.intervals import Interval

COLUMNS = (
    Column(figure="ratio", head="ratio", meaning="one to the other", digits=2),
    Column(figure="time_ms", head="time", meaning="how long it took", unit="ms"),
)
CHART = Chart(
    title="Time <&> size",
    x=Axis(label="passages", log=True),
    y=Axis(label="time (ms)", log=True),
    lines=(
        Line(label="<search>", points=(Point(x=1000, y=1.5), Point(x=10_000, y=4), Point(x=100_000, y=45))),
        Line(label="nothing yet", points=()),
    ),
)
FINDING = Finding(
    kind="search",
    about={"questions": 2},
    tables=(
        Table(
            title="Times",
            of="callers",
            columns=COLUMNS,
            rows=(
                Row(
                    group="1", values={"ratio": 1.2, "time_ms": 1234.56}, intervals={"ratio": Interval(low=1, high=1.4)}
                ),
                Row(group="8", values={"ratio": 1.5}),
            ),
        ),
    ),
    charts=(CHART,),
    seconds=3.0,
)


def test_a_bar_without_a_group_is_for_the_worst() -> None:
    """The greatest where it is the most, the least where it is the least; a figure that was not measured fails."""
    most = [parse_bar(bar, at_most=True) for bar in ("ratio=1.4", "ratio=1.5", "1/ratio=1.2", "8/time_ms=9")]
    assert [verdict.passed for verdict in verdicts(most, FINDING)] == [False, True, True, False]
    least = [parse_bar(bar) for bar in ("ratio=1.3", "ratio=1.2", "8/ratio=1.5")]
    assert [verdict.passed for verdict in verdicts(least, FINDING)] == [False, True, True]
    assert [verdict.word for verdict in verdicts([most[0], least[0]], FINDING)] == ["ABOVE", "BELOW"]


def test_a_figure_that_does_not_exist_is_told() -> None:
    """With the names of those that do."""
    assert list(unknown_figures([parse_bar("ratio=1"), parse_bar("1/rat=1")], COLUMNS)) == [
        "1/rat=1: the figures are ratio, time_ms"
    ]


def test_the_text_is_a_table_in_columns() -> None:
    """Units over the columns, intervals behind the figures, a dash for what was not measured."""
    held = verdicts([parse_bar("ratio=1.4", at_most=True), parse_bar("2/ratio=1")], FINDING)
    assert list(text(FINDING, held)) == [
        "Times",
        "callers               ratio   time, ms",
        "1         1.20 [1.00, 1.40]    1,234.6",
        "8                      1.50          –",
        "",
        "ABOVE    ratio=1.4  (1.500)",
        "BELOW    2/ratio=1  (not measured)",
    ]


def test_the_json_holds_everything() -> None:
    """Figures with their intervals and units, bars, points."""
    found = record(FINDING, verdicts([parse_bar("ratio=1.4", at_most=True)], FINDING))
    (table,) = found["tables"]
    assert table["units"] == {"ratio": "", "time_ms": "ms"}
    assert table["figures"]["1"] == {"ratio": {"value": 1.2, "low": 1, "high": 1.4}, "time_ms": {"value": 1234.56}}
    assert found["thresholds"] == [{"group": "all", "figure": "ratio", "most": 1.4, "value": 1.5, "passed": False}]
    assert found["charts"][0]["lines"][0]["points"][0] == {"x": 1000, "y": 1.5}


def test_the_page_shows_tables_and_charts_and_needs_nothing() -> None:
    """What was measured may hold marks of HTML; no script and no address is in the page."""
    shown = page(FINDING, verdicts([parse_bar("ratio=1.4", at_most=True)], FINDING))
    assert "1.20<small>1.00 to 1.40</small>" in shown
    assert "Time &lt;&amp;&gt; size" in shown
    assert "&lt;search&gt;" in shown
    assert '<b class="bad">above</b>' in shown
    assert "<script" not in shown
    assert "//" not in shown


def test_a_logarithmic_chart_has_equal_steps_for_equal_ratios() -> None:
    """Three sizes, each ten times the last, stand evenly apart, and their marks are named."""
    drawn = chart_svg(CHART)
    places = [float(circle.split('"')[1]) for circle in drawn.split("<circle cx=")[1:]]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.2)
    assert ">100,000<" in drawn
    assert chart_svg(Chart(title="", x=Axis(label=""), y=Axis(label=""), lines=())) == ""


@given(st.floats(1e-6, 1e9), st.floats(1, 1e6))
def test_marks_surround_the_values(low: float, ratio: float) -> None:
    """Whatever is drawn stands between the first and the last mark, and there are few enough to read."""
    high = low * ratio
    for marks in (marks_log(low, high), marks_even(low, high)):
        assert marks[0] <= low * (1 + 1e-6)
        assert marks[-1] >= high * (1 - 1e-6)
        assert 2 <= len(marks) <= 17
        assert list(marks) == sorted(set(marks))


def test_files_are_written_whole_or_told(tmp_path: Path) -> None:
    """A folder that is not there is one clear line."""
    write_json(FINDING, (), tmp_path / "out.json")
    write_page(FINDING, (), tmp_path / "out.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.html", "out.json"]
    with pytest.raises(FindingUnwritable, match="No such file"):
        write_page(FINDING, (), tmp_path / "gone" / "out.html")
