"""Drawings of a report, as SVG that stands in the page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.evaluation.figures import ALL
from bot.evaluation.model import Judgement

_CELL_W, _CELL_H, _LABEL_W, _HEAD_H = 68, 28, 150, 26
_CURVE_W, _CURVE_H, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 260, 44, 90, 14, 34
_GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_LABEL_GAP = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The share of a group's questions found by each rank, rank 1 first."""

    label: str
    shares: tuple[float, ...]


def outcome_plot(judgements: Sequence[Judgement], outcomes: Sequence[str]) -> str:
    """How many questions of each type had each outcome: the darker, the larger the share of the type."""
    types = tuple(dict.fromkeys(judgement.case.type for judgement in judgements))
    width, height = _LABEL_W + _CELL_W * len(outcomes), _HEAD_H + _CELL_H * len(types)
    cells = [
        f'<text x="{_LABEL_W + _CELL_W * column + _CELL_W / 2:g}" y="16" text-anchor="middle">{escape(outcome)}</text>'
        for column, outcome in enumerate(outcomes)
    ]
    for row, kind in enumerate(types):
        counts = Counter(judgement.outcome for judgement in judgements if judgement.case.type == kind)
        y = _HEAD_H + _CELL_H * row
        cells.append(f'<text x="0" y="{y + 18}">{escape(kind)} <tspan class="dim">{counts.total()}</tspan></text>')
        cells.extend(_cells(counts, outcomes, y))
    return _svg(width, height, "questions by type and outcome", cells)


def _cells(counts: Counter[str], outcomes: Sequence[str], y: int) -> Iterator[str]:
    for column, outcome in enumerate(outcomes):
        x, count = _LABEL_W + _CELL_W * column, counts[outcome]
        share = count / counts.total()
        box = f'x="{x + 1}" y="{y + 1}" width="{_CELL_W - 2}" height="{_CELL_H - 2}" rx="3"'
        yield f'<rect class="empty" {box}/>'
        if count:
            yield f'<rect class="full" {box} fill-opacity="{0.12 + 0.5 * share:.2f}"/>'
            yield f'<text x="{x + _CELL_W / 2:g}" y="{y + 18}" text-anchor="middle">{count}</text>'


def rank_plot(judgements: Sequence[Judgement], deepest: int) -> str:
    """The share of questions whose answer is found by each rank, over all and by language."""
    judged = [judgement for judgement in judgements if judgement.scores]
    groups = [ALL, *dict.fromkeys(judgement.case.lang for judgement in judged)]
    lines = [
        _line(group, [judgement for judgement in judged if group in (ALL, judgement.case.lang)], deepest)
        for group in groups
        if judged
    ]
    drawn = [*_axes(deepest), *(_curve(line, number, deepest) for number, line in enumerate(lines))]
    return _svg(_CURVE_W, _CURVE_H, "share of questions answered by the hits up to a rank", [*drawn, *_names(lines)])


def _line(group: str, judgements: Sequence[Judgement], deepest: int) -> _Line:
    outcomes = Counter(judgement.outcome for judgement in judgements)
    found, shares = 0, []
    for place in range(1, deepest + 1):
        found += outcomes[str(place)]
        shares.append(found / len(judgements))
    return _Line(label=group, shares=tuple(shares))


def _x(place: int, deepest: int) -> float:
    return _LEFT + (place - 1) * (_CURVE_W - _LEFT - _RIGHT) / max(deepest - 1, 1)


def _y(share: float) -> float:
    return _CURVE_H - _BOTTOM - share * (_CURVE_H - _TOP - _BOTTOM)


def _axes(deepest: int) -> Iterator[str]:
    for share in _GRID:
        y = _y(share)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_CURVE_W - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="dim" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.1f}</text>'
    for place in range(1, deepest + 1):
        at = f'x="{_x(place, deepest):.1f}" y="{_CURVE_H - _BOTTOM + 18}"'
        yield f'<text class="dim" {at} text-anchor="middle">{place}</text>'
    yield f'<text class="dim" x="{_CURVE_W - _RIGHT + 14}" y="{_CURVE_H - _BOTTOM + 18}">rank</text>'


def _curve(line: _Line, number: int, deepest: int) -> str:
    points = [f"{_x(place, deepest):.1f},{_y(share):.1f}" for place, share in enumerate(line.shares, start=1)]
    dots = "".join(f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="2.5"/>' for point in points)
    return f'<g class="line{number % 4}"><polyline points="{" ".join(points)}"/>{dots}</g>'


def _names(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines' names at their ends, moved apart where they would stand on each other."""
    lowest = float("-inf")
    for number, line in sorted(enumerate(lines), key=lambda pair: -pair[1].shares[-1]):
        lowest = max(_y(line.shares[-1]) + 4, lowest + _LABEL_GAP)
        said = f"{escape(line.label)} {line.shares[-1]:.2f}"
        yield f'<text class="name{number % 4}" x="{_CURVE_W - _RIGHT + 10}" y="{lowest:.1f}">{said}</text>'


def _svg(width: float, height: float, label: str, drawn: Sequence[str]) -> str:
    body = "\n".join(drawn)
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">\n{body}\n</svg>'
    )
