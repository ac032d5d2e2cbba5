"""Links that a browser follows to the quote, in Chromium, on pages that show the seed essays.

``make test`` follows a sample; with ``ALL_QUOTES=1`` in the environment every quote of the development questions
is followed, which takes two minutes.
"""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.answering.links import Linker
from bot.corpus.load import load_corpus
from bot.corpus.model import Corpus, Passage, Span
from bot.corpus.sections import is_front_matter
from bot.evaluation.golden import corpus_texts, read_golden
from tests.fakes.documents import count_tokens
from tests.fakes.essay_site import EssaySite
from tests.integration.chromium import MARK_CSS, PROGRAM, Seen, Tab, open_tab

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(900),
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed"),
]
SAMPLE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    passage: Passage
    span: Span


class Reader:
    """Follows links to quotes in the browser."""

    def __init__(self, corpus: Corpus, site: EssaySite, server: TestServer, tab: Tab) -> None:
        self.corpus = corpus
        self._site = site
        self._server = server
        self._tab = tab

    async def follow(self, quote: Quote, *, link: str | None = None) -> Seen:
        """What is seen of the quote behind its own link, or behind another."""
        stretch = self._site.stretch(quote.passage.essay, quote.span)
        return await self._tab.look(link or self.link(quote), stretch.start, stretch.end)

    def page(self, quote: Quote) -> str:
        return str(self._server.make_url(self._site.path(quote.passage.essay)))

    def link(self, quote: Quote) -> str:
        essay = quote.passage.essay
        text = "\n".join(passage.text for passage in self.corpus.passages if passage.essay == essay)
        cited = replace(quote.passage, essay=replace(essay, url=self.page(quote)))
        return Linker().link(cited, quote.span, essay_text=lambda: text)

    async def missed(self, quotes: Sequence[Quote]) -> list[str]:
        """The links that don't show their quote, each with what is seen instead."""
        followed = [(self.link(quote), await self.follow(quote)) for quote in quotes]
        return [f"{link}\n{seen}" for link, seen in followed if not seen.is_right]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> AsyncIterator[Reader]:
    corpus = load_corpus(seeds, count_tokens)
    site = EssaySite(corpus, corpus_texts(seeds), css=MARK_CSS)
    async with TestServer(site.app(), host="127.0.0.1") as server, open_tab(tmp_path_factory.mktemp("profile")) as tab:
        yield Reader(corpus, site, server, tab)


@pytest.mark.shared
async def test_links_show_the_quotes_of_the_development_questions(reader: Reader, shared: Path, seeds: Path) -> None:
    """Each letter of a quote is scrolled into view and marked, and no other; Chinese and English."""
    cases = read_golden(shared / "golden" / "dev.jsonl", corpus_texts(seeds))
    targets = [target.span for case in cases for target in case.targets]
    found = dict.fromkeys(quote for span in targets for quote in quotes_of(span, reader.corpus))
    quotes = [
        quote for quote in found if not is_front_matter(quote.passage)
    ]  # no page shows it, so no link leads there
    assert len(quotes) > 250
    followed = quotes if os.environ.get("ALL_QUOTES") else quotes[:: len(quotes) // SAMPLE]
    assert not (missed := await reader.missed(followed)), "\n".join(missed)


async def test_links_show_two_sentences_together(reader: Reader) -> None:
    """Neighbours are marked from the first letter to the last, also where a page has them in two paragraphs."""
    quotes = [
        Quote(passage=passage, span=replace(one, end=other.end))
        for passage in reader.corpus.passages
        if not is_front_matter(passage)
        and "|" not in passage.text  # a page shows a stroke of what is no table after all
        for one, other in list(pairwise(passage.sentences))[:1]
    ]
    assert not (missed := await reader.missed(quotes[:: len(quotes) // SAMPLE])), "\n".join(missed)


async def test_without_the_fragment_nothing_is_marked(reader: Reader) -> None:
    """The page opens at its top, where the quote is not in view; so the other tests see what the link does."""
    passage = reader.corpus.passages[10]
    quote = Quote(passage=passage, span=passage.sentences[1])
    bare = await reader.follow(quote, link=reader.page(quote))
    assert (bare.in_view, bare.marked, bare.is_right) == (0, 0, False)
    other = await reader.follow(quote, link=reader.link(replace(quote, span=passage.sentences[0])))
    assert other.outside
    assert not other.is_right


def quotes_of(span: Span, corpus: Corpus) -> Iterator[Quote]:
    """The sentences that hold some of ``span``, one by one and together."""
    for passage in corpus.passages:
        held = [s for s in passage.sentences if s.file == span.file and s.start < span.end and span.start < s.end]
        yield from (Quote(passage=passage, span=sentence) for sentence in held)
        if len(held) > 1:
            yield Quote(passage=passage, span=replace(held[0], end=held[-1].end))
