"""Whether the essays answer a question, judged from the search and from what the question wants."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.answering.errand import is_errand
from bot.answering.wanted import lacks_unit, missing_names
from bot.corpus.language import language_of
from bot.corpus.model import Language
from bot.retrieval.model import Hit

READ = 5  # passages that are looked at
BEST = 3  # of whose scores the mean is taken, for embedders that are not known
BACKGROUND = 16  # hits: among fewer passages the best is expected to be less near
# The score from which on a passage stands out of the corpus. Of the small talk and questions on other matters in
# ``tests/calibration`` six in seven have none, of the answerable ones there one in five. Few passages spread less.
NEAR = 6.0
NEAR_FEW = 2.5
VERBATIM = 0.9  # the score of a sentence that has nearly all the words of the question
DECLINE_BELOW = 0.5  # the probability of an answer under which a question is declined


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an answer in one passage, and against one in the question.

    ``similarity`` is the cosine of question and passage, ``sentence`` the score of the passage's best sentence;
    ``asked`` and ``written`` are the languages of question and passage. ``lacks``: the question names something,
    or counts in a unit, that no hit has; ``errand``: it gives the bot an order, and not in the words of a passage.
    """

    similarity: float
    sentence: float
    asked: Language
    written: Language
    lacks: bool
    errand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic regression over ``Evidence``; ``wanted`` (keys: asked, written) is what the rest has to outweigh."""

    similarity: float
    sentence: float
    lacks: float
    errand: float
    wanted: dict[tuple[Language, Language], float]

    def log_odds(self, evidence: Evidence) -> float:
        """The logarithm of the odds that the passage answers the question."""
        return (
            self.similarity * evidence.similarity
            + self.sentence * evidence.sentence
            + self.lacks * evidence.lacks
            + self.errand * evidence.errand
            - self.wanted[evidence.asked, evidence.written]
        )


# Printed by ``python -m tests.calibration.refusals`` for multilingual-e5-small; docs/refusals.md holds the curve. A
# question is nearer to all texts of its own language, answer or not, so what is wanted depends on both languages.
E5 = Weights(
    similarity=64.8,
    sentence=9.55,
    lacks=-4.43,
    errand=-11.22,
    wanted={("zh", "zh"): 60.50, ("zh", "en"): 53.14, ("en", "zh"): 51.44, ("en", "en"): 58.47},
)
E5_FEW = Weights(
    similarity=48.8,
    sentence=7.25,
    lacks=-2.87,
    errand=-5.48,
    wanted={("zh", "zh"): 43.94, ("zh", "en"): 38.71, ("en", "zh"): 37.53, ("en", "en"): 42.61},
)

_E5_BEST = 0.70  # e5 never puts the best of many passages lower,
_E5_WORST = 0.60  # nor any of the best sixteen; others do
# Another embedder's cosines mean something else, so for it only a question that stands out nowhere is declined.
_ANY_SCORE = 3.3  # with e5, less than the mean of the best scores of any question that was tried
_ANY_SENTENCE = 0.1
_ANY_LOG_ODDS = 3.0


def is_sufficient(hits: Sequence[Hit], question: str, *, decline_below: float = DECLINE_BELOW) -> bool:
    """Whether ``hits`` (best first) are likely enough to answer ``question``; False for none.

    ``decline_below`` (0 to 1) is the least probability; 0 lets any question with a hit pass.
    """
    return bool(hits) and probability(hits, question) >= decline_below


def near_ones(hits: Sequence[Hit]) -> list[Hit]:
    """Those of ``hits`` that stand out of the corpus, whether they answer the question or not."""
    return [hit for hit in hits if hit.score >= (NEAR_FEW if len(hits) < BACKGROUND else NEAR)]


def probability(hits: Sequence[Hit], question: str) -> float:
    """How likely (0 to 1) it is that ``hits`` (best first) answer ``question``, as calibrated; 0 for none."""
    if not hits:
        return 0.0
    evidence = evidence_of(hits, question)
    is_few = len(hits) < BACKGROUND
    if _are_e5(hits):
        log_odds = max(map((E5_FEW if is_few else E5).log_odds, evidence))
    else:
        log_odds = _ANY_LOG_ODDS if _stands_out(hits) else -_ANY_LOG_ODDS
        log_odds += E5.lacks * evidence[0].lacks + E5.errand * evidence[0].errand
    return 1 / (1 + math.exp(-log_odds))


def evidence_of(hits: Sequence[Hit], question: str) -> list[Evidence]:
    """What the first of ``hits`` say, one for one; names are looked for in all of them."""
    lang, read = language_of(question), hits[:READ]
    lacks = bool(missing_names(question, lang, hits)) or lacks_unit(question, lang, read)
    said = max((score for hit in read for score in hit.sentence_scores), default=0.0)
    errand = said < VERBATIM and is_errand(question)
    return [
        Evidence(
            similarity=hit.similarity,
            sentence=max(hit.sentence_scores, default=0.0),
            asked=lang,
            written=hit.passage.essay.lang,
            lacks=lacks,
            errand=errand,
        )
        for hit in read
    ]


def _are_e5(hits: Sequence[Hit]) -> bool:
    similarities = [hit.similarity for hit in hits]
    return max(similarities) >= _E5_BEST and min(similarities) >= _E5_WORST


def _stands_out(hits: Sequence[Hit]) -> bool:
    if len(hits) < BACKGROUND:
        return max(max(hit.sentence_scores, default=0.0) for hit in hits[:READ]) >= _ANY_SENTENCE
    return fmean(sorted((hit.score for hit in hits), reverse=True)[:BEST]) >= _ANY_SCORE
