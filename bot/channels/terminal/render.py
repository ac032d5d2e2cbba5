"""An answer as plain text."""

import re

from bot.answering.model import Answer, Citation
from bot.answering.phrases import notice_line
from bot.answering.plain import strip_markup, visible

_ESCAPE = re.compile(r"\\([\\`*\[\]<])")


def render(answer: Answer) -> str:
    """The answer, then a source a citation: number, essay, author, date, the quote, the link."""
    notices = [notice_line(notice, answer.lang) for notice in answer.notices]
    sources = [_source(citation) for citation in answer.citations]
    return "\n\n".join([*notices, plain(answer.text), *sources])


def plain(markdown: str) -> str:
    """Markdown without its marks, line by line."""
    return _ESCAPE.sub(r"\1", strip_markup(markdown))


def _source(citation: Citation) -> str:
    essay = citation.essay
    known = " · ".join(part for part in (essay.title, citation.section, essay.author, essay.date) if part)
    twin = f" ({citation.twin})" if citation.twin else ""
    return f"[{citation.n}] {known}{twin}\n    “{visible(citation.quote)}”\n    {citation.link}"
