"""Questions in, passages out: the use case behind ``yinju search`` and every answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.corpus.language import language_of
from bot.corpus.model import Language
from bot.retrieval.fusion import (
    Group,
    Scores,
    best_first,
    both_ways,
    fused,
    seated,
    shared_words,
    spread,
    standardised,
    with_essays,
    with_named,
    with_rewordings,
    within,
)
from bot.retrieval.index import Index
from bot.retrieval.lexical import LexicalIndex, LexicalQuestion, LexicalScores
from bot.retrieval.model import Embedder, Hit, Vector
from bot.retrieval.named import NamedEssays, Naming
from bot.retrieval.opencc import simplified
from bot.retrieval.placed_vectors import Lens
from bot.retrieval.segment import LANGUAGES

LONGEST_QUESTION_CHARS = 2_000  # of a longer one the beginning and the end are searched for
SHARED_WORDS_WEIGHT = 0.5  # of a sentence's score, beside a cosine
# Passages whose sentences are compared with every question: all of a small corpus, and of a larger one so many
# that mean and variance of each language are known to a few hundredths of a standard deviation.
SAMPLE = 4_096
SCORED_AT_ONCE = 2  # questions: more threads would only stand between the event loop and the interpreter
CANDIDATES = 4_096  # passages whose sentences are compared with the question because they are the best without


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formulation:
    text: str
    naming: Naming
    vector: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A formulation, and its scores of every passage: what they come to last."""

    lens: Lens
    words: LexicalQuestion
    named: list[Group]
    dense: Scores
    lexical: LexicalScores
    scores: Scores


