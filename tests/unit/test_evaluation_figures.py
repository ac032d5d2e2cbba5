"""Figures over groups, their intervals, thresholds and differences."""

import math
import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.bars import Bar, parse_bar, verdicts
from bot.evaluation.figures import differences, estimates, groups
from bot.evaluation.intervals import bootstrap, wilson
from bot.evaluation.model import Case, Figure, Judgement

SHARE = Figure(name="hit@5", meaning="", is_share=True)
MEAN = Figure(name="mrr", meaning="", is_share=False)


def judgement(question: str, kind: str, lang: str, **found: float) -> Judgement:
    named = {name.replace("_at_", "@"): score for name, score in found.items()}
    return Judgement(case=Case(id=question, type=kind, lang=lang, question="?"), scores=named, outcome="1")


FOUR = (
    judgement("a", "factoid", "zh", hit_at_5=1, mrr=1),
    judgement("b", "factoid", "en", hit_at_5=0, mrr=0),
    judgement("c", "explain", "zh", hit_at_5=1, mrr=0.25),
    judgement("d", "offtopic", "zh"),
)


def test_wilson_agrees_with_the_published_example() -> None:
    """8 of 10 gives 0.490 to 0.943, 0 of 10 begins at 0 and ends at 0.278."""
    assert (wilson(8, 10).low, wilson(8, 10).high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert (wilson(0, 10).low, wilson(0, 10).high) == (pytest.approx(0), pytest.approx(0.2775, abs=1e-4))


@given(st.integers(1, 300), st.data())
def test_wilson_holds_the_share(n: int, data: st.DataObject) -> None:
    """The interval lies within 0 to 1 and holds the share."""
    successes = data.draw(st.integers(0, n))
    interval = wilson(successes, n)
    assert 0 <= interval.low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= interval.high <= 1


def test_the_bootstrap_is_near_the_normal_interval() -> None:
    """For 400 draws the percentile interval is that of the central limit, within a tenth of its width."""
    chance = random.Random(7)
    values = [chance.random() for _ in range(400)]
    mean = fmean(values)
    half = 1.96 * math.sqrt(sum((value - mean) ** 2 for value in values) / 399 / 400)
    interval = bootstrap(values)
    assert interval.low == pytest.approx(mean - half, abs=0.2 * half)
    assert interval.high == pytest.approx(mean + half, abs=0.2 * half)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_the_bootstrap_repeats_and_stays_within_the_values(values: list[float]) -> None:
    """Equal values give equal intervals, between the least and the greatest of them."""
    first, second = bootstrap(values, rounds=200), bootstrap(values, rounds=200)
    assert first == second
    assert min(values) - 1e-12 <= first.low <= first.high <= max(values) + 1e-12


def test_groups_are_all_types_and_languages() -> None:
    """In order of first appearance, each once."""
    assert groups(one.case for one in FOUR) == ("all", "factoid", "explain", "offtopic", "zh", "en")


def test_a_figure_counts_only_questions_that_it_applies_to() -> None:
    """The off-topic question is in no figure, and its type has none."""
    found = {(one.group, one.figure): (one.value, one.n) for one in estimates(FOUR, (SHARE, MEAN))}
    assert found["all", "hit@5"] == (pytest.approx(2 / 3), 3)
    assert found["zh", "hit@5"] == (1, 2)
    assert found["factoid", "mrr"] == (0.5, 2)
    assert found["all", "mrr"] == (pytest.approx(1.25 / 3), 3)
    assert not [key for key in found if key[0] == "offtopic"]


def test_shares_get_wilson_and_means_the_bootstrap() -> None:
    """Two of two: Wilson's interval is wide, where the bootstrap's would be a point."""
    by_figure = {one.figure: one for one in estimates(FOUR[::2], (SHARE, MEAN)) if one.group == "all"}
    assert by_figure["hit@5"].interval == wilson(2, 2)
    assert by_figure["mrr"].interval == bootstrap([1, 0.25])


def test_differences_are_paired() -> None:
    """Only questions that both runs judged count, and a constant gain has no spread, however the scores differ."""
    earlier = {"a": {"mrr": 0.9}, "c": {"mrr": 0.15}, "gone": {"mrr": 1}, "b": {"hit@5": 1}}
    (moved,) = [one for one in differences(FOUR, earlier, (MEAN,)) if one.group == "all"]
    assert (moved.n, moved.before, moved.after) == (2, pytest.approx(0.525), pytest.approx(0.625))
    assert (moved.interval.low, moved.interval.high) == (pytest.approx(0.1), pytest.approx(0.1))


@pytest.mark.parametrize(
    ("text", "bar"),
    [
        ("hit@2k=0.88", Bar(group="all", figure="hit@2k", bound=0.88)),
        ("factoid/hit@5=1", Bar(group="factoid", figure="hit@5", bound=1)),
    ],
)
def test_a_bar_is_read(text: str, bar: Bar) -> None:
    """With or without a group, and written back as it was."""
    assert parse_bar(text) == bar
    assert bar.name == text


@pytest.mark.parametrize("text", ["", "mrr", "=1", "mrr=", "mrr=high", "mrr=nan", "mrr=inf", "/mrr=1", "zh/=1"])
def test_what_is_no_bar_is_refused(text: str) -> None:
    """A figure and a number are needed."""
    with pytest.raises(ValueError):
        parse_bar(text)


def test_a_bar_is_reached_at_its_number() -> None:
    """At the figure it is reached, above not; a bar that no question speaks to fails."""
    found = estimates(FOUR, (SHARE, MEAN))
    bars = [parse_bar(text) for text in ("factoid/mrr=0.5", "factoid/mrr=0.5001", "offtopic/mrr=0", "zh/hit@5=1")]
    assert [verdict.passed for verdict in verdicts(bars, found)] == [True, False, False, True]
