"""What the calibration prints: weights as code, and what each threshold costs as a table."""

import math
from collections.abc import Sequence

from bot.answering.sufficiency import Weights
from tests.calibration.fit import PAIRS, Case, Numbers

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def printed(name: str, weights: Weights) -> str:
    """The weights as they stand in the code."""
    wanted = ", ".join(f'("{asked}", "{written}"): {weights.wanted[asked, written]:.2f}' for asked, written in PAIRS)
    return (
        f"{name} = Weights(\n    similarity={weights.similarity:.1f},\n    sentence={weights.sentence:.2f},\n"
        f"    lacks={weights.lacks:.2f},\n    errand={weights.errand:.2f},\n    wanted={{{wanted}}},\n)"
    )


def curve(cases: Sequence[Case], log_odds: Numbers) -> str:
    """For each source and threshold: precision and recall of refusal, or what share is declined of one kind alone."""
    lines = ["| asked | " + " | ".join(f"{threshold}" for threshold in THRESHOLDS) + " |"]
    lines.append("| --- |" + " --- |" * len(THRESHOLDS))
    for source in dict.fromkeys(case.source for case in cases):
        mine = [(case.answered, odds) for case, odds in zip(cases, log_odds, strict=True) if case.source == source]
        cells = [_cell(mine, math.log(threshold / (1 - threshold))) for threshold in THRESHOLDS]
        lines.append(f"| {source} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(judged: Sequence[tuple[bool, float]], least: float) -> str:
    declined = [answered for answered, odds in judged if odds < least]
    unanswered = sum(not answered for answered, _ in judged)
    rightly = sum(not answered for answered in declined)
    if 0 < unanswered < len(judged):
        return f"{rightly / max(len(declined), 1):.3f} / {rightly / unanswered:.3f}"
    return f"{len(declined) / len(judged):.3f}"
