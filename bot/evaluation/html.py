"""What the pages of reports share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources

from bot.evaluation.bars import Verdict

# Nothing is fetched and nothing runs: the essays and the answers are other people's text.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, parts: Iterable[str]) -> str:
    """The HTML text of a page that needs nothing beside itself; ``parts`` are HTML."""
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{style}</style></head>",
        f"<body><h1>{escape(title)}</h1>",
        *parts,
        "</body></html>",
    ]
    return "\n".join(lines) + "\n"


def facts(told: Mapping[str, str | int]) -> str:
    """Names and what they stand for."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in told.items())
    return f"<dl>{listed}</dl>"


def thresholds(verdicts: Sequence[Verdict], *, unjudged: str) -> Iterator[str]:
    """Which bars were kept; ``unjudged`` is said where there is no value."""
    if verdicts:
        yield "<h2>Thresholds</h2><ul>"
        for verdict in verdicts:
            value = unjudged if verdict.value is None else f"{verdict.value:.3f}"
            mark = f'<b class="{"good" if verdict.passed else "bad"}">{verdict.word.lower()}</b>'
            yield f"<li>{mark} {escape(verdict.bar.name)} ({value})</li>"
        yield "</ul>"
