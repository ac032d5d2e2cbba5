"""What an evaluation is made of: questions with known answers, how each came out, and figures over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.answering.model import Turn
from bot.corpus.model import Span
from bot.errors import OperatorError

Kind = Literal["search", "answers"]

TO_BE_DECLINED = frozenset({"unanswerable", "offtopic", "injection"})
"""The types of questions that the essays do not answer, so that whoever answers them makes something up."""


class GoldenUnusable(OperatorError):
    """A file of golden questions, or an earlier report, cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A quote of the essays that holds the answer, in its place."""

    span: Span
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A golden question.

    ``evidence`` holds the answer (in ``multi_hop``, every file of it is needed), ``alternates`` answer as
    well; both are empty where the essays do not say. ``answer_points`` are facts that a right answer
    contains, ``must_not`` claims that it must not make.
    """

    id: str
    type: str
    lang: str
    question: str
    history: tuple[Turn, ...] = ()
    evidence: tuple[Target, ...] = ()
    alternates: tuple[Target, ...] = ()
    answer_points: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every quote that answers."""
        return self.evidence + self.alternates

    @property
    def needs_every_file(self) -> bool:
        """Whether one quote is not enough."""
        return self.type == "multi_hop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure: its name, what it is the mean of, and whether each question counts 0 or 1 (a share)."""

    name: str
    meaning: str
    is_share: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A stretch of the essays as a report shows it. ``link`` is an address, or a place relative to the corpus."""

    span: Span
    title: str
    text: str
    link: str
    is_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How one question came out.

    ``scores`` by figure; a figure that does not apply to the question is absent. ``outcome`` says in a word
    what happened (a rank, a status); ``faults`` say what should not have, and are empty where all is well.
    """

    case: Case
    scores: Mapping[str, float]
    outcome: str
    faults: tuple[str, ...] = ()
    said: str = ""
    came: tuple[Shown, ...] = ()
    wanted: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long it all took, in seconds; the one thing in a report that differs from run to run."""

    seconds: float
    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A finished run: ``about`` tells what was measured, ``outcomes`` the possible outcomes in their order."""

    kind: Kind
    about: Mapping[str, str | int]
    figures: tuple[Figure, ...]
    outcomes: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    timing: Timing
