"""Embeddings from any server that speaks ``/v1/embeddings``."""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from bot.corpus.model import Language
from bot.errors import ModelNonsense, ModelUnavailable, SettingsError
from bot.retrieval.model import Matrix, Vector

TEXTS_A_REQUEST = 32
REQUESTS_AT_ONCE = 4
TIMEOUT_S = 60.0  # for a request, its retries included
RETRIES = 2
WIDE = 0x2E80  # from here on Unicode holds the scripts that write a word in one or two characters


class OpenAIEmbedder:
    """An Embedder behind an OpenAI-compatible server.

    Models of the e5 family are given their ``query: `` and ``passage: `` prefixes; others take the
    text as it is. Raises ModelUnavailable where the server does not answer (after the client's own
    two retries), SettingsError where it refuses key, model or request, ModelNonsense where
    its answer holds no vectors.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        model: str,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
    ) -> None:
        # A server of one's own often wants no key, but the client insists on one.
        self._client = openai.AsyncOpenAI(base_url=base_url, api_key=api_key or "none", max_retries=retries)
        self._model = model
        self._timeout_s = timeout_s
        self._prefixed = "e5" in model.lower()
        self._dimension = 0

    @property
    def name(self) -> str:
        """Model and prefixes. Two servers of one model are taken to agree."""
        return f"{self._model} (OpenAI-compatible){', query:/passage:' if self._prefixed else ''}"

    @property
    def dimension(self) -> int:
        """Length of a vector; 0 until the server sent the first one."""
        return self._dimension

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @property
    def language_means(self) -> Mapping[Language, Vector]:
        """Not known of a model behind a server."""
        return {}

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, estimated from above, for the server's tokenizer is not known here.

        1.5 for a character of a wide script and 1 for every 2.5 others: what byte-pair vocabularies
        need at worst on prose. Passages come out somewhat shorter than with a true count, never too long.
        """
        wide = sum(ord(char) >= WIDE for char in text)
        return math.ceil(1.5 * wide + (len(text) - wide) / 2.5) + 6

    async def embed_question(self, text: str) -> Vector:
        """The vector of a question."""
        vector: Vector = (await self._request([self._prefix("query: ", text)]))[0]
        return vector

    async def embed_passages(self, texts: Sequence[str], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
        """The vectors of passages or sentences, in order; ``done(n)`` after every request."""
        prefixed = [self._prefix("passage: ", text) for text in texts]
        batches = [prefixed[start : start + TEXTS_A_REQUEST] for start in range(0, len(prefixed), TEXTS_A_REQUEST)]
        gate = asyncio.Semaphore(REQUESTS_AT_ONCE)

        async def embed(batch: list[str]) -> Matrix:
            async with gate:
                vectors = await self._request(batch)
            done(len(batch))
            return vectors

        if not batches:
            return np.empty((0, self._dimension), dtype=np.float32)
        tasks = [asyncio.ensure_future(embed(batch)) for batch in batches]
        try:
            return np.concatenate(await asyncio.gather(*tasks))
        finally:  # one failed or we were cancelled: the others would go on asking
            for task in tasks:
                task.cancel()

    def _prefix(self, prefix: str, text: str) -> str:
        readable = text.encode("utf-8", "replace").decode("utf-8")
        return prefix + readable if self._prefixed else readable or " "

    async def _request(self, texts: list[str]) -> Matrix:
        with _errors_translated():
            async with asyncio.timeout(self._timeout_s):
                # Base64, the client's default, is not understood by every server.
                answer = await self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
        vectors = _unit_rows(answer)
        if len(vectors) != len(texts) or (self._dimension and vectors.shape[1] != self._dimension):
            raise ModelNonsense(f"{len(texts)} texts, but vectors of shape {vectors.shape} came back")
        self._dimension = vectors.shape[1]
        return vectors


def _unit_rows(answer: CreateEmbeddingResponse) -> Matrix:
    """The vectors in the order of the texts; the client hands on whatever JSON it was sent."""
    try:
        items = sorted(answer.data, key=lambda item: item.index)
        vectors = np.array([item.embedding for item in items], dtype=np.float32, ndmin=2)
    except (AttributeError, TypeError, ValueError) as exc:
        raise ModelNonsense("the embeddings endpoint sent no vectors") from exc
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not (norms > 0).all():
        raise ModelNonsense("the embeddings endpoint sent vectors without a direction")
    unit: Matrix = vectors / norms
    return unit


@contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except (TimeoutError, openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError) as exc:
        raise ModelUnavailable(f"the embeddings endpoint does not answer ({type(exc).__name__})") from exc
    except openai.APIStatusError as exc:
        raise SettingsError(
            f"the embeddings endpoint refuses (HTTP {exc.status_code}): "
            "check OPENAI_BASE_URL, OPENAI_API_KEY and EMBEDDING_MODEL"
        ) from exc
    except (openai.OpenAIError, ValueError) as exc:
        raise ModelNonsense(f"the embeddings endpoint sent something else ({type(exc).__name__})") from exc
