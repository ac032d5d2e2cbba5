"""The embedder behind ``/v1/embeddings``, against a server on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from aiohttp import web

from bot.errors import ModelNonsense, ModelUnavailable, SettingsError, YinjuError
from bot.retrieval.openai_embeddings import OpenAIEmbedder


@dataclass
class Endpoint:
    """Answers with ``respond`` and remembers what it was sent."""

    url: str = ""
    requests: list[dict[str, object]] = field(default_factory=list)
    respond: Callable[[dict[str, object]], Awaitable[web.Response]] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        if self.respond is not None:
            return await self.respond(body)
        return vectors_for(body["input"])


def vectors_for(texts: list[str]) -> web.Response:
    """A vector as long as the text, in reverse order, as a server may send them."""
    data = [
        {"object": "embedding", "index": i, "embedding": [float(len(text)), 0.0, 1.0]} for i, text in enumerate(texts)
    ]
    return web.json_response(
        {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    found = Endpoint()
    app = web.Application()
    app.router.add_post("/v1/embeddings", found.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/v1"
    yield found
    await runner.cleanup()


async def test_vectors_are_of_unit_length_and_in_the_order_of_the_texts(endpoint: Endpoint) -> None:
    """Whatever order and length the server gives them."""
    counted: list[int] = []
    texts = ["x" * (n + 1) for n in range(70)]
    async with OpenAIEmbedder(base_url=endpoint.url, api_key="k", model="m") as embedder:
        vectors = await embedder.embed_passages(texts, done=counted.append)
        assert embedder.dimension == 3
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[:, 0] / vectors[:, 2], range(1, 71), rtol=1e-5)
    assert sum(counted) == 70
    assert len(endpoint.requests) == 3


async def test_only_an_e5_model_is_given_prefixes(endpoint: Endpoint) -> None:
    """The prefixes are that family's convention; other models take the text as it is."""
    async with OpenAIEmbedder(base_url=endpoint.url, api_key=None, model="multilingual-e5-large") as embedder:
        await embedder.embed_question("why")
        await embedder.embed_passages(["because"])
        assert "query:" in embedder.name
    async with OpenAIEmbedder(base_url=endpoint.url, api_key=None, model="bge-m3") as embedder:
        await embedder.embed_question("why")
    assert [request["input"] for request in endpoint.requests] == [["query: why"], ["passage: because"], ["why"]]


async def test_no_texts_ask_nothing(endpoint: Endpoint) -> None:
    """An empty list is no request."""
    async with OpenAIEmbedder(base_url=endpoint.url, api_key=None, model="m") as embedder:
        assert len(await embedder.embed_passages([])) == 0
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: web.Response(status=401), SettingsError),
        (lambda: web.Response(status=404), SettingsError),
        (lambda: web.Response(status=400, text="too long"), SettingsError),
        (lambda: web.Response(status=429), ModelUnavailable),
        (lambda: web.Response(status=503), ModelUnavailable),
        (lambda: web.json_response({"data": []}), ModelNonsense),
        (lambda: web.json_response({"hello": 1}), ModelNonsense),
        (lambda: web.json_response({"data": [{"index": 0, "embedding": [0.0, 0.0]}]}), ModelNonsense),
        (lambda: web.json_response({"data": [{"index": 0, "embedding": []}]}), ModelNonsense),
        (lambda: web.json_response({"data": [{"index": 0, "embedding": "AAAA"}]}), ModelNonsense),
        (lambda: web.json_response(["x"]), ModelNonsense),
        (lambda: web.Response(text="<html>", content_type="text/html"), ModelNonsense),
        (lambda: web.Response(text="{broken", content_type="application/json"), ModelNonsense),
    ],
)
async def test_each_failure_is_an_error_of_ours(
    endpoint: Endpoint, answer: Callable[[], web.Response], error: type[YinjuError]
) -> None:
    """Refused, down, or nonsense: told apart by who can act, and without the library's names."""

    async def respond(body: dict[str, object]) -> web.Response:
        return answer()

    endpoint.respond = respond
    async with OpenAIEmbedder(base_url=endpoint.url, api_key="secret-key", model="m", retries=0) as embedder:
        with pytest.raises(error) as caught:
            await embedder.embed_question("why")
    assert "secret-key" not in str(caught.value)


async def test_a_server_that_stalls_is_unavailable(endpoint: Endpoint) -> None:
    """The deadline is on the whole request."""

    async def respond(body: dict[str, object]) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    endpoint.respond = respond
    async with OpenAIEmbedder(base_url=endpoint.url, api_key=None, model="m", timeout_s=0.05) as embedder:
        with pytest.raises(ModelUnavailable):
            await embedder.embed_question("why")


async def test_nobody_listening_is_unavailable() -> None:
    """A refused connection may be answered later."""
    async with OpenAIEmbedder(base_url="http://127.0.0.1:9/v1", api_key=None, model="m", retries=0) as embedder:
        with pytest.raises(ModelUnavailable):
            await embedder.embed_passages(["a"] * 100)


async def test_a_lone_surrogate_and_an_empty_text_can_be_sent(endpoint: Endpoint) -> None:
    """Whatever an asker typed, the request is valid JSON with a text in it."""
    async with OpenAIEmbedder(base_url=endpoint.url, api_key=None, model="m") as embedder:
        await embedder.embed_passages(["\ud800", ""])
    assert json.dumps(endpoint.requests[0]["input"]) == json.dumps(["?", " "])


def test_the_estimate_of_tokens_is_not_below_a_usual_tokenizer() -> None:
    """A character of Chinese counts more than one token, a letter of English more than a quarter."""
    embedder = OpenAIEmbedder(base_url="http://127.0.0.1:9", api_key=None, model="m")
    assert embedder.count_tokens("深度学习") >= 6
    assert embedder.count_tokens("deep learning") >= 5
