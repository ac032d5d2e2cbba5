"""Whether an answer has to do with the question: by the search's own measure, and by what was asked for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.citations import Cited
from bot.answering.markers import renumber
from bot.answering.sources import Source
from bot.answering.verification.sentences import joined, read_sentences

# Of the development questions that search answers, 96 % have a sentence that answers among the 21 nearest of the 48 or
# so in the passages, and 97 % have one that is this little less near than the nearest of all; of all sentences
# 44 % and 57 % are. A small model that takes the wrong passage mostly takes one that is further.
NEAREST = 21
MAX_BEHIND = 0.35
# Questions that only a figure answers. Wider ones (多少, how much) may be answered by ``a lot``.
_ASKS_FOR_A_FIGURE = re.compile(
    r"(?<![好那这前后哪])(?:多少|几)(?:个(?!人|意思)|小时|分钟|[张天岁维层倍年月米台字度级次名位门座届])|多久|多长时间|哪一?年|几[点号纳]|"
    r"\bhow (?:many|long)\b|\b(?:what|which) (?:year|date|percentage|share)\b",
    re.IGNORECASE,
)
_MARKER_OR_NAME = re.compile(r"\[\d+\]|[A-Za-z]+\d*-?[A-Za-z]*\d+(?:-\w+)?")
_FIGURE = re.compile(
    r"\d|[零〇一二两三四五六七八九十百千万亿半数]|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|"
    r"half|quarters?|thirds?|once|twice|doubled?|an? (?:second|minute|hour|day|week|month|year|decade|century)|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|overnight|never|always)\b",
    re.IGNORECASE,
)


def without_what_is_beside(cited: Cited, sources: Sequence[Source]) -> Cited:
    """``cited`` without the sentences none of whose quotes is among those of ``sources`` nearest to the question."""
    nearest = sorted(
        (
            (score, source.passage.id, span)
            for source in sources
            for span, score in zip(source.passage.sentences, source.hit.sentence_scores, strict=True)
        ),
        key=lambda scored: -scored[0],
    )[:NEAREST]
    near = {
        citation.n
        for citation in cited.citations
        for score, passage_id, span in nearest
        if score >= nearest[0][0] - MAX_BEHIND
        and citation.passage_id == passage_id
        and span.start < citation.span.end
        and citation.span.start < span.end
    }
    sentences = read_sentences(cited.text)
    kept = (one if not one.numbers or near & set(one.numbers) else replace(one, text="") for one in sentences)
    numbered = renumber(joined(kept), given=len(cited.citations))
    citations = (replace(cited.citations[before - 1], n=n) for n, before in enumerate(numbered.order, start=1))
    return Cited(text=numbered.text, citations=tuple(citations))


def lacks_the_figure(question: str, text: str) -> bool:
    """Whether ``question`` asks for a figure (how many, how long, which year) and ``text``, its answer, has none.

    A digit within a name (``R1``) is none.
    """
    return _ASKS_FOR_A_FIGURE.search(question) is not None and _FIGURE.search(_MARKER_OR_NAME.sub(" ", text)) is None
