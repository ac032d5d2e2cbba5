"""Whether anything in the essays bears on a question, judged from the search alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.corpus.model import Language
from bot.retrieval.model import Hit

READ = 5  # passages that are looked at
BEST = 3  # of whose scores the mean is taken, for embedders that are not known
BACKGROUND = 16  # hits: among fewer passages the best is expected to be less near


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """A passage bears on a question where its weighed evidence reaches what is ``wanted`` of their two languages.

    ``similarity`` weighs the cosine of question and passage, ``sentence`` the score of the passage's best sentence.
    The keys of ``wanted`` are the languages of question and passage.
    """

    similarity: float
    sentence: float
    wanted: dict[tuple[Language, Language], float]

    def allow(self, hit: Hit, asked: Language) -> bool:
        evidence = self.similarity * hit.similarity + self.sentence * max(hit.sentence_scores, default=0.0)
        return evidence >= self.wanted[asked, hit.passage.essay.lang]


# Logistic regressions for multilingual-e5-small on some 5,000 questions, half of them with the answer in the corpus:
# XQuAD with half of its articles as the corpus, in either language, in both, and a few paragraphs alone; the
# development questions; small talk. A question is nearer to all texts of its own language, answer or not, so what
# is wanted depends on both languages. Of 100 questions with an answer 2 or 3 are declined in the same language,
# 28 to 33 across; of 100 without one 93 to 97, either way; of 100 that only make small talk 70.
_E5 = _Weights(
    similarity=74.5,
    sentence=9.9,
    wanted={("zh", "zh"): 68.23, ("zh", "en"): 61.06, ("en", "zh"): 59.60, ("en", "en"): 65.60},
)
_E5_FEW = _Weights(
    similarity=74.1,
    sentence=7.7,
    wanted={("zh", "zh"): 65.98, ("zh", "en"): 57.51, ("en", "zh"): 55.80, ("en", "en"): 62.56},
)

_E5_BEST = 0.70  # e5 never puts the best of many passages lower,
_E5_WORST = 0.60  # nor any of the best sixteen; others do
# Another embedder's cosines mean something else, so for it only a question that stands out nowhere is declined.
_ANY_SCORE = 3.3  # with e5, less than the mean of the best scores of any question that was tried
_ANY_SENTENCE = 0.1


def is_sufficient(hits: Sequence[Hit], lang: Language) -> bool:
    """Whether ``hits`` (best first) bear on a question asked in ``lang`` at all; False for none."""
    if not hits:
        return False
    is_few = len(hits) < BACKGROUND
    similarities = [hit.similarity for hit in hits]
    if max(similarities) >= _E5_BEST and min(similarities) >= _E5_WORST:
        weights = _E5_FEW if is_few else _E5
        return any(weights.allow(hit, lang) for hit in hits[:READ])
    if is_few:
        return max(max(hit.sentence_scores, default=0.0) for hit in hits[:READ]) >= _ANY_SENTENCE
    return fmean(sorted((hit.score for hit in hits), reverse=True)[:BEST]) >= _ANY_SCORE
