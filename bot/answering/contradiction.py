"""A question that states a figure where the essays state another for the same thing: told surely, or not at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from bot.answering.plain import readable
from bot.answering.sources import Source
from bot.answering.verification.check import figures_of, read_evidence
from bot.answering.verification.folding import folded
from bot.answering.verification.numbers import Figures, read_figures
from bot.answering.verification.premise import Stated, false_premises, stated_figures
from bot.answering.verification.quantity import MONEY
from bot.answering.verification.units import with_unit
from bot.answering.wanted import names_in
from bot.corpus.language import language_of
from bot.corpus.model import Language, Span
from bot.retrieval.terms import terms

READ = 5  # sources
# Chosen on questions with wrong figures and on the golden ones: of the question's words, in the sentence that says it.
MIN_SHARED = 0.6
MIN_TERMS = 3
MAX_FIGURES = 20  # of a sentence, each two of which are reckoned with
NEAR = Fraction(1, 20)  # of a number: 14 % for 14.3 % is no contradiction

# What a question asks with, and whom: no part of what it states.
_ASKING = re.compile(
    r"作者|文章|文中|怎么|怎样|如何|为什么|为何|什么|多少|哪些?|谁|是不是|是否|对吗|真的|难道|请问|看待?|觉得|认为|评价|解释|说法?"
    r"|一次|花[了费]?|需要|用了|动用|达到?|高达|大约|约|其实|从|升[到至]|[降跌涨][到至]|里|吗|呢|吧|的|了|是|在|有|要|\b(?:why|how|what|who|when|where|which|does|do|did|is|are|was|were|the|an?|author|essays?"
    r"|say|says|think|thinks|really|that|so|of|to|in|it|its|for|by|and|has|have|had|with)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the question states, as it is written there, and the sentence that states something else."""

    stated: str
    source: Source
    span: Span


def contradiction_in(question: str, sources: Sequence[Source]) -> Contradiction | None:
    """The sentence of ``sources`` that has another number or year for what ``question`` states; None where none has.

    Only where no source holds the question's figure, and a sentence in its language holds its names, most of its
    words and a figure of the same kind.
    """
    if not stated_figures(question):
        return None
    told = figures_of(read_evidence(source.passage) for source in sources)
    places = [(source, span) for source in sources[:READ] for span in source.passage.sentences]
    for stated in false_premises(question, told):
        claim = _read_claim(question, stated)
        shared = [claim.shared(readable(source.passage.sentence_text(span))) for source, span in places]
        best = max(range(len(places)), key=shared.__getitem__, default=None)
        if best is not None and shared[best] > 0:
            source, span = places[best]
            return Contradiction(stated=with_unit(folded(question), stated.text), source=source, span=span)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A figure that a question states, the words that say of what, and the names among them."""

    stated: Stated
    about: frozenset[str]
    names: frozenset[str]
    lang: Language
    asked: Figures

    def shared(self, sentence: str) -> float:
        """The share (0 to 1) of the words in ``sentence``; 0 where it states nothing of the kind, or of others."""
        said = folded(sentence)
        words = frozenset(terms(sentence))
        if len(self.about) < MIN_TERMS or not self.names <= words or language_of(sentence) != self.lang:
            return 0.0
        share = len(self.about & words) / len(self.about)
        return share if share >= MIN_SHARED and _states_another(said, self.stated, self.asked) else 0.0


def _read_claim(question: str, stated: Stated) -> _Claim:
    lang, rest = language_of(question), folded(question).replace(stated.text, " ", 1)
    about = (term for term in terms(_ASKING.sub(" ", rest)) if len(term) > 1 or term.isascii())
    names = (term for name in names_in(rest, lang) for term in terms(name))
    asked = read_figures(folded(question))
    return _Claim(stated=stated, about=frozenset(about), names=frozenset(names), lang=lang, asked=asked)


def _states_another(said: str, stated: Stated, asked: Figures) -> bool:
    """Whether ``said`` has a figure of the kind that is none of the question's, and the stated one doesn't follow."""
    figures = read_figures(said)
    if stated.figures.moments:
        years = {moment.year for moment in figures.moments} - {None} - asked.years
        return bool(years - {moment.year for moment in asked.moments})
    known = {value for quantity in asked.quantities for value in quantity.values}
    new = [q for q in figures.quantities if q.is_counted and _fits(q.unit, stated.unit) and not q.values & known]
    return bool(new) and not _follows(stated, figures)


def _follows(stated: Stated, figures: Figures) -> bool:
    """Whether a stated number is about one of ``figures``, or the sum, difference, product or ratio of two."""
    found = {value for quantity in figures.quantities[:MAX_FIGURES] for value in quantity.values}
    pairs = [(one, other) for one, other in permutations(found, 2)]
    made = found | {value for one, other in pairs for value in (one + other, one - other, one * other)}
    made |= {one / other for one, other in pairs if other}
    said = (value for quantity in stated.figures.quantities for value in quantity.values)
    return any(abs(value - other) <= NEAR * abs(value) for value in said for other in made)


def _fits(unit: str | None, wanted: str | None) -> bool:
    return unit in MONEY if wanted is None else unit == wanted
