"""Whether a word or two that answer a question stand where the passages speak of what was asked."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.answering.sources import Source
from bot.answering.verification.check import FEW_TERMS
from bot.answering.verification.folding import folded
from bot.answering.verification.premise import without_yes
from bot.retrieval.terms import terms

# As search tells it, of a passage's sentence and the question: what an essay says of other things, or to whoever reads
# it, has 0.03 or less; what answers in the other language 0.1 or more.
MIN_NEAR_QUESTION = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    number: int
    terms: frozenset[str]
    bears: bool


class Bearing:
    """Where ``sources`` speak of ``question``."""

    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self._asked = frozenset(terms(folded(question)))
        self._places = tuple(
            place for n, source in enumerate(sources, start=1) for place in _places(n, source, self._asked)
        )

    def is_out_of_place(self, said: str, numbers: Collection[int]) -> bool:
        """Whether ``said`` is only a word or two of the passages ``numbers`` (none: of any), from elsewhere in them.

        A sentence that says more is told from others by that, and one whose words no passage has by other checks.
        """
        brought = frozenset(terms(folded(said))) - self._asked
        if not brought or len(brought) >= FEW_TERMS or not without_yes(said):
            return False
        held = [p for p in self._places if (not numbers or p.number in numbers) and brought <= p.terms]
        return bool(held) and not any(place.bears for place in held)


def _places(n: int, source: Source, asked: frozenset[str]) -> Iterator[_Place]:
    passage = source.passage
    for span, near in zip(passage.sentences, source.hit.sentence_scores, strict=True):
        held = frozenset(terms(folded(passage.sentence_text(span))))
        yield _Place(number=n, terms=held, bears=near >= MIN_NEAR_QUESTION or bool(held & asked))
    about = f"{passage.essay.title} {passage.section} {passage.essay.author or ''} {passage.essay.date or ''}"
    yield _Place(number=n, terms=frozenset(terms(folded(about))), bears=True)
