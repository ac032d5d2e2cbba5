"""A report as one page: figures, drawings and what went wrong. It needs nothing beside itself."""

import os
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote as percent_encode

from bot.evaluation.figures import Estimate
from bot.evaluation.html import document, facts, thresholds
from bot.evaluation.model import Judgement, Shown
from bot.evaluation.plot import outcome_plot, rank_plot
from bot.evaluation.report import Report
from bot.evaluation.retrieval import DEEPEST

_WEB = ("http://", "https://")


def page(report: Report, *, folder: Path, essays: Path) -> str:
    """The HTML text of a page that stands in ``folder``; links to essays without an address lead to ``essays``."""
    title = f"Yinju: {report.evaluation.kind}, {report.evaluation.about.get('golden', '')}"
    essays_link = percent_encode(Path(os.path.relpath(essays, folder)).as_posix())
    parts = [
        facts(report.evaluation.about),
        *thresholds(report.verdicts, unjudged="no question to judge"),
        *_figures(report),
        *_differences(report),
        *_drawings(report),
        *_misses(report, essays_link),
    ]
    return document(title, parts)


def _figures(report: Report) -> Iterator[str]:
    names = [figure.name for figure in report.evaluation.figures]
    found = {(estimate.group, estimate.figure): estimate for estimate in report.estimates}
    yield "<h2>Figures by type and language</h2>"
    yield (
        '<p class="dim">Below each figure its 95 % interval (Wilson for shares, bootstrap for other means) and '
        "the questions that it applies to.</p>"
    )
    yield '<div class="wide"><table><thead><tr><th></th>'
    yield "".join(f"<th>{escape(name).replace('_', '_<wbr>')}</th>" for name in names) + "</tr></thead><tbody>"
    for group in dict.fromkeys(estimate.group for estimate in report.estimates):
        cells = "".join(_cell(found.get((group, name))) for name in names)
        yield f'<tr class="{"all" if group == "all" else "part"}"><td>{escape(group)}</td>{cells}</tr>'
    yield "</tbody></table></div><dl>"
    yield "".join(
        f"<dt>{escape(figure.name)}</dt><dd>{escape(figure.meaning)}</dd>" for figure in report.evaluation.figures
    )
    yield "</dl>"


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return '<td class="dim">–</td>'
    interval = f"{estimate.interval.low:.2f} to {estimate.interval.high:.2f}"
    return f"<td>{estimate.value:.3f}<small>{interval}</small><small>n {estimate.n}</small></td>"


def _differences(report: Report) -> Iterator[str]:
    if not report.differences:
        return
    yield "<h2>Against the baseline</h2>"
    yield '<p class="dim">Over the questions that both runs judged; 95 % intervals by paired bootstrap.</p>'
    yield '<div class="wide"><table><thead><tr><th></th><th>figure</th><th>questions</th><th>before</th><th>after</th>'
    yield "<th>difference</th><th>interval</th></tr></thead><tbody>"
    for moved in report.differences:
        sure = "good" if moved.interval.low > 0 else "bad" if moved.interval.high < 0 else "dim"
        yield (
            f"<tr><td>{escape(moved.group)}</td><td>{escape(moved.figure)}</td><td>{moved.n}</td>"
            f"<td>{moved.before:.3f}</td><td>{moved.after:.3f}</td>"
            f'<td class="{sure}">{moved.after - moved.before:+.3f}</td>'
            f"<td>{moved.interval.low:+.3f} to {moved.interval.high:+.3f}</td></tr>"
        )
    yield "</tbody></table></div>"


def _drawings(report: Report) -> Iterator[str]:
    evaluation = report.evaluation
    judged = [judgement for judgement in evaluation.judgements if judgement.scores]
    if not judged:
        return
    if evaluation.kind == "search":
        yield "<h2>Rank of the first hit that answers</h2>"
        yield rank_plot(judged, DEEPEST)
    else:
        yield "<h2>How questions ended</h2>"
    seen = {judgement.outcome for judgement in judged}
    places = {str(place) for place in range(1, DEEPEST + 1)}
    shown = [outcome for outcome in evaluation.outcomes if outcome in seen or outcome in places]
    yield f'<div class="wide">{outcome_plot(judged, shown)}</div>'


def _misses(report: Report, essays: str) -> Iterator[str]:
    missed = [judgement for judgement in report.evaluation.judgements if judgement.faults]
    yield f"<h2>What went wrong: {len(missed)} of {len(report.evaluation.judgements)} questions</h2>"
    for judgement in missed:
        yield from _miss(judgement, essays)


def _miss(judgement: Judgement, essays: str) -> Iterator[str]:
    case = judgement.case
    yield f'<article id="{escape(case.id)}"><h3 lang="{escape(case.lang)}">{escape(case.question)}</h3>'
    faults = "; ".join(judgement.faults)
    yield f'<p><span class="dim">{escape(f"{case.id} · {case.type} · {case.lang}")}</span> '
    yield f'<span class="bad">{escape(faults)}</span></p>'
    for turn in case.history:
        yield f'<p class="dim">{escape(turn.role)}: {escape(turn.content)}</p>'
    yield "<h4>What came</h4>"
    if judgement.said:
        yield f'<p class="said">{escape(judgement.said)}</p>'
    yield _list("ol", judgement.came, essays)
    yield "<h4>What should have come</h4>"
    yield _list("ul", judgement.wanted, essays) if judgement.wanted else "<p>The essays do not say it: no answer.</p>"
    yield "</article>"


def _list(tag: str, shown: tuple[Shown, ...], essays: str) -> str:
    if not shown:
        return '<p class="dim">nothing</p>'
    return f"<{tag}>{''.join(_item(one, essays) for one in shown)}</{tag}>"


def _item(shown: Shown, essays: str) -> str:
    link = shown.link if shown.link.startswith(_WEB) else f"{essays}/{shown.link}"
    mark = ' class="right"' if shown.is_right else ""
    place = f"{shown.span.file} {shown.span.start}–{shown.span.end}"
    return (
        f'<li{mark}><a href="{escape(link)}">{escape(shown.title)}</a> <span class="dim">{escape(place)}</span><br>'
        f"{escape(shown.text)}</li>"
    )
