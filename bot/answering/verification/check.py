"""What is wrong with a sentence that claims to rest on passages: found by code, the same every time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from bot.answering.verification.arithmetic import Equation, read_equations, results_over, with_counts, without_equations
from bot.answering.verification.binding import misattributed
from bot.answering.verification.derived import derived
from bot.answering.verification.folding import folded
from bot.answering.verification.hedges import overstated
from bot.answering.verification.names import (
    Words,
    read_words,
    unsupported_names,
)
from bot.answering.verification.numbers import Figures, read_figures, unsupported_figures
from bot.answering.verification.parity import denied_abroad
from bot.answering.verification.percentages import misjudged_percentages
from bot.answering.verification.polarity import Clause, read_clauses, turned_clauses
from bot.answering.verification.premise import denied_figures, holds_any
from bot.answering.verification.quantity import blank
from bot.answering.verification.quotations import altered_quotations, block_quotation, leaves_open
from bot.answering.verification.substitution import Tokens, read_tokens, substituted
from bot.corpus.language import language_of
from bot.corpus.model import Language, Passage
from bot.retrieval.terms import terms

_PART = re.compile(r"[,，;；:：]")
_FOOTNOTE = re.compile(r"\[\d{1,3}\]")  # a mark in the essay, not one of its numbers

MIN_SHARED = 0.25  # of a sentence's terms, in the passage it cites, both in one language
MIN_LEAD = 0.2  # by which another passage must hold more of them to be the one that was meant
SURELY_SHARED = 0.75  # in a passage that was not cited: it stands there, and not in one of the other language
FEW_TERMS = 3
MIN_PART_TERMS = 3  # of a part between commas that has to stand in the passage, too
MIN_IN_PART = 0.2  # of its terms


class FaultKind(StrEnum):
    """In what way a sentence does not stand on its passages."""

    CITATION = "citation"  # it cites nothing that was given, or a passage about something else
    QUOTATION = "quotation"
    NUMBER = "number"
    NAME = "name"
    POLARITY = "polarity"
    MODALITY = "modality"  # it is sure of what they only suppose


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong; ``words``: the part of the sentence it is about, folded."""

    kind: FaultKind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage, read once for all the sentences that are held against it."""

    passage: Passage
    text: str
    verbatim: str
    words: Words
    figures: Figures
    tokens: tuple[Tokens, ...]
    clauses: tuple[Clause, ...]
    terms: frozenset[str]
    lang: Language


def read_evidence(passage: Passage) -> Evidence:
    """What ``passage`` says, with what is known of its essay."""
    essay = passage.essay
    about = " \n".join(part for part in (essay.title, passage.section, essay.author, essay.date) if part)
    text = folded(passage.text)
    words, figures = (
        read_words(f"{folded(about)}\n{text}"),
        read_figures(_FOOTNOTE.sub(blank, text) + f"\n{folded(about)}"),
    )
    return Evidence(
        passage=passage,
        text=text,
        verbatim=f"{folded(about)}\n{text}\n{passage.text}",
        words=words,
        figures=figures,
        tokens=read_tokens(text, words, figures),
        clauses=read_clauses(text),
        terms=frozenset(terms(f"{about}\n{passage.text}")),
        lang=language_of(passage.text),
    )


def check(
    sentence: str,
    cited: Sequence[Evidence],
    *,
    others: Iterable[Evidence] = (),
    allowed: str = "",
    computed: Sequence[Equation] = (),
) -> tuple[Fault, ...]:
    """What is wrong with ``sentence`` (Markdown without markers), which cites the passages ``cited``.

    ``others``: what else it could have cited. ``allowed``: the question and whatever else may be named without
    standing in a passage. ``computed``: equations of the answer, whose results count as told where
    their operands stand in ``cited``; so do those of the sentence itself. No faults where ``sentence``
    follows from its words alone; what is translated is let through, but for numbers, quotations, known names and plain
    denials. Takes a millisecond or so.
    """
    if not cited:
        return (Fault(kind=FaultKind.CITATION, words=""),)
    said = folded(sentence)
    told = figures_of(cited)
    operands = with_counts(told, allowed)
    denied = denied_figures(said, allowed, told)
    of_sense = (
        *_figure_faults(said, cited, operands, computed),
        *_substitutions(without_equations(said, operands), cited),
        *_polarity_faults(said, cited),
        *(Fault(kind=FaultKind.MODALITY, words=words) for words in overstated(said, _alike(said, cited))),
    )
    return (
        *_citation_faults(
            said,
            cited,
            _telling_as_much(said, told, others),
            by_figures=_rests_on_figures(said, told, corrects=bool(denied)),
        ),
        *_quotation_faults(sentence, said, cited, allowed),
        *_name_faults(said, cited, allowed),
        *(fault for fault in of_sense if not any(figure in fault.words for figure in denied)),
    )


def _telling_as_much(said: str, told: Figures, others: Iterable[Evidence]) -> Iterator[Evidence]:
    """Those of ``others`` that can have been meant: where ``told`` holds all figures of ``said``, they do, too."""
    figures = read_figures(said)
    has_any = figures.moments or any(quantity.is_counted for quantity in figures.quantities)
    is_told = has_any and not any(unsupported_figures(figures, told))
    return (other for other in others if not is_told or not any(unsupported_figures(figures, other.figures)))


def is_foreign(said: str, cited: Iterable[Evidence]) -> bool:
    """Whether all of ``cited`` are in another language than ``said``."""
    lang = language_of(said)
    return all(evidence.lang != lang for evidence in cited)


def _rests_on_figures(said: str, told: Figures, *, corrects: bool) -> bool:
    """Whether ``said`` is about the passages by its figures, whatever its words are.

    Where it ``corrects`` one of the question with one of them; where hardly more than figures stands in it (44万美金
    over 44W美元), or several do, all of them told.
    """
    figures = read_figures(said)
    if corrects and holds_any(figures, told):
        return True
    counted = {quantity.text: quantity for quantity in figures.quantities if quantity.is_counted}
    if not counted or any(unsupported_figures(figures, told)):
        return False
    rest = said
    for text in counted:
        rest = rest.replace(text, " ", 1)
    several = [quantity for quantity in counted.values() if quantity.unit or len(quantity.text) > 1]
    return len(several) > 1 or len(set(terms(rest))) < FEW_TERMS


def shared_terms(sentence: str, evidence: Evidence) -> float:
    """The share of the terms of ``sentence`` that stand in the passage, 0 to 1; 1 for a sentence without any."""
    said = set(terms(folded(sentence)))
    return len(said & evidence.terms) / len(said) if said else 1.0


def shares_every_part(sentence: str, evidence: Evidence) -> bool:
    """Whether the passage holds some of each part of ``sentence``: a copied end of one vouches for no beginning."""
    parts = [part for part in _PART.split(sentence) if len(set(terms(folded(part)))) >= MIN_PART_TERMS]
    return all(shared_terms(part, evidence) >= MIN_IN_PART for part in parts)


def _citation_faults(
    said: str, cited: Sequence[Evidence], others: Iterable[Evidence], *, by_figures: bool
) -> Iterator[Fault]:
    lang = language_of(said)
    comparable = [evidence for evidence in cited if evidence.lang == lang]
    elsewhere = max((shared_terms(said, other) for other in others if other.lang == lang), default=0.0)
    if len(comparable) < len(cited):
        # A passage in the other language shares no words with what rests on it.
        held = max((shared_terms(said, evidence) for evidence in comparable), default=0.0)
        if elsewhere >= SURELY_SHARED > held + MIN_LEAD:
            yield Fault(kind=FaultKind.CITATION, words=said)
        return
    held = max(shared_terms(said, evidence) for evidence in comparable)
    few = by_figures or len(set(terms(said))) < FEW_TERMS
    if elsewhere - held > MIN_LEAD or (held < MIN_SHARED and not few) or (held == 0 and not by_figures):
        yield Fault(kind=FaultKind.CITATION, words=said)


def _quotation_faults(sentence: str, said: str, cited: Sequence[Evidence], allowed: str) -> Iterator[Fault]:
    told = "\n".join([*(evidence.verbatim for evidence in cited), folded(allowed)])
    whole = block_quotation(sentence)
    quoting = said if whole is None else f'"{whole.replace(chr(34), "")}"'
    quoting += '"' if leaves_open(sentence) else ""
    told = told if whole is None else told.replace('"', "")
    yield from (Fault(kind=FaultKind.QUOTATION, words=words) for words in altered_quotations(quoting, told))


def figures_of(cited: Iterable[Evidence]) -> Figures:
    """All that the passages hold of numbers and dates."""
    figures = [evidence.figures for evidence in cited]
    return Figures(
        quantities=tuple(quantity for each in figures for quantity in each.quantities),
        moments=tuple(moment for each in figures for moment in each.moments),
    )


def _figure_faults(
    said: str, cited: Sequence[Evidence], operands: Figures, computed: Sequence[Equation]
) -> Iterator[Fault]:
    told = figures_of(cited)
    results = tuple(results_over((*computed, *read_equations(said)), operands))
    known = Figures(quantities=told.quantities + results, moments=told.moments)
    rest = without_equations(said, Figures(quantities=operands.quantities + results, moments=told.moments))
    if missing := list(unsupported_figures(read_figures(rest), known)):
        follow = frozenset(derived(said, [evidence.text for evidence in cited], missing))
        yield from (Fault(kind=FaultKind.NUMBER, words=words) for words in missing if words not in follow)


def _alike(said: str, cited: Sequence[Evidence]) -> list[str]:
    """The texts of ``cited`` in the language of ``said``, whose words can be compared."""
    lang = language_of(said)
    return [evidence.text for evidence in cited if evidence.lang == lang]


def _name_faults(said: str, cited: Sequence[Evidence], allowed: str) -> Iterator[Fault]:
    words = Words.union(evidence.words for evidence in cited)
    strange = unsupported_names(said, words, read_words(folded(allowed)), is_foreign=is_foreign(said, cited))
    other = misattributed(said, [(evidence.text, evidence.figures) for evidence in cited])
    yield from (Fault(kind=FaultKind.NAME, words=name) for name in dict.fromkeys((*strange, *other)))


def _polarity_faults(said: str, cited: Sequence[Evidence]) -> Iterator[Fault]:
    told = [clause for evidence in cited for clause in evidence.clauses]
    turned = (denied_abroad if is_foreign(said, cited) else turned_clauses)(read_clauses(said), told)
    yield from (Fault(kind=FaultKind.POLARITY, words=words) for words in chain(turned, misjudged_percentages(said)))


def _substitutions(said: str, cited: Sequence[Evidence]) -> Iterator[Fault]:
    clauses = read_tokens(said, read_words(""), read_figures(said))
    for token in substituted(clauses, [clause for evidence in cited for clause in evidence.tokens]):
        yield Fault(kind=FaultKind.NAME if token.is_name else FaultKind.NUMBER, words=token.text)
