"""Whether what an answer cites has to do with the question, by the search's own measure."""

from collections.abc import Sequence

from bot.answering.model import Citation
from bot.answering.sources import Source

# Of the development questions that search answers, 97 % have a sentence that answers among the 21 nearest of the 48 or
# so in the passages; a small model that takes the wrong passage mostly takes one that is further.
NEAREST = 21


def is_beside_the_question(citations: Sequence[Citation], sources: Sequence[Source]) -> bool:
    """Whether none of what is cited is among the sentences of ``sources`` that are nearest to the question.

    False where nothing is cited, and where there are few sentences.
    """
    nearest = sorted(
        (
            (score, source.passage.id, span)
            for source in sources
            for span, score in zip(source.passage.sentences, source.hit.sentence_scores, strict=True)
        ),
        key=lambda scored: -scored[0],
    )[:NEAREST]
    return bool(citations) and not any(
        citation.passage_id == passage_id and span.start < citation.span.end and citation.span.start < span.end
        for citation in citations
        for _, passage_id, span in nearest
    )
