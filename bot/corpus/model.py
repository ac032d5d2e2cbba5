"""What a corpus is made of: spans, essays, passages."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of a file.

    ``file`` is relative to the corpus folder with ``/`` separators; ``start`` and ``end`` are
    code points in the file's text as decoded from UTF-8, ``end`` exclusive.
    """

    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay:
    """One piece of writing with a title.

    ``key`` is ``<file>#<n>``, n counting the essays of a file from 1. ``date`` is ISO 8601
    (``2025-01-28``). ``same_as`` is the title of the same essay in another language. ``votes``
    counts approvals where the file states them. ``nicknames`` are what readers call it, its file or its author.
    """

    key: str
    title: str
    span: Span
    lang: Language
    author: str | None = None
    date: str | None = None
    url: str | None = None
    same_as: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    votes: int | None = None
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is indexed and shown to the model: whole sentences of one section.

    ``id`` (16 hex digits) is made of the file, the essay's title, the section and the text, so it
    survives edits elsewhere in the file. ``text`` is byte for byte the file's text at ``span``.
    ``sentences`` are spans inside it, in order, without surrounding white space.
    ``section`` is empty for text before the first heading.
    """

    id: str
    essay: Essay
    section: str
    span: Span
    text: str
    sentences: tuple[Span, ...] = field(repr=False)

    def sentence_text(self, sentence: Span) -> str:
        """The text of one of this passage's sentences."""
        return self.text[sentence.start - self.span.start : sentence.end - self.span.start]

    @property
    def header(self) -> str:
        """What stands before the text when the passage is embedded: essay title and section."""
        return f"{self.essay.title} · {self.section}" if self.section else self.essay.title


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A file of the corpus that was left out, and why; or, where ``kept``, what is wrong with it."""

    file: str
    reason: str
    kept: bool = False

    @property
    def line(self) -> str:
        """What the operator reads of it."""
        return f"{self.file}: {'kept, but' if self.kept else 'left out:'} {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A corpus as read from its folder: essays and passages in corpus order (file name, position)."""

    root: Path
    essays: tuple[Essay, ...]
    passages: tuple[Passage, ...]
    skipped: tuple[SkippedFile, ...] = ()
