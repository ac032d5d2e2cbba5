"""How often the judgement of answers by code is right: on golden points, claims and evidence, and on faults in them."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.answering.model import Answer, Citation, Status
from bot.answering.verification.sentences import read_sentences
from bot.corpus.language import language_of
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case
from bot.evaluation.support import support
from bot.evaluation.wording import claims, covers
from tests.fakes.corruptions import SEEDS, WANTED, Answered, clean_answers, corrupted, led, pointed, seed_passages

JUDGED = {kind: count for kind, count in WANTED.items() if kind != "negation"}  # is told by no figure or word
# Another subject in another language is not noticed, nor is a name in Chinese characters always.
LEAST_STOPPED = {
    "absent number": 1.0,
    "wrong number": 0.95,
    "swapped essay": 0.8,
    "quotation": 0.95,
    "figure": 0.95,
    "date": 0.95,
    "name": 0.7,
}
MOST_CLEAN_DOUBTED = 0.015


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The golden questions that the essays answer."""
    return [one for one in read_golden(SEEDS / "golden" / "dev.jsonl", corpus_texts(SEEDS)) if one.evidence]


@pytest.fixture(scope="module")
def clean() -> list[Answered]:
    """Correct sentences over the seed essays."""
    return clean_answers(seed_passages(), seed=1)


def is_doubted(one: Answered) -> bool:
    """Whether the sentence counts as one without support."""
    markers = "".join(f"[{n}]" for n in range(1, len(one.cited) + 1))
    citations = tuple(
        Citation(n=n, essay=p.essay, passage_id=p.id, section="", span=p.span, quote=p.text, link="")
        for n, p in enumerate(one.cited, start=1)
    )
    said = [sentence.said for sentence in read_sentences(one.sentence)]
    text = " ".join(f"{sentence.rstrip('。.')}{markers}{sentence[len(sentence.rstrip('。.')) :]}" for sentence in said)
    answer = Answer(status=Status.ANSWERED, text=text, lang="zh", citations=citations)
    return bool(support(answer, one.question, dict(enumerate(one.cited, start=1))).unsupported)


def evidence(case: Case) -> str:
    """What answers the question, as far as it is in its language."""
    return "\n".join(target.quote for target in case.targets if language_of(target.quote) == case.lang)


def test_faults_cost_support(clean) -> None:
    """Numbers, dates, names, quotations and citations that are wrong are seen; few right sentences are doubted."""
    made: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for one in corrupted(clean, seed=2, wanted=JUDGED):
        made[one.kind] += 1
        seen[one.kind] += is_doubted(one)
    doubted = [one.sentence for one in clean if is_doubted(one)]
    print({kind: f"{seen[kind]} of {made[kind]}" for kind in JUDGED}, f"{len(doubted)} of {len(clean)} doubted")
    assert made == Counter(JUDGED)
    assert {kind: seen[kind] for kind in JUDGED if seen[kind] < LEAST_STOPPED[kind] * made[kind]} == {}
    assert len(doubted) <= MOST_CLEAN_DOUBTED * len(clean), doubted


def test_points_are_told(cases) -> None:
    """An answer made of the points covers them; of the essays' own words, more than half; of other questions' none."""
    draw = random.Random(3)
    told: Counter[tuple[str, bool | None]] = Counter()
    for case in cases:
        other = draw.choice([one for one in cases if one is not case])
        for point in case.answer_points:
            rest = "。\n".join(one for one in case.answer_points if one != point)
            for name, text in {
                "points": "。\n".join(case.answer_points),
                "evidence": evidence(case),
                "the other points": rest,
                "other evidence": evidence(other),
                "other points": "。\n".join(other.answer_points),
            }.items():
                if text:
                    told[name, covers(text, point, question=case.question)] += 1
    print(dict(told))
    assert told["points", False] <= 3
    assert told["evidence", True] > 0.6 * (told["evidence", True] + told["evidence", False])
    assert told["other evidence", True] + told["other points", True] <= 2
    assert told["the other points", True] <= 0.04 * told["the other points", False]


def test_points_with_a_fault_are_not_covered(cases) -> None:
    """Another number or Latin name in the answer, and the point is not made; remarks in brackets are not looked at."""
    points = [one for one in pointed(cases, seed_passages(), seed=4) if not set("()（）") & set(one.words)]
    original = {one.case: one.words for one in points}
    made: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for one in corrupted(points, seed=5, wanted={"figure": 60, "name": 60}):
        made[one.kind] += 1
        seen[one.kind] += covers(one.sentence, original[one.case]) is False
    print({kind: f"{seen[kind]} of {made[kind]}" for kind in made})
    assert made["figure"] >= 40
    assert seen["figure"] >= 0.95 * made["figure"]
    assert seen["name"] >= 0.7 * made["name"]


def wrong_claims(cases: list[Case]) -> Iterator[tuple[Case, str]]:
    """The claims to avoid that can be told from the evidence by their words."""
    for case in cases:
        for claim in case.must_not:
            if not any(claims(target.quote, claim) for target in case.targets):
                yield case, claim


def test_wrong_claims_are_told(cases) -> None:
    """Made in a sentence of other words, they are seen; denied, or in right answers, they are not."""
    draw = random.Random(6)
    told: Counter[tuple[str, bool]] = Counter()
    for case, claim in wrong_claims(cases):
        denial = "并不是" if language_of(claim) == "zh" else "It is not the case that "
        told["made", claims(f"{evidence(case)}\n{led(claim, draw)}", claim)] += 1
        told["denied", claims(f"{denial}{claim}。", claim)] += 1
        told["right answers", claims("。\n".join((*case.answer_points, evidence(case))), claim)] += 1
    print(dict(told))
    assert told["made", True] >= 0.95 * told.total() / 3
    assert told["denied", True] == 0
    assert told["right answers", True] == 0
