"""The report of an evaluation as plain JSON, and what a later run needs of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.errors import in_words
from bot.evaluation.bars import Bar, Verdict, verdicts
from bot.evaluation.figures import Difference, Estimate, differences, estimates, outcome_counts
from bot.evaluation.intervals import ROUNDS, SEED
from bot.evaluation.model import Case, Evaluation, Figure, GoldenUnusable, Judgement, Kind, Shown

FORMAT = 1
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An evaluation with all that is said about it."""

    evaluation: Evaluation
    estimates: tuple[Estimate, ...]
    verdicts: tuple[Verdict, ...] = ()
    differences: tuple[Difference, ...] = ()


def make_report(
    evaluation: Evaluation, *, bars: Sequence[Bar] = (), earlier: Mapping[str, Mapping[str, float]] | None = None
) -> Report:
    """The figures of an evaluation, held against ``bars`` and against the scores of an earlier run."""
    found = estimates(evaluation.judgements, evaluation.figures)
    return Report(
        evaluation=evaluation,
        estimates=found,
        verdicts=verdicts(bars, found),
        differences=differences(evaluation.judgements, earlier or {}, evaluation.figures),
    )


def report_to_json(report: Report) -> dict[str, Any]:
    """The whole report in plain JSON values. But for ``timing``, which comes last, equal runs give equal values."""
    evaluation = report.evaluation
    return {
        "format": FORMAT,
        "kind": evaluation.kind,
        "about": dict(evaluation.about),
        "intervals": {
            "confidence": 0.95,
            "shares": "Wilson",
            "other means": f"percentile bootstrap, {ROUNDS} samples, seed {SEED}",
            "differences": "paired percentile bootstrap, the same samples and seed",
        },
        "figures": _figures(report),
        "outcomes": outcome_counts(evaluation.judgements, evaluation.outcomes),
        "thresholds": [_verdict(verdict) for verdict in report.verdicts],
        "differences": [_difference(difference) for difference in report.differences],
        "questions": [_judgement(judgement) for judgement in evaluation.judgements],
        "timing": {name: round(seconds, DIGITS) for name, seconds in asdict(evaluation.timing).items()},
    }


def earlier_scores(path: Path, kind: Kind) -> dict[str, dict[str, float]]:
    """The scores of an earlier report by question and figure.

    Raises GoldenUnusable where the file cannot be read or is no report of the same kind.
    """
    try:
        record = json.loads(path.read_bytes())
        if (record["format"], record["kind"]) != (FORMAT, kind):
            raise GoldenUnusable(f"{path}: this is no report of `yinju eval {kind}` of this version")
        return {
            row["id"]: {figure: float(score) for figure, score in row["scores"].items()} for row in record["questions"]
        }
    except OSError as exc:
        raise GoldenUnusable(f"{path}: the earlier report cannot be read ({in_words(exc)})") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise GoldenUnusable(f"{path}: this is no report of `yinju eval`") from exc


def _figures(report: Report) -> dict[str, dict[str, Any]]:
    figures: dict[str, Figure] = {figure.name: figure for figure in report.evaluation.figures}
    found: dict[str, dict[str, Any]] = {}
    for estimate in report.estimates:
        found.setdefault(estimate.group, {})[estimate.figure] = {
            "value": round(estimate.value, DIGITS),
            "low": round(estimate.interval.low, DIGITS),
            "high": round(estimate.interval.high, DIGITS),
            "n": estimate.n,
            "interval": "Wilson" if figures[estimate.figure].is_share else "bootstrap",
        }
    return found


def _verdict(verdict: Verdict) -> dict[str, Any]:
    value = None if verdict.value is None else round(verdict.value, DIGITS)
    bar = verdict.bar
    return {"group": bar.group, "figure": bar.figure, "least": bar.bound, "value": value, "passed": verdict.passed}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "group": difference.group,
        "figure": difference.figure,
        "n": difference.n,
        "before": round(difference.before, DIGITS),
        "after": round(difference.after, DIGITS),
        "low": round(difference.interval.low, DIGITS),
        "high": round(difference.interval.high, DIGITS),
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    case = judgement.case
    return _asked(case) | {
        "outcome": judgement.outcome,
        "scores": dict(judgement.scores),  # not rounded: a later run subtracts them
        "faults": list(judgement.faults),
        "said": judgement.said,
        "came": [_shown(shown) for shown in judgement.came],
        "wanted": [_shown(shown) for shown in judgement.wanted],
    }


def _asked(case: Case) -> dict[str, Any]:
    return {"id": case.id, "type": case.type, "lang": case.lang, "question": case.question}


def _shown(shown: Shown) -> dict[str, Any]:
    return asdict(shown.span) | {
        "title": shown.title,
        "text": shown.text,
        "link": shown.link,
        "is_right": shown.is_right,
    }
