"""Questions as people ask them, short and in their own words, over a few passages: XQuAD's show neither."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.corpus.model import Passage
from bot.evaluation.model import Case, Target
from bot.retrieval.model import StoredPassage
from bot.retrieval.search import Searcher

SIZES = (2, 4, 6, 8)  # passages beside those that answer
LOOKED_AT = 16  # hits that may bear on a question
# Of a question whose passages are not labelled, the first two hits are taken for what answers it.
TAKEN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCorpus:
    """A question and the passages that it is asked over, with those that answer it or without."""

    question: str
    rows: Sequence[StoredPassage]
    answered: bool


async def small_corpora(
    searcher: Searcher, rows: Sequence[StoredPassage], cases: Sequence[Case], unlabelled: Sequence[str], *, seed: int
) -> AsyncIterator[SmallCorpus]:
    """Two for each question, one after the other."""
    draw = random.Random(seed)
    for question, case in [*((case.question, case) for case in cases), *((text, None) for text in unlabelled)]:
        hits = [hit.passage.id for hit in await searcher.search(question, k=LOOKED_AT, whole=True)]
        labelled = {row.passage.id for row in rows if case is not None and _holds(row.passage, case.evidence)}
        answering = labelled or set(hits[:TAKEN])
        related = {row.passage.id for row in rows if case is not None and _holds(row.passage, case.alternates)}
        near = answering | related | set(hits[:TAKEN] if labelled else hits)
        few = draw.sample([row for row in rows if row.passage.id not in near], draw.choice(SIZES))
        answers = [row for row in rows if row.passage.id in answering]
        yield SmallCorpus(question=question, rows=[*few, *answers], answered=True)
        yield SmallCorpus(question=question, rows=few, answered=False)


def _holds(passage: Passage, targets: Sequence[Target]) -> bool:
    span = passage.span
    return any(
        span.file == target.span.file and span.start < target.span.end and target.span.start < span.end
        for target in targets
    )
