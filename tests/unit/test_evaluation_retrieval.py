"""Retrieval figures: worked by hand, and as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.model import Span
from bot.evaluation.model import Case, Target
from bot.evaluation.retrieval import FIGURES, MAX_HIT_UNITS, rank, scores, units

TEXT = "".join(chr(0x4E00 + n) for n in range(6000))  # 6,000 units
TEXTS = {"a.txt": TEXT, "b.txt": TEXT, "c.txt": "x" * 6000}


def span(start: int, end: int, file: str = "a.txt") -> Span:
    return Span(file=file, start=start, end=end)


def target(start: int, end: int, file: str = "a.txt") -> Target:
    return Target(span=span(start, end, file), quote=TEXTS[file][start:end])


def case(*evidence: Target, kind: str = "factoid", alternates: tuple[Target, ...] = ()) -> Case:
    return Case(id="q", type=kind, lang="zh", question="?", evidence=evidence, alternates=alternates)


def judged(asked: Case, *hits: Span) -> dict[str, float]:
    return scores(asked, rank(asked, hits, TEXTS))


def test_a_chinese_character_is_a_unit_and_any_other_less() -> None:
    """Three Chinese characters and ten others make six units; the border lies before the CJK radicals."""
    assert units("引据也 yinju x.0") == pytest.approx(3 + 10 * 0.3)
    assert units("\u2e7f\u2e80") == pytest.approx(1.3)


def test_the_first_hit_scores_everywhere() -> None:
    """All figures are 1 where the first hit holds the quote; all@10 is for multi_hop alone."""
    found = judged(case(target(10, 20)), span(0, 100), span(200, 300))
    assert found == {"hit@1": 1, "hit@3": 1, "hit@5": 1, "hit@10": 1, "hit@2k": 1, "mrr": 1}


def test_the_fourth_hit_scores_from_five_on() -> None:
    """Rank 4: mrr is a quarter, hit@1 and hit@3 are missed."""
    found = judged(case(target(10, 20)), *(span(n, n + 50) for n in (100, 200, 300)), span(0, 50))
    assert found == {"hit@1": 0, "hit@3": 0, "hit@5": 1, "hit@10": 1, "hit@2k": 1, "mrr": 0.25}


def test_the_eleventh_hit_scores_only_within_the_budget() -> None:
    """Ten small hits leave room: the eleventh counts for hit@2k and for nothing else."""
    found = judged(case(target(10, 20)), *(span(100 * n, 100 * n + 50) for n in range(1, 11)), span(0, 50))
    assert found == {"hit@1": 0, "hit@3": 0, "hit@5": 0, "hit@10": 0, "hit@2k": 1, "mrr": 0}


def test_the_budget_ends_where_2000_units_are_used() -> None:
    """A hit that begins at 1,999 units is within the budget, one that begins at 2,000 is not."""
    within = judged(case(target(10, 20)), span(1000, 2000), span(2000, 2999), span(0, 100))
    beyond = judged(case(target(10, 20)), span(1000, 2000), span(2000, 3000), span(0, 100))
    assert (within["hit@2k"], beyond["hit@2k"]) == (1, 0)
    assert within["hit@3"] == beyond["hit@3"] == 1


def test_half_a_quote_is_found_and_less_is_not() -> None:
    """Of ten characters five are enough, four are not; two halves in two hits count once."""
    assert judged(case(target(10, 20)), span(15, 100))["hit@1"] == 1
    assert judged(case(target(10, 20)), span(16, 100))["hit@1"] == 0
    assert judged(case(target(10, 20)), span(0, 14), span(14, 100))["mrr"] == 0.5


def test_a_huge_hit_counts_to_1200_units() -> None:
    """What stands beyond is not found, and the hit uses 1,200 units of the budget."""
    assert judged(case(target(1190, 1200)), span(0, 5000))["hit@1"] == 1
    assert judged(case(target(1200, 1210)), span(0, 5000))["hit@1"] == 0
    assert judged(case(target(10, 20)), span(1000, 5000), span(0, 50))["hit@2k"] == 1
    assert judged(case(target(10, 20)), span(1000, 5000), span(2000, 5000), span(0, 50))["hit@2k"] == 0
    assert judged(case(target(3000, 3010, "c.txt")), span(0, 6000, "c.txt"))["hit@1"] == 1  # 4,000 letters are 1,200


def test_an_alternate_is_as_good_as_evidence() -> None:
    """The quote of another place that answers counts for the rank."""
    assert judged(case(target(10, 20), alternates=(target(500, 510, "b.txt"),)), span(490, 600, "b.txt"))["hit@1"] == 1
    assert judged(case(target(10, 20)), span(0, 100, "b.txt"))["hit@1"] == 0


def test_multi_hop_needs_every_file_among_ten() -> None:
    """Evidence of two files: both, one, and the other too late; an alternate of a file stands for it."""
    two = case(target(10, 20), target(10, 20, "b.txt"), kind="multi_hop", alternates=(target(900, 910, "b.txt"),))
    a, b, late = span(0, 50), span(0, 50, "b.txt"), tuple(span(n * 100, n * 100 + 50) for n in range(1, 10))
    assert judged(two, a, b)["all@10"] == 1
    assert judged(two, a)["all@10"] == 0
    assert judged(two, a, *late, b)["all@10"] == 0
    assert judged(two, a, span(880, 950, "b.txt"))["all@10"] == 1


def test_a_question_without_evidence_has_no_score() -> None:
    """Search is not judged by what it gives to a question that the essays do not answer."""
    assert judged(case(kind="offtopic"), span(0, 50)) == {}


def test_no_hit_scores_nothing() -> None:
    """An empty list of hits is a miss everywhere."""
    assert set(judged(case(target(10, 20))).values()) == {0.0}


@pytest.mark.parametrize("broken", [span(5, 5), span(7, 5), span(-1, 5), span(0, 6001), span(0, 5, "z.txt")])
def test_a_hit_outside_its_file_is_refused(broken: Span) -> None:
    """Offsets that no file has are a fault of the search, not a miss."""
    with pytest.raises(ValueError, match="the search gave"):
        judged(case(target(10, 20)), broken)


spans = st.builds(
    lambda start, size, file: span(start, start + size, file),
    st.integers(0, 2000),
    st.integers(1, 3000),
    st.sampled_from(["a.txt", "b.txt"]),
)
targets = st.builds(
    lambda start, size, file: target(start, start + size, file),
    st.integers(0, 2000),
    st.integers(1, 200),
    st.sampled_from(["a.txt", "b.txt"]),
)


@given(st.lists(targets, min_size=1, max_size=3), st.lists(spans, max_size=60))
def test_figures_grow_with_depth(evidence: list[Target], hits: list[Span]) -> None:
    """hit@k never falls as k grows, mrr lies between hit@1 and hit@10, and every score between 0 and 1."""
    found = judged(case(*evidence, kind="multi_hop"), *hits)
    assert set(found) == {figure.name for figure in FIGURES}
    assert found["hit@1"] <= found["hit@3"] <= found["hit@5"] <= found["hit@10"]
    assert found["hit@1"] <= found["mrr"] <= found["hit@10"]
    assert found["all@10"] <= found["hit@10"]
    assert all(0 <= score <= 1 for score in found.values())


@given(st.lists(targets, min_size=1, max_size=3), st.lists(spans, max_size=20), spans)
def test_a_further_hit_takes_nothing_away(evidence: list[Target], hits: list[Span], more: Span) -> None:
    """What was found in a list of hits is found in a longer one that begins with it."""
    asked = case(*evidence)
    shorter, longer = judged(asked, *hits), judged(asked, *hits, more)
    assert all(longer[figure] >= score for figure, score in shorter.items())


@given(spans)
def test_a_hit_never_counts_for_more_than_its_limit(hit: Span) -> None:
    """However long a hit, two of them leave no room in the budget only from 1,000 units each."""
    size = min(units(TEXT[hit.start : hit.end]), MAX_HIT_UNITS)
    found = judged(case(target(5990, 6000)), hit, hit, span(5980, 6000))
    assert found["hit@2k"] == float(2 * size < 2000)
