"""Vectors that were computed before, in a file beside the essays."""

import asyncio
import hashlib
import io
import logging
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.corpus.load import load_corpus
from bot.corpus.model import Passage
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.model import Embedder, StoredPassage
from bot.retrieval.opencc import simplified
from bot.retrieval.progress import IngestProgress

FILE_NAME = "vectors.npz"
KEY_BYTES = 16
PASSAGES_A_STEP = 32
MATRIX_AXES = 2
# What NumPy and zipfile raise at a damaged file; RuntimeError of one that claims to be encrypted.
UNREADABLE = (OSError, ValueError, KeyError, EOFError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error)

log = logging.getLogger(__name__)

HalfVector = NDArray[np.float16]


def vector_key(embedder_name: str, text: str) -> bytes:
    """What a vector is known by: a hash of the embedder (its name tells model and prefixes) and the text."""
    message = embedder_name.encode("utf-8", "replace") + b"\0" + text.encode("utf-8", "replace")
    return hashlib.blake2b(message, digest_size=KEY_BYTES).digest()


class VectorCache:
    """float16 vectors by the hash of embedder and text."""

    def __init__(self, vectors: Mapping[bytes, HalfVector] | None = None) -> None:
        self._vectors = dict(vectors or {})

    def __len__(self) -> int:
        return len(self._vectors)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The cache in ``path``; empty where there is none, or none that can be read (which is logged)."""
        if not path.is_file():
            return cls()
        try:
            # From memory, for np.load leaves the file open where it is no archive.
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
                keys, vectors = arrays["keys"], arrays["vectors"]
            _check(keys, vectors)
        except UNREADABLE as exc:
            log.warning("%s cannot be used (%s): its vectors are computed again", path.name, exc)
            return cls()
        return cls({key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)})

    def get(self, embedder_name: str, text: str) -> HalfVector | None:
        """The vector of ``text``, or None."""
        return self._vectors.get(vector_key(embedder_name, text))

    def put(self, embedder_name: str, text: str, vector: NDArray[np.floating]) -> None:
        """Remember a vector."""
        self._vectors[vector_key(embedder_name, text)] = vector.astype(np.float16)

    def only(self, embedder_name: str, texts: Collection[str]) -> "VectorCache":
        """A cache of those of its vectors that belong to ``texts``."""
        keys = {vector_key(embedder_name, text) for text in texts}
        return VectorCache({key: vector for key, vector in self._vectors.items() if key in keys})

    def save(self, path: Path) -> None:
        """Write the file whole or not at all; equal vectors make equal bytes."""
        ordered = sorted(self._vectors)
        keys = np.frombuffer(b"".join(ordered), dtype=np.uint8).reshape(len(ordered), KEY_BYTES)
        vectors = np.stack([self._vectors[key] for key in ordered]) if ordered else np.empty((0, 0), dtype=np.float16)
        buffer = io.BytesIO()
        np.savez(buffer, keys=keys, vectors=vectors)  # stored: compression would save 7 %, and take longer to read
        written = path.with_name(path.name + ".new")
        written.write_bytes(buffer.getvalue())
        written.replace(path)


def _check(keys: NDArray[np.generic], vectors: NDArray[np.generic]) -> None:
    fits = keys.dtype == np.uint8 and vectors.dtype == np.float16 and len(keys) == len(vectors)
    if not fits or keys.shape[1:] != (KEY_BYTES,) or vectors.ndim != MATRIX_AXES or not np.isfinite(vectors).all():
        raise ValueError("not an array of keys beside one of vectors")


async def embed_passages(passages: Sequence[Passage], *, embedder: Embedder, cache: VectorCache) -> list[StoredPassage]:
    """The passages with the vectors of themselves under their header, and of their sentences.

    What the cache lacks is embedded, and rounded like what was there; the cache stays as it is.
    """
    vectors = await _vectors(passages, embedder=embedder, cache=cache)
    return [_row(passage, vectors) for passage in passages]


async def _vectors(passages: Sequence[Passage], *, embedder: Embedder, cache: VectorCache) -> dict[str, HalfVector]:
    """The vectors of all texts of the passages, by text."""
    texts = dict.fromkeys(text for passage in passages for text in embedded_texts(passage))
    known = {text: vector for text in texts if _fits(vector := cache.get(embedder.name, text), embedder)}
    missing = [text for text in texts if text not in known]
    if missing:
        computed = (await embedder.embed_passages(missing)).astype(np.float16)
        known |= dict(zip(missing, computed, strict=True))
    return {text: vector for text, vector in known.items() if vector is not None}


def _fits(vector: HalfVector | None, embedder: Embedder) -> bool:
    """An embedder may change its vectors' length under the same name; one behind a server knows it only later."""
    return vector is not None and embedder.dimension in {0, len(vector)}


async def export_vectors(*, corpus_dir: Path, embedder: Embedder, progress: IngestProgress) -> int:
    """Write the vectors of all texts of ``corpus_dir`` into its cache, and no others; return how many.

    What the cache has already is not embedded again.
    """
    corpus = await asyncio.to_thread(load_corpus, corpus_dir, embedder.count_tokens)
    known = await asyncio.to_thread(VectorCache.load, corpus_dir / FILE_NAME)
    progress.started(len(corpus.passages))
    for start in range(0, len(corpus.passages), PASSAGES_A_STEP):
        step = corpus.passages[start : start + PASSAGES_A_STEP]
        for text, vector in (await _vectors(step, embedder=embedder, cache=known)).items():
            known.put(embedder.name, text, vector)
        progress.embedded(len(step))
    kept = known.only(embedder.name, {text for passage in corpus.passages for text in embedded_texts(passage)})
    await asyncio.to_thread(kept.save, corpus_dir / FILE_NAME)
    progress.finished()
    return len(kept)


def embedded_texts(passage: Passage) -> list[str]:
    """The text under its header, then the sentences; in Simplified Chinese, as questions are."""
    sentences = (passage.sentence_text(sentence) for sentence in passage.sentences)
    return [simplified(text) for text in (f"{passage.header}\n{passage.text}", *sentences)]


def _row(passage: Passage, vectors: Mapping[str, HalfVector]) -> StoredPassage:
    matrix = at_half_precision(np.stack([vectors[text] for text in embedded_texts(passage)]))
    return StoredPassage(passage=passage, vector=matrix[0], sentence_vectors=matrix[1:])
