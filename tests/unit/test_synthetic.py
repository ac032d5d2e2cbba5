"""The made-up corpus that time and memory are measured on."""

from pathlib import Path

import numpy as np
import pytest

from bot.corpus.load import load_corpus
from bot.evaluation.synthetic import DIMENSION, MadeUpEmbedder, made_up_questions, write_corpus


@pytest.mark.parametrize("passages", [1, 9, 100])
def test_a_corpus_has_as_many_passages_as_asked_for(tmp_path: Path, passages: int) -> None:
    """Half of the essays in each language, 5 to 10 sentences a passage, beside a heading or two."""
    write_corpus(tmp_path, passages=passages)
    corpus = load_corpus(tmp_path, MadeUpEmbedder().count_tokens)
    assert len(corpus.passages) == passages
    assert len(corpus.essays) == -(-passages // 9)
    assert {essay.lang for essay in corpus.essays} == ({"en", "zh"} if passages > 9 else {"en"})
    assert all(5 <= len(passage.sentences) <= 12 for passage in corpus.passages)


def test_a_larger_corpus_begins_like_a_smaller_one(tmp_path: Path) -> None:
    """So that growing one adds essays; another seed gives other texts."""
    write_corpus(tmp_path / "small", passages=18)
    write_corpus(tmp_path / "large", passages=36)
    write_corpus(tmp_path / "other", passages=18, seed=1)
    for path in (tmp_path / "small").iterdir():
        assert (tmp_path / "large" / path.name).read_bytes() == path.read_bytes()
        assert (tmp_path / "other" / path.name).read_bytes() != path.read_bytes()


async def test_texts_that_share_words_have_near_vectors() -> None:
    """Of unit length, the same each time."""
    embedder = MadeUpEmbedder()
    near, far = await embedder.embed_passages(["a cat on a sofa", "interest rates rose"])
    question = await embedder.embed_question("which cat")
    assert near.shape == (DIMENSION,)
    assert np.linalg.norm(near) == pytest.approx(1, abs=1e-5)
    assert question @ near > question @ far
    np.testing.assert_array_equal(near, await MadeUpEmbedder().embed_question("a cat on a sofa"))
    assert np.isfinite(await embedder.embed_question("")).all()


def test_questions_are_in_both_languages() -> None:
    """As many as asked for, and the same each time."""
    questions = made_up_questions(4)
    assert [question.isascii() for question in questions] == [True, False, True, False]
    assert questions == made_up_questions(4)
