"""Whether an answer has to do with the question: by the search's own measure, and by what was asked for."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.citations import Cited
from bot.answering.markers import renumber, without_markers
from bot.answering.sources import Source
from bot.answering.verification.dates import names_a_month
from bot.answering.verification.folding import folded
from bot.answering.verification.numbers import read_figures
from bot.answering.verification.sentences import joined, read_sentences
from bot.answering.wanted import asks_for_a_figure

# Of the development questions that search answers, 96 % have a sentence that answers among the 21 nearest of the 48 or
# so in the passages, and 97 % have one that is this little less near than the nearest of all; of all sentences
# 44 % and 57 % are. A small model that takes the wrong passage mostly takes one that is further.
NEAREST = 21
MAX_BEHIND = 0.35


def without_what_is_beside(cited: Cited, sources: Sequence[Source]) -> Cited:
    """``cited`` without the sentences none of whose passages is quoted for what of ``sources`` is nearest the question.

    What a passage says beside that may be said, too.
    """
    nearest = sorted(
        (
            (score, source.passage.id, span)
            for source in sources
            for span, score in zip(source.passage.sentences, source.hit.sentence_scores, strict=True)
        ),
        key=lambda scored: -scored[0],
    )[:NEAREST]
    passages = {
        passage_id
        for citation in cited.citations
        for score, passage_id, span in nearest
        if score >= nearest[0][0] - MAX_BEHIND
        and citation.passage_id == passage_id
        and span.start < citation.span.end
        and citation.span.start < span.end
    }
    near = {citation.n for citation in cited.citations if citation.passage_id in passages}
    sentences = read_sentences(cited.text)
    kept = (one if not one.numbers or near & set(one.numbers) else replace(one, text="") for one in sentences)
    numbered = renumber(joined(kept), given=len(cited.citations))
    citations = (replace(cited.citations[before - 1], n=n) for n, before in enumerate(numbered.order, start=1))
    return Cited(text=numbered.text, citations=tuple(citations))


def lacks_the_figure(question: str, text: str) -> bool:
    """Whether ``question`` asks for a figure (how many, how long, which year) and ``text``, its answer, has none.

    A digit within a name (``R1``) is none.
    """
    if not asks_for_a_figure(question):
        return False
    said = folded(without_markers(text))
    figures = read_figures(said)
    return not (figures.quantities or figures.moments or names_a_month(said))
