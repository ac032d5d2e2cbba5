"""Which passages the model gets, or the extractive answer draws on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.plain import count_wide
from bot.corpus.model import Essay, Passage
from bot.retrieval.model import Hit

MAX_SOURCES = 7
MAX_SOURCE_TOKENS = 3000  # of all passages; a small local model reads 10 to 70 tokens a second
MAX_PART_TOKENS = 160  # of a passage, where only what matters of it is shown
CHARS_PER_LATIN_TOKEN = 4  # a rough average for English; a Chinese character counts as one token


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage under the number that the model knows it by, counted from 1."""

    n: int
    hit: Hit

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.hit.passage

    @property
    def twin(self) -> str | None:
        """The title of the same essay in another language."""
        return self.hit.passage.essay.same_as


def choose_sources(
    hits: Sequence[Hit], *, max_sources: int = MAX_SOURCES, max_tokens: int = MAX_SOURCE_TOKENS
) -> tuple[Source, ...]:
    """The best of ``hits`` (best first) that fit, each post in one language only.

    The first passage is always taken. One that does not fit is passed over for a shorter one further down.
    """
    chosen: list[Source] = []
    left = max_tokens
    for hit in without_twins(hits):
        cost = estimated_tokens(hit.passage.text)
        if chosen and cost > left:
            continue
        left -= cost
        chosen.append(Source(n=len(chosen) + 1, hit=hit))
        if len(chosen) == max_sources:
            break
    return tuple(chosen)


def without_twins(hits: Sequence[Hit]) -> Iterator[Hit]:
    """``hits`` without those whose essay stands further up in another language."""
    seen: list[Essay] = []
    for hit in hits:
        essay = hit.passage.essay
        if any(are_twins(essay, other) for other in seen):
            continue
        seen.append(essay)
        yield hit


def are_twins(one: Essay, other: Essay) -> bool:
    """Whether two essays are one in two languages."""
    return one.key != other.key and (one.same_as == other.title or other.same_as == one.title)


def estimated_tokens(text: str) -> int:
    """About as many tokens as a chat model makes of ``text``; errs on the side of more."""
    wide = count_wide(text)
    return wide + (len(text) - wide) // CHARS_PER_LATIN_TOKEN + 1


def relevant_part(source: Source, *, max_tokens: int = MAX_PART_TOKENS) -> str:
    """The sentences of the passage that are nearest to the question with their neighbours, in order, gaps marked.

    At least one sentence, however long.
    """
    passage, scores = source.passage, source.hit.sentence_scores
    texts = [passage.sentence_text(span).strip() for span in passage.sentences]
    kept: set[int] = set()
    left = max_tokens
    for best in sorted(range(len(texts)), key=lambda s: -scores[s]):
        for s in (best, best + 1, best - 1):
            cost = estimated_tokens(texts[s]) if 0 <= s < len(texts) and s not in kept else max_tokens + 1
            if cost <= left or not kept:
                kept.add(s)
                left -= cost
    return " ".join(("… " if s and s - 1 not in kept else "") + texts[s] for s in sorted(kept))
