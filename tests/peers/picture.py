"""The comparison as a picture: bars with intervals, a panel for each set of questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LABEL_W, _VALUE_W, _MARGIN = 760, 190, 56, 16
_HEAD_H, _TITLE_H, _BAR_H, _GAP, _FOOT_H = 48, 30, 22, 14, 34
_GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# Both readings of the page: an image follows the reader's own preference.
_STYLE = """
svg { background: #fff; font: 13px system-ui, "Noto Sans", sans-serif; }
text { fill: #1f2328; } .dim { fill: #59636e; } .own { font-weight: 600; }
.bar { fill: #a9b4c0; } .bar.own { fill: #1a7f8e; } .grid { stroke: #d9dee3; }
.reach { stroke: #1f2328; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .dim { fill: #9198a1; }
.bar { fill: #4a5563; } .bar.own { fill: #2aa3b5; } .grid { stroke: #2b323b; } .reach { stroke: #e6edf3; }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A system's figure, from 0 to 1, with its interval. ``own``: the one that the picture is about."""

    label: str
    value: float
    low: float
    high: float
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One set of questions."""

    title: str
    bars: Sequence[Bar]


def picture(title: str, note: str, panels: Sequence[Panel]) -> str:
    """The panels, one below the other, as an SVG file."""
    top, drawn = float(_HEAD_H), []
    for panel in panels:
        drawn.extend(_panel(panel, top))
        top += _TITLE_H + _BAR_H * len(panel.bars) + _GAP
    drawn.extend(
        f'<text class="dim" x="{_x(share):.1f}" y="{top + 4:.1f}" text-anchor="middle">{share:.1f}</text>'
        for share in _GRID
    )
    head = f'<text class="own" x="{_MARGIN}" y="24">{escape(title)}</text>'
    foot = f'<text class="dim" x="{_MARGIN}" y="42">{escape(note)}</text>'
    body = "\n".join([head, foot, *drawn])
    height = round(top + _FOOT_H - _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">\n'
        f"<style>{_STYLE}</style>\n{body}\n</svg>\n"
    )


def _panel(panel: Panel, top: float) -> Iterator[str]:
    yield f'<text x="{_MARGIN}" y="{top + 20:g}">{escape(panel.title)}</text>'
    first, last = top + _TITLE_H, top + _TITLE_H + _BAR_H * len(panel.bars)
    for share in _GRID:
        yield f'<line class="grid" x1="{_x(share):.1f}" x2="{_x(share):.1f}" y1="{first:g}" y2="{last:g}"/>'
    for row, bar in enumerate(panel.bars):
        yield from _bar(bar, first + _BAR_H * row)


def _bar(bar: Bar, top: float) -> Iterator[str]:
    middle, own = top + _BAR_H / 2, " own" * bar.own
    yield f'<text class="dim{own}" x="{_LABEL_W - 8}" y="{middle + 4:g}" text-anchor="end">{escape(bar.label)}</text>'
    yield (
        f'<rect class="bar{own}" x="{_x(0):.1f}" y="{top + 3:g}" width="{_x(bar.value) - _x(0):.1f}" '
        f'height="{_BAR_H - 6}" rx="2"/>'
    )
    yield f'<line class="reach" x1="{_x(bar.low):.1f}" x2="{_x(bar.high):.1f}" y1="{middle:g}" y2="{middle:g}"/>'
    yield f'<text class="{own.strip()}" x="{_WIDTH - _VALUE_W + 4}" y="{middle + 4:g}">{bar.value:.3f}</text>'


def _x(share: float) -> float:
    return _LABEL_W + share * (_WIDTH - _LABEL_W - _VALUE_W - _MARGIN)
