"""The measured figures into the documents: ``python -m tests.peers.report``.

Tables go into docs/search.md and the README between their marks, the picture into docs/search.svg.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.peers.figures import FIGURES, Row
from tests.peers.picture import Bar, Panel, picture
from tests.peers.third_party import ROOT, Result

OWN = "Yinju"
FAMILY = "LangChain"
SHOWN = "hit@2k"
TITLES = {
    "dev": "questions on the essays in seeds/, Chinese and English",
    "XQuAD zh→zh": "XQuAD, Chinese questions, Chinese paragraphs",
    "XQuAD zh→en": "XQuAD, Chinese questions, English paragraphs",
    "XQuAD en→zh": "XQuAD, English questions, Chinese paragraphs",
}


def main() -> None:
    """Renew whatever there are figures for."""
    parser = argparse.ArgumentParser(description="figures into the documents")
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "peers", help="where the figures were kept")
    work = parser.parse_args().work
    page, readme = ROOT / "docs" / "search.md", ROOT / "README.md"
    if (work / "peers.json").is_file():
        kept = json.loads((work / "peers.json").read_text(encoding="utf-8"))
        rows = [Row(**row) for row in kept["rows"]]
        renew(page, "peers", full_table(rows))
        renew(page, "versions", ", ".join(f"{name} {number}" for name, number in kept["versions"].items()) + ".")
        renew(readme, "peers", short_table(rows))
        (ROOT / "docs" / "search.svg").write_text(drawn(rows), encoding="utf-8")
    if (work / "third_party.json").is_file():
        kept = json.loads((work / "third_party.json").read_text(encoding="utf-8"))
        results = [Result(**row) for row in kept.values()]
        renew(page, "third-party", third_party_table(results))
        renew(readme, "third-party", third_party_line(results))


def renew(document: Path, mark: str, content: str) -> None:
    """Put the content between the marks of that name; they are expected to stand in the document once."""
    document.write_text(replaced(document.read_text(encoding="utf-8"), mark, content), encoding="utf-8")


def replaced(text: str, mark: str, content: str) -> str:
    """The text with what stands between ``<!-- mark -->`` and ``<!-- /mark -->`` exchanged. ValueError without them."""
    between = re.compile(rf"(<!-- {re.escape(mark)} -->\n).*?(<!-- /{re.escape(mark)} -->)", re.DOTALL)
    if len(between.findall(text)) != 1:
        raise ValueError(f"the marks of “{mark}” do not stand in the document exactly once")
    return between.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def full_table(rows: Sequence[Row]) -> str:
    """Every system with every figure."""
    lines = [
        f"| questions | system | {' | '.join(FIGURES)} | lead of Yinju, {SHOWN} |",
        f"| --- | --- |{' --- |' * len(FIGURES)} --- |",
    ]
    for benchmark, systems in by_benchmark(rows).items():
        for name, figures in systems.items():
            cells = [_with_interval(figures[figure]) for figure in FIGURES]
            lead = "" if name == OWN else _lead(figures[SHOWN])
            lines.append(f"| {benchmark} ({figures[SHOWN].n}) | {name} | {' | '.join(cells)} | {lead} |")
    return "\n".join(lines)


def short_table(rows: Sequence[Row]) -> str:
    """One figure, of LangChain's settings the best."""
    found = by_benchmark(rows)
    lines = [f"| {SHOWN} | {' | '.join(found)} |", f"| --- |{' --- |' * len(found)}"]
    columns = [dict(_chosen(systems)) for systems in found.values()]
    for label in columns[0]:
        lines.append(f"| {label} | {' | '.join(f'{column[label].value:.3f}' for column in columns)} |")
    return "\n".join(lines)


def third_party_table(results: Sequence[Result]) -> str:
    """A line a figure."""
    lines = ["| questions | figure | value | 95 % interval |", "| --- | --- | --- | --- |"]
    for one in results:
        interval = f"{one.low:.3f} to {one.high:.3f}"
        lines.append(f"| {one.benchmark} ({one.n}) | {one.figure} | {one.value:.3f} | {interval} |")
    return "\n".join(lines)


def third_party_line(results: Sequence[Result]) -> str:
    """The same without intervals, by figure."""
    figures = dict.fromkeys(one.figure for one in results)
    told = {
        figure: ", ".join(f"{one.benchmark} {one.value:.3f}" for one in results if one.figure == figure)
        for figure in figures
    }
    return "\n".join(f"- {figure}: {said}" for figure, said in told.items())


def drawn(rows: Sequence[Row]) -> str:
    """The picture of the short table, with intervals."""
    panels = [
        Panel(
            title=f"{TITLES[benchmark]} ({next(iter(systems.values()))[SHOWN].n})",
            bars=[
                Bar(label=label, value=row.value, low=row.low, high=row.high, own=label == OWN)
                for label, row in _chosen(systems)
            ],
        )
        for benchmark, systems in by_benchmark(rows).items()
    ]
    title = "The answer stands within the first 2,000 units of text found (hit@2k)"
    return picture(title, "share of the questions; the lines are 95 % intervals", panels)


def by_benchmark(rows: Sequence[Row]) -> Mapping[str, Mapping[str, Mapping[str, Row]]]:
    """The rows by benchmark, system and figure, in their order."""
    found: dict[str, dict[str, dict[str, Row]]] = {}
    for row in rows:
        found.setdefault(row.benchmark, {}).setdefault(row.system, {})[row.figure] = row
    return found


def _chosen(systems: Mapping[str, Mapping[str, Row]]) -> Iterator[tuple[str, Row]]:
    """Yinju, of LangChain's settings the one that does best here, then the others."""
    yield OWN, systems[OWN][SHOWN]
    family = [figures[SHOWN] for name, figures in systems.items() if name.startswith(FAMILY)]
    if family:
        yield f"{FAMILY}, its best", max(family, key=lambda row: row.value)
    for name, figures in systems.items():
        if name != OWN and not name.startswith(FAMILY):
            yield name, figures[SHOWN]


def _with_interval(row: Row) -> str:
    return f"{row.value:.3f} ({row.low:.3f} to {row.high:.3f})"


def _lead(row: Row) -> str:
    return f"{row.lead:+.3f} ({row.lead_low:+.3f} to {row.lead_high:+.3f})"


if __name__ == "__main__":
    main()
