"""What the checks stop of wrong sentences that were written by hand, and what they block of right ones.

Those of ``hand_made_claims.jsonl`` were written to get past the checks, a weak spot each; those of
``claims_of_another_hand.jsonl`` as a weak model and a good one would write them, by somebody who did not know the
checks. The shares are held where they are.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot.answering.verification.assertion import asserts_something
from bot.answering.verification.check import check, read_evidence
from bot.corpus.model import Passage
from tests.fakes.corruptions import seed_passages

FAKES = Path(__file__).resolve().parents[1] / "fakes"
MIN_STOPPED: dict[str, Mapping[str, float]] = {
    "hand_made_claims": {
        "figure": 0.5,
        "unit": 0.55,
        "time": 0.55,
        "who": 0.5,
        "cause": 0.35,
        "swapped": 0.36,
        "too sure": 0.3,
        "denied": 0.28,
    },
    "claims_of_another_hand": {
        "a figure": 1.0,
        "a date": 1.0,
        "a quotation": 1.0,
        "of its own memory": 1.0,
        "an invented name": 0.75,
        "the figure of another": 0.5,
        "swapped": 0.4,
        "turned": 0.2,
    },
}
MAX_BLOCKED = 0.11


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence over the passages that hold each of ``passages``, in answer to ``question``."""

    question: str
    claim: str
    holds: bool
    kind: str
    passages: tuple[str, ...]


@pytest.mark.parametrize("name", MIN_STOPPED)
def test_claims_by_hand(name: str) -> None:
    """Of each kind as many are stopped as ever were, and no more right ones are blocked."""
    lines = (FAKES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    claims = [Claim(**json.loads(line)) for line in lines]
    made, stopped = Counter(claim.kind for claim in claims if not claim.holds), Counter[str]()
    blocked = []
    for claim in claims:
        if is_stopped(claim):
            stopped[claim.kind] += not claim.holds
            blocked += [claim.claim] if claim.holds else []
    right = sum(claim.holds for claim in claims)
    print({kind: f"{stopped[kind]} of {made[kind]}" for kind in made}, f"{stopped.total()} of {made.total()}")
    print(f"{len(blocked)} of {right} right ones blocked")
    assert made.keys() == MIN_STOPPED[name].keys()
    assert [kind for kind, least in MIN_STOPPED[name].items() if stopped[kind] < least * made[kind]] == []
    assert len(blocked) <= MAX_BLOCKED * right, blocked


def is_stopped(claim: Claim) -> bool:
    """Whether the checks find fault with it, citing all of its passages."""
    if not asserts_something(claim.claim, claim.question):
        return False
    cited = [read_evidence(_holding(words)) for words in claim.passages]
    return bool(check(claim.claim, cited, allowed=claim.question))


@cache
def _passages() -> tuple[Passage, ...]:
    return seed_passages()


def _holding(words: str) -> Passage:
    return next(passage for passage in _passages() if words in passage.text)
