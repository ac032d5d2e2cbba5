"""A Searcher that counts shared terms: small corpora by hand, and search that fails when told to."""

from collections.abc import Sequence

import numpy as np

from bot.corpus.model import Passage
from bot.retrieval.index import Index
from bot.retrieval.model import Hit
from bot.retrieval.terms import terms
from tests.fakes.passages import make_row


class FakeSearcher:
    """Scores by the share of the terms of the question, or of what else is searched for; every passage is a hit."""

    def __init__(self, *passages: Passage, error: Exception | None = None) -> None:
        self.index = Index([make_row(passage, seed=n) for n, passage in enumerate(passages)])
        self.error = error
        self.questions: list[str] = []
        self.formulations: list[tuple[str, ...]] = []  # beside each of the questions
        self.wholes: list[bool] = []  # whether the names in each were to be looked for

    async def search(
        self,
        question: str,
        *,
        k: int = 10,
        rewordings: Sequence[str] = (),
        parts: Sequence[str] = (),
        whole: bool = False,
    ) -> list[Hit]:
        self.questions.append(question)
        self.wholes.append(whole)
        self.formulations.append((*rewordings, *parts))
        if self.error is not None:
            raise self.error
        texts = (question, *rewordings, *parts)
        hits = [
            max((self._hit(text, passage) for text in texts), key=lambda hit: hit.score)
            for passage in self.index.passages
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def named_in(self, question: str) -> tuple[frozenset[str], ...]:
        return tuple(frozenset({essay.key}) for essay in self.index.essays if essay.title in question)

    async def align(self, claim: str, passage_ids: Sequence[str]) -> list[tuple[float, ...]]:
        passages = [self.index.passage(passage_id) for passage_id in passage_ids]
        return [_sentence_scores(claim, passage) for passage in passages if passage is not None]

    def _hit(self, question: str, passage: Passage) -> Hit:
        share = _share(terms(question), passage.text)
        return Hit(
            passage=passage,
            score=10 * share,
            similarity=0.73 + 0.22 * share,
            dense=6 * share,
            lexical=20 * share,
            coverage=share,
            sentence_scores=_sentence_scores(question, passage),
        )


def _sentence_scores(text: str, passage: Passage) -> tuple[float, ...]:
    return tuple(_share(terms(text), passage.sentence_text(sentence)) for sentence in passage.sentences)


def _share(asked: Sequence[str], text: str) -> float:
    return float(np.mean([term in terms(text) for term in asked])) if asked else 0.0
