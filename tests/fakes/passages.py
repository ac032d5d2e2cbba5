"""Essays and passages written by hand, for tests that need no splitter."""

import hashlib
from collections.abc import Sequence

import numpy as np

from bot.corpus.model import Essay, Language, Passage, Span
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.model import StoredPassage


def make_essay(
    title: str = "On Cats",
    *,
    file: str = "cats.md",
    lang: Language = "en",
    n: int = 1,
    start: int = 0,
    end: int = 10_000,
) -> Essay:
    """An essay that spans a file."""
    return Essay(key=f"{file}#{n}", title=title, span=Span(file=file, start=start, end=end), lang=lang)


def make_passage(
    sentences: Sequence[str] | str, *, essay: Essay | None = None, section: str = "", start: int = 0
) -> Passage:
    """A passage of these sentences, one blank between them."""
    essay = essay or make_essay()
    parts = [sentences] if isinstance(sentences, str) else list(sentences)
    spans, position = [], start
    for part in parts:
        spans.append(Span(file=essay.span.file, start=position, end=position + len(part)))
        position += len(part) + 1
    text = " ".join(parts)
    name = f"{essay.span.file}\x00{essay.title}\x00{section}\x00{text}"
    return Passage(
        id=hashlib.blake2b(name.encode("utf-8"), digest_size=8).hexdigest(),
        essay=essay,
        section=section,
        span=Span(file=essay.span.file, start=start, end=start + len(text)),
        text=text,
        sentences=tuple(spans),
    )


def make_row(passage: Passage, *, seed: int = 0, dimension: int = 8) -> StoredPassage:
    """The passage with vectors drawn by ``seed``, as exact as a store keeps them."""
    draws = np.random.default_rng(seed).normal(size=(1 + len(passage.sentences), dimension))
    vectors = at_half_precision(draws / np.linalg.norm(draws, axis=1, keepdims=True))
    return StoredPassage(passage=passage, vector=vectors[0], sentence_vectors=vectors[1:])
