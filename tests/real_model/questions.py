"""Which golden questions a model is asked: the same ones each time, spread over the whole file."""

from collections.abc import Mapping, Sequence

from bot.corpus.model import Span
from bot.evaluation.model import Case

FIRST_HITS = 5


def is_found(case: Case, hits: Sequence[Span]) -> bool:
    """Whether one of the first five hits overlaps a quote that answers."""
    return any(
        hit.file == target.span.file and min(hit.end, target.span.end) > max(hit.start, target.span.start)
        for hit in hits[:FIRST_HITS]
        for target in case.targets
    )


def chosen(cases: Sequence[Case], hits: Mapping[str, Sequence[Span]], count: int) -> list[Case]:
    """``count`` answerable questions whose passage was found, at even distances in the order of the file.

    Types and languages then come in the shares that they have there. All of them where there are fewer.
    ``hits``: what was found, by question.
    """
    found = [case for case in cases if case.evidence and is_found(case, hits[case.id])]
    count = min(count, len(found))
    return [found[n * len(found) // count] for n in range(count)]


def unanswerable(cases: Sequence[Case]) -> list[Case]:
    """Those that the essays do not answer, in the order of the file."""
    return [case for case in cases if not case.evidence]
