"""Questions in, passages out: the use case behind ``yinju search`` and every answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.corpus.language import language_of
from bot.corpus.model import Language, Passage
from bot.retrieval.fusion import (
    Group,
    Scores,
    best_first,
    fused,
    seated,
    spread,
    standardised,
    with_essays,
    with_named,
    with_rewordings,
    within,
)
from bot.retrieval.index import Index
from bot.retrieval.lexical import LexicalIndex
from bot.retrieval.model import Embedder, Hit, Vector
from bot.retrieval.named import NamedEssays
from bot.retrieval.vector_space import VectorSpace

LONGEST_QUESTION_CHARS = 2_000  # of a longer one the beginning and the end are searched for
SHARED_WORDS_WEIGHT = 0.5  # of a sentence's score, beside a cosine


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formulation:
    text: str
    vector: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A formulation's place among the vectors, and its scores of every passage: what they come to last."""

    placed: Vector
    dense: Scores
    bm25: Scores
    coverage: Scores
    scores: Scores


class Searcher:
    """Hybrid search over an index in memory. One instance serves many concurrent askers.

    Every passage is compared with the question (1 ms at 500 passages, some 20 ms at 20,000); a larger
    corpus would take its candidates from the store's own index, and go through the same fusion.
    """

    def __init__(self, *, embedder: Embedder, index: Index) -> None:
        self.index = index
        self._embedder = embedder
        self._files = [passage.span.file for passage in index.passages]
        self._languages: list[Language] = [passage.essay.lang for passage in index.passages]
        self._groups: dict[Language, Group] = _positions(self._languages)
        self._essay_starts = _essay_starts(index)
        self._named = NamedEssays(index.essays)
        self._lexical = {
            language: LexicalIndex([_indexed_text(index.passages[position]) for position in group])
            for language, group in self._groups.items()
        }
        sentence_languages = [passage.essay.lang for passage in index.passages for _ in passage.sentences]
        self._space = VectorSpace(
            np.concatenate([index.vectors, index.sentence_vectors]),
            self._languages + sentence_languages,
            embedder.language_means,
        )
        self._vectors = self._space.place(index.vectors, self._languages)
        self._sentence_vectors = self._space.place(index.sentence_vectors, sentence_languages)

    async def search(
        self, question: str, *, k: int = 10, rewordings: Sequence[str] = (), parts: Sequence[str] = ()
    ) -> list[Hit]:
        """The ``k`` passages that bear on the question, best first; fewer where there are fewer.

        ``rewordings`` say the whole question otherwise, ``parts`` are questions that it consists of. Both add to
        what is found; what a hit says of its sentences, similarity and words is measured by the question alone.
        Deterministic: the same index and question give the same hits, equal scores in corpus order.
        Any text is a question, even one without a word. Raises what the embedder raises.
        """
        if not self.index.passages or k < 1:
            return []
        texts = [_shortened(text) for text in (question, *rewordings, *parts)]
        vectors = await asyncio.gather(*(self._embedder.embed_question(text) for text in texts))
        asked = [_Formulation(text=text, vector=vector) for text, vector in zip(texts, vectors, strict=True)]
        return await asyncio.to_thread(self._hits, asked, len(rewordings), k)

    async def align(self, claim: str, passage_id: str) -> tuple[float, ...]:
        """How well each sentence of the passage supports the claim, one for one beside ``passage.sentences``.

        Higher is better; some 0.5 and more for the same statement. Empty for an unknown passage.
        Raises what the embedder raises.
        """
        position = self.index.position(passage_id)
        if position is None:
            return ()
        said = _shortened(claim)
        vector = (await self._embedder.embed_passages([said]))[0]
        return await asyncio.to_thread(self._sentence_scores, said, self._placed(said, vector), position)

    def _hits(self, asked: Sequence[_Formulation], rewordings: int, k: int) -> list[Hit]:
        question, *others = [self._scored(formulation) for formulation in asked]
        scores = with_rewordings(question.scores, [other.scores for other in others[:rewordings]])
        parts = [best_first(within(scores, other.scores), 1) for other in others[rewordings:]]
        named = self._named_passages(asked[0].text)
        order = seated(spread(scores, k, self._files, named), [best for best, *_ in parts])
        return [
            Hit(
                passage=self.index.passages[position],
                score=float(scores[position]),
                similarity=float(self.index.vectors[position] @ asked[0].vector),
                dense=float(question.dense[position]),
                lexical=float(question.bm25[position]),
                coverage=float(question.coverage[position]),
                sentence_scores=self._sentence_scores(asked[0].text, question.placed, position),
            )
            for position in order
        ]

    def _scored(self, asked: _Formulation) -> _Scored:
        placed = self._placed(asked.text, asked.vector)
        groups = list(self._groups.values())
        by_sentence = _best_of_each(self._sentence_vectors @ placed, self.index.first_sentence, self._vectors @ placed)
        dense = np.float32(0.5) * (standardised(self._vectors @ placed, groups) + standardised(by_sentence, groups))
        bm25, coverage = self._lexical_scores(asked.text)
        asked_in = language_of(asked.text)
        evidence = fused(dense=dense, bm25=bm25, coverage=coverage, groups=self._groups, asked=asked_in)
        scores = with_named(with_essays(evidence, self._essay_starts), self._named_passages(asked.text))
        return _Scored(placed=placed, dense=dense, bm25=bm25, coverage=coverage, scores=scores)

    def _named_passages(self, question: str) -> list[Group]:
        """The positions of the passages of each source that the question names."""
        ends = np.append(self._essay_starts, len(self.index.passages))
        return [
            np.concatenate([np.arange(ends[number], ends[number + 1]) for number in sorted(essays)])
            for essays in self._named.in_question(question)
        ]

    def _lexical_scores(self, question: str) -> tuple[Scores, Scores]:
        bm25 = np.zeros(len(self.index.passages), dtype=np.float32)
        coverage = np.zeros_like(bm25)
        for language, group in self._groups.items():
            found = self._lexical[language].scores(question)
            bm25[group], coverage[group] = found.bm25, found.coverage
        return bm25, coverage

    def _sentence_scores(self, text: str, placed: Vector, position: int) -> tuple[float, ...]:
        passage = self.index.passages[position]
        start, end = self.index.first_sentence[position : position + 2]
        lexical = self._lexical[passage.essay.lang]
        return tuple(
            float(similarity) + SHARED_WORDS_WEIGHT * lexical.share(text, passage.sentence_text(sentence))
            for similarity, sentence in zip(self._sentence_vectors[start:end] @ placed, passage.sentences, strict=True)
        )

    def _placed(self, text: str, vector: Vector) -> Vector:
        placed: Vector = self._space.place(vector[np.newaxis], [language_of(text)])[0]
        return placed


def _positions(languages: list[Language]) -> dict[Language, Group]:
    found = np.asarray(languages, dtype=object)
    return {language: np.flatnonzero(found == language) for language in dict.fromkeys(languages)}


def _essay_starts(index: Index) -> Group:
    keys = np.asarray([passage.essay.key for passage in index.passages], dtype=object)
    starts: Group = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]) if len(keys) else [])
    return starts


def _indexed_text(passage: Passage) -> str:
    return "\n".join(part for part in (passage.header, passage.essay.author, passage.text) if part)


def _best_of_each(similarities: Scores, first: NDArray[np.intp], fallback: Scores) -> Scores:
    """The best of each passage's sentences; for a passage without any, what it has itself."""
    best = fallback.copy()
    filled = np.flatnonzero(np.diff(first))
    if len(filled):
        best[filled] = np.maximum.reduceat(similarities, first[:-1][filled])
    return best


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_QUESTION_CHARS:
        return text
    half = LONGEST_QUESTION_CHARS // 2
    return f"{text[:half]}\n{text[-half:]}"
