"""Stretches of the essays as a report shows them, each with a link that opens it in its place."""

from bot.answering.links import Linker
from bot.answering.text_fragment import text_fragment
from bot.corpus.model import Passage, Span
from bot.evaluation.model import Case, Shown, Target
from bot.retrieval.index import Index

SHOWN_CHARS = 400


class Places:
    """Shows spans: by the essay's own address where it has one, else by its file, relative to the corpus."""

    def __init__(self, index: Index, linker: Linker) -> None:
        self._index = index
        self._linker = linker
        self._passages_of: dict[str, tuple[Passage, ...]] = {}  # many questions want something of the same file

    def passage(self, passage: Passage, *, is_right: bool) -> Shown:
        """A passage that a search gave."""
        return self._shown(passage, passage.span, passage.text, is_right=is_right)

    def quote(self, passage_id: str, span: Span, quote: str, *, is_right: bool) -> Shown:
        """A quote that an answer cites; its passage may be unknown where the answer is broken."""
        return self._shown(self._index.passage(passage_id), span, quote, is_right=is_right)

    def wanted(self, case: Case) -> tuple[Shown, ...]:
        """The quotes that would have answered."""
        return tuple(self._target(target) for target in case.targets)

    def _target(self, target: Target) -> Shown:
        return self._shown(self._around(target.span), target.span, target.quote, is_right=True)

    def _around(self, span: Span) -> Passage | None:
        """The passage in which the span begins."""
        if span.file not in self._passages_of:
            rows = self._index.rows_of_files({span.file})
            self._passages_of[span.file] = tuple(map(self._index.passage_at, rows))
        passages = self._passages_of[span.file]
        return next((passage for passage in passages if passage.span.start <= span.start < passage.span.end), None)

    def _shown(self, passage: Passage | None, span: Span, text: str, *, is_right: bool) -> Shown:
        return Shown(
            span=span,
            title=passage.header if passage else span.file,
            text=text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "…",
            link=self._link(passage, span) if passage else f"{span.file}#char={span.start},{span.end}",
            is_right=is_right,
        )

    def _link(self, passage: Passage, span: Span) -> str:
        link = self._linker.link(passage, span)
        return link if "://" in link else link + text_fragment(passage, span, url=link)
