"""What a search returns, and the ports of the outside world that it rests on."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.corpus.model import Language, Passage
from bot.errors import OperatorError

Vector = NDArray[np.float32]  # shape (dimension,), unit length
Matrix = NDArray[np.float32]  # shape (n, dimension), rows of unit length


class StoreUnreachable(OperatorError):
    """The passage store lies behind a server that does not answer."""


class DataUnwritable(OperatorError):
    """The data folder cannot be written: no permission, or no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage with its scores for a question.

    ``score`` orders the hits (higher is better; no fixed range). ``similarity`` is the cosine of
    question and passage, ``dense`` the same standardised within the passage's language,
    ``lexical`` the BM25 score, ``coverage`` the share (0 to 1, by inverse document frequency) of the
    question's terms that the passage holds. ``sentence_scores`` stand one for one beside
    ``passage.sentences``: how well each answers the question (higher is better).
    """

    passage: Passage
    score: float
    similarity: float
    dense: float
    lexical: float
    coverage: float
    sentence_scores: tuple[float, ...]


class Embedder(Protocol):
    """Turns texts into vectors of unit length. One instance serves many concurrent callers."""

    @property
    def name(self) -> str:
        """Model, variant and prefixes: vectors of two embedders compare only if their names are equal."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def language_means(self) -> Mapping[Language, Vector]:
        """Where the model puts texts of a language on average (not of unit length); empty where that is not known."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens the model feeds for ``text`` as a passage, special tokens included."""
        ...

    async def embed_question(self, text: str) -> Vector:
        """The vector of a question. Never blocks the event loop."""
        ...

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = ...) -> Matrix:
        """The vectors of passages or sentences, in order; ``done(n)`` after every further n texts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage with its vectors: ``vector`` of header and text, ``sentence_vectors`` one a sentence."""

    passage: Passage
    vector: Vector
    sentence_vectors: Matrix


class PassageStore(Protocol):
    """Keeps passages and their vectors. One writer at a time (see ``ingest``)."""

    def exists(self) -> bool:
        """Whether there is something to open. Cheap: asks no library and no server, so it may err towards True."""
        ...

    def identity(self) -> str | None:
        """What the rows were made with (see ``ingest``), None where nothing was ever stored.

        Like every method below it raises IndexDamaged where the store cannot be read, and
        StoreUnreachable where it lies behind a server that does not answer.
        """
        ...

    def reset(self, identity: str) -> None:
        """Forget everything, readable or not, and start afresh as ``identity``."""
        ...

    def upsert(self, rows: Sequence[StoredPassage]) -> None:
        """Store or replace whole rows; a crash leaves each row whole or absent."""
        ...

    def update(self, passages: Sequence[Passage]) -> None:
        """Replace what is known of passages whose text and vectors stay as they are (moved span, new date)."""
        ...

    def delete(self, ids: Collection[str]) -> None:
        """Forget passages; unknown ids are no error."""
        ...

    def load(self) -> Iterable[StoredPassage]:
        """Every stored passage, in any order, as it is read: all of a large corpus need not fit into memory."""
        ...

    def revision(self) -> str:
        """What ``seal`` gave, while no row has changed since; cheap to ask for. Empty where there is none."""
        ...

    def seal(self) -> str:
        """Tell that the rows are complete, and let go of files; returns the ``revision`` from now on."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the store is not used afterwards."""
        ...
