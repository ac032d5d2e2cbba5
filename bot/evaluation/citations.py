"""Citations judged: whether they rest on what answers the question, and quote the essays letter for letter."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.answering.model import Answer, Citation, Status
from bot.answering.plain import readable, visible
from bot.corpus.model import Span
from bot.evaluation.model import Case, Target

_MARKER = re.compile(r"\[(\d+)\]")
_WORD = re.compile(r"\w")
_KEPT_CHARS = 20  # of a quote: the answer may show the beginning of a long one


def is_right(case: Case, citation: Citation) -> bool:
    """Whether it shares a character with a quote that answers the question."""
    return any(_overlap(citation.span, target.span) for target in case.targets)


def precision(case: Case, citations: Sequence[Citation]) -> float:
    """Share of the citations that are right. At least one citation."""
    return sum(is_right(case, citation) for citation in citations) / len(citations)


def recall(case: Case, citations: Sequence[Citation]) -> float:
    """Share of the evidence that is cited. At least one evidence.

    A citation that meets an alternate and no evidence stands in for one quote of the evidence that is not cited;
    in multi_hop, for one of the same file.
    """
    missing = [target for target in case.evidence if not _cited(target, citations)]
    for citation in citations:
        stood_in_for = None if _on(citation, case.evidence) else _stood_in_for(case, citation, missing)
        if stood_in_for is not None:
            missing.remove(stood_in_for)
    return 1 - len(missing) / len(case.evidence)


def quote_accuracy(citations: Sequence[Citation], texts: Mapping[str, str]) -> float:
    """Share of the citations whose quote is letter for letter what the file holds at their span. At least one."""
    return sum(_is_exact(citation, texts) for citation in citations) / len(citations)


def marker_accuracy(answer: Answer) -> float | None:
    """Share of the ``[n]`` in the text, and of the citations, that have each other; None where there are neither.

    In an answer that quotes, a marker has to stand behind the beginning of its citation's quote, too.
    """
    citations = {citation.n: citation for citation in answer.citations}
    markers = list(_markers(answer.text))
    unmarked = len(answer.citations) - len({n for n, _ in markers} & set(citations))
    if not markers and not unmarked:
        return None
    right = sum(n in citations and _stands_behind(answer, said, citations[n]) for n, said in markers)
    return right / (len(markers) + unmarked)


def _markers(text: str) -> Iterator[tuple[int, str]]:
    """Every number, with what its line says before it."""
    for line in text.split("\n"):
        for match in _MARKER.finditer(line):
            yield int(match[1]), line[: match.start()]


def _stands_behind(answer: Answer, said: str, citation: Citation) -> bool:
    if answer.status is not Status.QUOTED:
        return True  # whether a model's sentence follows from the quote is not for words to tell
    return _letters(readable(citation.quote))[:_KEPT_CHARS] in _letters(visible(said))


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text))


def _is_exact(citation: Citation, texts: Mapping[str, str]) -> bool:
    span, text = citation.span, texts.get(citation.span.file, "")
    return 0 <= span.start < span.end <= len(text) and text[span.start : span.end] == citation.quote


def _stood_in_for(case: Case, citation: Citation, missing: Sequence[Target]) -> Target | None:
    for alternate in case.alternates:
        if _overlap(citation.span, alternate.span):
            for target in missing:
                if not case.needs_every_file or target.span.file == alternate.span.file:
                    return target
    return None


def _on(citation: Citation, targets: Sequence[Target]) -> bool:
    return any(_overlap(citation.span, target.span) for target in targets)


def _cited(target: Target, citations: Sequence[Citation]) -> bool:
    return any(_overlap(citation.span, target.span) for citation in citations)


def _overlap(one: Span, other: Span) -> bool:
    return one.file == other.file and min(one.end, other.end) > max(one.start, other.start)
