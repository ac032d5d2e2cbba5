"""An answer as plain text."""

import re
from collections.abc import Iterator

from bot.answering.asker_language import AskerLanguage
from bot.answering.model import Answer, Citation, Status
from bot.answering.phrases import notice_line, original_label, phrases
from bot.answering.plain import strip_markup, visible

_LINK = re.compile(r"\[((?:\\.|[^\\\[\]\n])*)\]\((https?://[^\s()]+)\)")
_PLACE = re.compile("\x00(\\d+)\x00")  # stands for an address, whose underscores are no emphasis
_ESCAPE = re.compile(r"\\([\\`*\[\]<])")


def render(answer: Answer) -> str:
    """The answer, then a source a citation: number, essay, author, date, the quote, the link.

    An answer that is made of its quotes does not repeat them.
    """
    notices = [notice_line(notice, answer.lang) for notice in answer.notices]
    with_quote = answer.status is not Status.QUOTED
    sources = [_source(citation, answer.lang, with_quote=with_quote) for citation in answer.citations]
    return "\n\n".join([*notices, plain(answer.text), *sources])


def plain(markdown: str) -> str:
    """Markdown without its marks, line by line; a link is its words and, in ``<>``, its address."""
    addresses: list[str] = []

    def placed(link: re.Match[str]) -> str:
        addresses.append(link[2])
        return f"{link[1]} <\x00{len(addresses) - 1}\x00>"

    marked = _LINK.sub(placed, markdown.replace("\x00", ""))
    return _PLACE.sub(lambda place: addresses[int(place[1])], _ESCAPE.sub(r"\1", strip_markup(marked)))


def _source(citation: Citation, lang: AskerLanguage, *, with_quote: bool) -> str:
    essay = citation.essay
    section = citation.section if citation.section != essay.title else None
    known = " · ".join(part for part in (essay.title, section, essay.author, essay.date) if part)
    twin = f" ({citation.twin})" if citation.twin else ""
    quote = list(_quoted(citation, lang)) if with_quote else []
    return "\n".join([f"[{citation.n}] {known}{twin}", *quote, f"    {citation.link}"])


def _quoted(citation: Citation, lang: AskerLanguage) -> Iterator[str]:
    yield f"    “{visible(citation.quote)}”{original_label(lang, citation.quote)}"
    if citation.translation:
        yield f"    {phrases(lang).translation}{citation.translation}"
