"""A chart as SVG that stands in a page: two axes, even or logarithmic, and lines with their names at their ends."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.evaluation.bench.model import Axis, Chart, Line, Point

_W, _H, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 340, 76, 170, 14, 52
_LABEL_GAP = 16
_COLOURS = 4
_STEPS = (1, 2, 2.5, 5, 10)  # times a power of ten: what people count in
_TICKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """An axis with its marks, and where a value stands on it: 0 at its beginning, 1 at its end."""

    axis: Axis
    marks: tuple[float, ...]

    def share(self, value: float) -> float:
        low, high, at = self.marks[0], self.marks[-1], value
        if self.axis.log:
            low, high, at = math.log10(low), math.log10(high), math.log10(max(value, low))
        return (at - low) / (high - low)


def chart_svg(chart: Chart) -> str:
    """The chart drawn; an empty drawing where no line has a point."""
    points = [point for line in chart.lines for point in line.points]
    if not points:
        return ""
    across = _scale(chart.x, [point.x for point in points])
    up = _scale(chart.y, [point.y for point in points])
    drawn = [*_marks_across(across), *_marks_up(up), *_titles(chart)]
    drawn.extend(_curve(line, number, across, up, dots=chart.dots) for number, line in enumerate(chart.lines))
    drawn.extend(_names(chart.lines, up))
    body = "\n".join(drawn)
    label = escape(f"{chart.title}: {chart.y.label} against {chart.x.label}")
    return f'<svg role="img" aria-label="{label}" viewBox="0 0 {_W} {_H}" width="{_W}" height="{_H}">\n{body}\n</svg>'


def marks_even(low: float, high: float) -> tuple[float, ...]:
    """Round numbers, evenly apart, from 0 (or below ``low``) to ``high`` or above."""
    low, high = min(low, 0.0), max(high, low + 1e-9, 1e-9)
    rough = (high - low) / (_TICKS - 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return tuple(number * step for number in range(first, last + 1))


def marks_log(low: float, high: float) -> tuple[float, ...]:
    """Powers of ten around the values, which are above 0; with 2 and 5 between them where the powers would be few."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    if last - first > 2:  # noqa: PLR2004 (three powers and more are marks enough)
        return tuple(10.0**power for power in range(first, last + 1))
    every = [lead * 10.0**power for power in range(first, last + 1) for lead in (1, 2, 5)]
    begin = max(mark for mark in every if mark <= low * (1 + 1e-9))
    end = min((mark for mark in every if mark >= high * (1 - 1e-9)), default=every[-1])
    return tuple(mark for mark in every if begin <= mark <= max(end, every[every.index(begin) + 1]))


def _scale(axis: Axis, values: Sequence[float]) -> _Scale:
    marks: Callable[[float, float], tuple[float, ...]] = marks_log if axis.log else marks_even
    return _Scale(axis=axis, marks=marks(min(values), max(values)))


def _x(scale: _Scale, value: float) -> float:
    return _LEFT + scale.share(value) * (_W - _LEFT - _RIGHT)


def _y(scale: _Scale, value: float) -> float:
    return _H - _BOTTOM - scale.share(value) * (_H - _TOP - _BOTTOM)


def _marks_across(scale: _Scale) -> Iterator[str]:
    for mark in scale.marks:
        x = _x(scale, mark)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_H - _BOTTOM}"/>'
        yield f'<text class="dim" x="{x:.1f}" y="{_H - _BOTTOM + 18}" text-anchor="middle">{_number(mark)}</text>'


def _marks_up(scale: _Scale) -> Iterator[str]:
    for mark in scale.marks:
        y = _y(scale, mark)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_W - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="dim" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_number(mark)}</text>'


def _titles(chart: Chart) -> Iterator[str]:
    middle = (_LEFT + _W - _RIGHT) / 2
    yield f'<text x="{middle:.1f}" y="{_H - 10}" text-anchor="middle">{escape(chart.x.label)}</text>'
    height = (_TOP + _H - _BOTTOM) / 2
    turned = f'x="16" y="{height:.1f}" transform="rotate(-90 16 {height:.1f})" text-anchor="middle"'
    yield f"<text {turned}>{escape(chart.y.label)}</text>"


def _curve(line: Line, number: int, across: _Scale, up: _Scale, *, dots: bool) -> str:
    places = [Point(x=_x(across, point.x), y=_y(up, point.y)) for point in line.points]
    path = " ".join(f"{place.x:.1f},{place.y:.1f}" for place in places)
    marked = "".join(f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="3"/>' for place in places) if dots else ""
    return f'<g class="line{number % _COLOURS}"><polyline points="{path}"/>{marked}</g>'


def _names(lines: Sequence[Line], up: _Scale) -> Iterator[str]:
    """The lines' names at the right, each beside its end, moved apart where they would stand on each other."""
    lowest = float("-inf")
    ended = [(_y(up, line.points[-1].y), number) for number, line in enumerate(lines) if line.points]
    for end, number in sorted(ended):
        lowest = max(end + 4, lowest + _LABEL_GAP)
        name = escape(lines[number].label)
        yield f'<text class="name{number % _COLOURS}" x="{_W - _RIGHT + 10}" y="{lowest:.1f}">{name}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"  # noqa: PLR2004 (two digits say enough)