class Searcher:
    """Hybrid search over an index. One instance serves many concurrent askers.

    Every passage is compared with the question, by its vector and by its terms (1 ms at 500 passages, 15 ms at
    100,000). Its sentences are, too, as long as there are no more than ``SAMPLE`` passages; in a larger
    corpus those of the passages that are the best without them, and of a sample to measure them by.
    """

    def __init__(self, *, embedder: Embedder, index: Index) -> None:
        self.index = index
        self._embedder = embedder
        self._places = asyncio.Semaphore(SCORED_AT_ONCE)
        simplified("")  # reads its dictionaries now, rather than while the first asker waits
        self._live = np.flatnonzero(index.live)
        self._groups: dict[Language, Group] = {
            language: group
            for code, language in enumerate(LANGUAGES)
            if len(group := self._live[index.languages[self._live] == code])
        }
        self._named = NamedEssays(index.essays)
        self._essay_starts: Group = _run_starts(index.essay_of)
        self._lexical = LexicalIndex(index.parts)
        self._sample = self._live[np.linspace(0, len(self._live) - 1, min(SAMPLE, len(self._live))).astype(np.intp)]
        self._vectors = index.placed_vectors(embedder.language_means, sample=self._sample)

    async def search(
        self,
        question: str,
        *,
        k: int = 10,
        rewordings: Sequence[str] = (),
        parts: Sequence[str] = (),
        whole: bool = False,
    ) -> list[Hit]:
        """The ``k`` passages that bear on the question, best first; fewer where there are fewer.

        ``rewordings`` say the whole question otherwise, ``parts`` are questions that it consists of. Both add to
        what is found; what a hit says of its sentences, similarity and words is measured by the question alone.
        The name of a source says where to look, and the vectors look for the rest of a question; for all of it,
        where ``whole``. Deterministic: the same index and question give the same hits, equal scores in corpus order.
        Any text is a question, even one without a word. Raises what the embedder raises, and
        IndexDamaged where a passage cannot be read.
        """
        if not len(self._live) or k < 1:
            return []
        texts = [_read(text) for text in (question, *rewordings, *parts)]
        asked = await asyncio.gather(*(self._formulation(text, whole=whole) for text in texts))
        async with self._places:
            return await asyncio.to_thread(self._hits, asked, len(rewordings), k)

    async def align(self, claim: str, passage_ids: Sequence[str]) -> list[tuple[float, ...]]:
        """How well each sentence of each passage supports the claim, one for one beside ``passage.sentences``.

        Higher is better; some 0.5 and more for the same statement. Empty for an unknown passage. The claim is embedded
        once (20 ms), however many the passages. Raises what the embedder raises.
        """
        rows = [self.index.row(passage_id) for passage_id in passage_ids]
        if all(row is None for row in rows):
            return [() for _ in rows]
        said = _read(claim)
        vector = (await self._embedder.embed_passages([said]))[0]
        async with self._places:
            return await asyncio.to_thread(self._alignments, said, vector, rows)

    async def likeness(self, one: str, other: str) -> float:
        """How alike two questions are: the cosine of their vectors, -1 to 1. Raises what the embedder raises."""
        vectors = await asyncio.gather(*(self._embedder.embed_question(_read(text)) for text in (one, other)))
        return float(vectors[0] @ vectors[1])

    def named_in(self, question: str) -> tuple[frozenset[str], ...]:
        """The sources that ``question`` names, by names that not all essays share: the keys of each one's essays."""
        essays = self.index.essays
        named = self._named.in_question(_read(question)).essays
        return tuple(frozenset(essays[number].key for number in numbers) for numbers in named)

    async def _formulation(self, text: str, *, whole: bool) -> _Formulation:
        naming = await asyncio.to_thread(self._named.in_question, text)
        vector = await self._embedder.embed_question(text if whole else naming.rest)
        return _Formulation(text=text, naming=naming, vector=vector)

    def _alignments(self, claim: str, vector: Vector, rows: Sequence[int | None]) -> list[tuple[float, ...]]:
        lens, words = self._vectors.lens(vector, language_of(claim)), self._lexical.question(claim)
        return [() if row is None else self._sentence_scores(words, lens, row) for row in rows]

    def _hits(self, asked: Sequence[_Formulation], rewordings: int, k: int) -> list[Hit]:
        question, *others = [self._scored(formulation) for formulation in asked]
        scores = with_rewordings(question.scores, [other.scores for other in others[:rewordings]])
        parts = [best_first(within(scores, other.scores), 1) for other in others[rewordings:]]
        chosen = spread(scores, min(k, len(self._live)), self.index.file_of, question.named)
        return [
            Hit(
                passage=self.index.passage_at(row),
                score=float(scores[row]),
                similarity=float(self.index.vector_at(row) @ asked[0].vector),
                dense=float(question.dense[row]),
                lexical=float(question.lexical.bm25[row]),
                coverage=float(question.lexical.coverage[row]),
                sentence_scores=self._sentence_scores(question.words, question.lens, row),
            )
            for row in seated(chosen, [best for best, *_ in parts])
        ]

    def _scored(self, asked: _Formulation) -> _Scored:
        language, named = language_of(asked.text), self._named_rows(asked.naming)
        lens = self._vectors.lens(asked.vector, language)
        words = self._lexical.question(asked.text)
        lexical = words.scores()
        shared = shared_words(bm25=lexical.bm25, coverage=lexical.coverage, groups=list(self._groups.values()))

        def scores(dense: Scores) -> Scores:
            evidence = fused(dense=dense, words=shared, groups=self._groups, asked=language)
            evidence[~self.index.live] = -np.inf
            return with_named(with_essays(evidence, self._essay_starts), named)

        dense = self._dense(lens, scores)
        return _Scored(lens=lens, words=words, named=named, dense=dense, lexical=lexical, scores=scores(dense))

    def _dense(self, lens: Lens, scores: Callable[[Scores], Scores]) -> Scores:
        """What the vectors of passages and sentences say; of the passage alone where those were not looked at.

        ``scores`` are what it all comes to.
        """
        groups, sample = list(self._groups.values()), self._sample
        own = self._vectors.passages(lens)
        by_passage = standardised(own, groups)
        best = self._vectors.best_of_sample(lens, own)
        rows = np.empty(0, dtype=np.intp)
        if len(sample) < len(self._live):
            rows = np.setdiff1d(best_first(scores(by_passage), CANDIDATES), sample)
        best[rows] = self._vectors.best_of(lens, own, rows)
        by_sentence = by_passage.copy()
        looked_at = np.concatenate([sample, rows])
        by_sentence[looked_at] = standardised(best, groups, sample=sample)[looked_at]
        return both_ways(by_passage, by_sentence)

    def _named_rows(self, naming: Naming) -> list[Group]:
        """The passages of each source that a question names."""
        numbers = self.index.essay_numbers
        return [
            np.flatnonzero(np.isin(self.index.essay_of, numbers[sorted(essays)]) & self.index.live)
            for essays in naming.essays
        ]

    def _sentence_scores(self, asked: LexicalQuestion, lens: Lens, row: int) -> tuple[float, ...]:
        passage = self.index.passage_at(row)
        return tuple(
            float(similarity) + SHARED_WORDS_WEIGHT * asked.share(passage.sentence_text(sentence), passage.essay.lang)
            for similarity, sentence in zip(self._vectors.sentences(lens, row), passage.sentences, strict=True)
        )


def _run_starts(numbers: Group) -> Group:
    starts: Group = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]) if len(numbers) else [])
    return starts


def _read(text: str) -> str:
    """A question as the search reads it: in Simplified Chinese, and not too long."""
    half = LONGEST_QUESTION_CHARS // 2
    return simplified(text if len(text) <= LONGEST_QUESTION_CHARS else f"{text[:half]}\n{text[-half:]}")
