"""What the checks stop of a thousand faults in correct answers, and what they block of the correct ones."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from bot.answering.verification.check import Evidence, Fault, check, read_evidence
from bot.corpus.model import Passage
from tests.fakes.corruptions import WANTED, Answered, clean_answers, corrupted, seed_passages

BARS = dict.fromkeys(WANTED, 1.0) | {"figure": 0.95, "date": 0.95, "name": 0.95, "negation": 0.8}
MAX_CLEAN_BLOCKED = 0.02


@pytest.fixture(scope="module")
def clean() -> list[Answered]:
    """Correct sentences over the seed essays."""
    return clean_answers(seed_passages(), seed=1)


@pytest.fixture(scope="module")
def faults_of() -> Callable[[Answered], tuple[Fault, ...]]:
    """The checks, each passage read once."""

    @cache
    def read(passage: Passage) -> Evidence:
        return read_evidence(passage)

    def faults(one: Answered) -> tuple[Fault, ...]:
        return check(
            one.sentence,
            [read(passage) for passage in one.cited],
            others=[read(passage) for passage in one.others],
            allowed=one.question,
        )

    return faults


def test_a_thousand_faults(clean, faults_of, record_property) -> None:
    """Every fault of citation or quotation is stopped, 95 % of numbers and names, 80 % of negations."""
    made: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for one in corrupted(clean, seed=2, wanted=WANTED):
        made[one.kind] += 1
        stopped[one.kind] += bool(faults_of(one))
    shares = {kind: stopped[kind] / made[kind] for kind in WANTED}
    record_property("stopped", str(shares))
    print({kind: f"{stopped[kind]} of {made[kind]}" for kind in WANTED})
    assert made == Counter(WANTED)
    assert {kind: share for kind, share in shares.items() if share < BARS[kind]} == {}


def test_what_is_right_goes_through(clean, faults_of) -> None:
    """At most one clean sentence in fifty is blocked."""
    blocked = [one.sentence for one in clean if faults_of(one)]
    print(f"{len(blocked)} of {len(clean)} clean sentences blocked")
    assert len(clean) > 600
    assert len(blocked) <= MAX_CLEAN_BLOCKED * len(clean), blocked
