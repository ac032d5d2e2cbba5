"""Whether anything in the essays bears on a question, judged from the search alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.retrieval.model import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the search says about a question, best values over its hits.

    ``similarity`` is a cosine, ``dense`` the same in standard deviations above the passages of its
    language, ``coverage`` the share (0 to 1) of the question's terms that one passage holds, rare ones counting more.
    """

    similarity: float
    dense: float
    coverage: float
    lexical: float


def evidence_of(hits: Sequence[Hit]) -> Evidence:
    """The evidence in ``hits``, which must not be empty."""
    return Evidence(
        similarity=max(hit.similarity for hit in hits),
        dense=max(hit.dense for hit in hits),
        coverage=max(hit.coverage for hit in hits),
        lexical=max(hit.lexical for hit in hits),
    )


def is_sufficient(hits: Sequence[Hit]) -> bool:
    """Whether ``hits`` bear on the question at all; False for none."""
    if not hits:
        return False
    evidence = evidence_of(hits)
    return evidence.coverage > 0.0 or evidence.dense > 0.0
