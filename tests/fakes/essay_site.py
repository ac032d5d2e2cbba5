"""The seed essays as web pages, and the places of quotes on them."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from aiohttp import web
from markdown_it import MarkdownIt

from bot.corpus.model import Corpus, Essay, Span

START, END = "\ue000", "\ue001"  # they stand around a quote in the Markdown, to find it again on the page
_MARKUP_BEFORE = re.compile(r"\A(?:[\s#>|*_~`+-]|\d{1,3}[.)]\s)*")
_MARKUP_AFTER = re.compile(r"[\s|*_~`]*\Z")
# Unless the page scrolls, the reader sees blank paper; nothing hides beyond the right edge.
_LONG_PAGE = "body { padding: 3000px 0; width: 640px; } pre { white-space: pre-wrap; }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where a page has a quote: UTF-16 units of all its text nodes, one after the other."""

    start: int
    end: int
    text: str


class EssaySite:
    """A page for each essay of a corpus, as a site shows it that renders Markdown.

    ``texts`` are the files of the corpus, ``css`` stands in every page.
    """

    def __init__(self, corpus: Corpus, texts: dict[str, str], *, css: str) -> None:
        self._markdown = MarkdownIt("commonmark").enable("table")
        self._essays = corpus.essays
        self._texts = texts
        self._css = css

    def app(self) -> web.Application:
        """Make the web server of the pages."""
        app = web.Application()
        app.router.add_get(r"/{number:\d+}", self._answer)
        return app

    def path(self, essay: Essay) -> str:
        """Where the page of ``essay`` is."""
        return f"/{self._essays.index(essay)}"

    def stretch(self, essay: Essay, span: Span) -> Stretch:
        """Where the page has the text at ``span``, without markup at its ends."""
        text = self._texts[span.file]
        quote = text[span.start : span.end]
        start = span.start + len(_first(_MARKUP_BEFORE, quote))
        end = span.end - len(_first(_MARKUP_AFTER, quote))
        pieces = (text[essay.span.start : start], START, text[start:end], END, text[end : essay.span.end])
        marked = "".join(pieces)
        shown = _text_of(self._markdown.render(marked))
        before, inside = shown[: shown.index(START)], shown[shown.index(START) + 1 : shown.index(END)]
        return Stretch(start=_units(before), end=_units(before) + _units(inside), text=inside)

    async def _answer(self, request: web.Request) -> web.Response:
        essay = self._essays[int(request.match_info["number"])]
        body = self._markdown.render(self._texts[essay.span.file][essay.span.start : essay.span.end])
        page = f"<!doctype html><meta charset=utf-8><style>{self._css} {_LONG_PAGE}</style><body>{body}</body>"
        return web.Response(text=page, content_type="text/html")


class _TextNodes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _text_of(html: str) -> str:
    parser = _TextNodes()
    parser.feed(html)
    parser.close()
    return "".join(parser.found)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
