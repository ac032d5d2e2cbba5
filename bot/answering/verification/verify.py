"""A model's answer, sentence by sentence, held against the passages: kept, attributed, repaired or dropped."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice

from bot.answering.foreign_links import addresses_in, without_foreign_links
from bot.answering.markers import Numbered, outside_code, renumber
from bot.answering.model import Inquiry
from bot.answering.phrases import phrases
from bot.answering.plain import without_tags
from bot.answering.sources import Source
from bot.answering.verification.arithmetic import MAX_EQUATIONS, Equation, read_equations, written_out
from bot.answering.verification.assertion import (
    asserts_something,
    is_noise,
    repeats_the_question,
    tells_of_silence,
)
from bot.answering.verification.attribution import Attribution
from bot.answering.verification.bearing import Bearing
from bot.answering.verification.check import (
    Evidence,
    Fault,
    FaultKind,
    check,
    figures_of,
    is_foreign,
    read_evidence,
)
from bot.answering.verification.folding import folded
from bot.answering.verification.premise import false_premises, without_yes
from bot.answering.verification.quotations import unquoted
from bot.answering.verification.repair import Repairer
from bot.answering.verification.sentences import Sentence, joined, read_sentences, without_label
from bot.answering.verification.strangers import affirmed_names, names_only_asked
from bot.corpus.language import language_of
from bot.retrieval.search import Searcher
from bot.retrieval.terms import terms

MAX_SENTENCES = 100  # different ones; an answer that is longer, in spite of its limit of tokens, loses its end
MAX_SENTENCE_CHARS = 1_000  # nobody reads a longer one
MIN_REPEAT_CHARS = 8  # shorter ones may be said again, as in a list or a table
MAX_SHORT_REPEATS = 8
_MARKER = re.compile(r"\[(\d{1,9})\]")
_QUESTION_MARKS = ("?", "？")
_END_MARKS = "。.！!？?；;…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many sentences of an answer fared how; ``idle``: they assert nothing of the essays, and stay."""

    idle: int = 0
    kept: int = 0
    attributed: int = 0
    repaired: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What is left of an answer, its markers numbered as the sources are, and what became of its sentences.

    ``supported``: those that stand on a passage, without markers, each once. ``tells_of_silence``: one says that the
    essays don't say something.
    """

    text: str
    tally: Tally
    supported: tuple[str, ...] = ()
    tells_of_silence: bool = False


class Verifier:
    """Checks one answer to ``inquiry`` from ``sources``. Without ``repairer`` what fails is dropped at once."""

    def __init__(
        self, inquiry: Inquiry, sources: Sequence[Source], *, searcher: Searcher, repairer: Repairer | None = None
    ) -> None:
        self._sources = tuple(sources)
        self._searcher = searcher
        self._repairer = repairer
        self._asked = f"{inquiry.standalone}\n{inquiry.text}"
        self._bearing = Bearing(self._asked, self._sources)
        # A title or an author may be named beside another essay's passage.
        about = [(source.passage.essay.title, source.passage.essay.author or "") for source in sources]
        self._allowed = "\n".join([self._asked, *(part for parts in about for part in parts)])
        self._evidence: tuple[Evidence, ...] = ()
        self._attribution = Attribution((), (), searcher=searcher, faults=self._faults)
        self._strangers: frozenset[str] = frozenset()  # names that only the question has
        self._takes_on_trust = False  # the question, a figure that no passage holds: nobody says yes to that
        self._form = phrases(inquiry.lang).computed
        self._equations: list[Equation] = []
        self._settled: dict[tuple[str, tuple[int, ...]], Sentence] = {}
        self._fates: list[str] = []
        self._supported: list[str] = []

    async def verify(self, text: str) -> Verified:
        """``text`` with what stands on the passages it cites, or on others, and what asserts nothing.

        A sentence that fails its checks is attributed to the passage that supports it, or corrected once by the
        repairer and checked again, or dropped. Raises what the searcher's embedder raises.
        """
        self._evidence = await asyncio.to_thread(self._read)
        self._attribution = Attribution(self._sources, self._evidence, searcher=self._searcher, faults=self._faults)
        near = "\n".join(evidence.text for evidence in self._evidence)
        self._strangers = await asyncio.to_thread(names_only_asked, self._asked, near, self._all_told)
        premises = false_premises(self._asked, figures_of(self._evidence))
        self._takes_on_trust = bool(premises or self._strangers)
        prose = outside_code(text, without_tags)
        numbered = renumber(without_foreign_links(prose, addresses_in(self._sources)), given=len(self._sources))
        read = await asyncio.to_thread(self._computed, _as_given(numbered))
        sentences = [await self._settle(sentence) for sentence in read]
        kept = list(_without_repeats(sentences))
        tally = Tally(**{fate.name: self._fates.count(fate.name) for fate in fields(Tally)})
        return Verified(
            text=joined(kept),
            tally=tally,
            supported=tuple(dict.fromkeys(self._supported)),
            tells_of_silence=any(tells_of_silence(sentence.said) for sentence in kept),
        )

    def _all_told(self) -> str:
        """All that the essays hold, and what is known of them."""
        essays = {source.passage.essay.key: source.passage.essay for source in self._sources}.values()
        about = (
            "\n".join(filter(None, (essay.title, essay.author, essay.description, *essay.nicknames, *essay.tags)))
            for essay in essays
        )
        index = self._searcher.index
        return "\n".join([*about, *(passage.text for essay in essays for passage in index.passages_of(essay.key))])

    def _read(self) -> tuple[Evidence, ...]:
        return tuple(read_evidence(source.passage) for source in self._sources)

    def _computed(self, text: str) -> list[Sentence]:
        sentences = [self._written_out(_unlabelled(sentence)) for sentence in read_sentences(text)]
        equations = (equation for sentence in sentences for equation in read_equations(sentence.said))
        self._equations = list(islice(equations, MAX_EQUATIONS))
        return sentences

    async def _settle(self, sentence: Sentence) -> Sentence:
        key = (sentence.said, sentence.numbers)
        if key not in self._settled:
            if len(self._settled) >= MAX_SENTENCES:
                return replace(sentence, text="")
            self._settled[key] = await self._judged(self._without_yes(sentence))
        return replace(self._settled[key], gap=sentence.gap)

    def _written_out(self, sentence: Sentence) -> Sentence:
        if len(sentence.said) > MAX_SENTENCE_CHARS:
            return sentence  # it is dropped
        said = self._shown(sentence.said)
        return sentence if said == sentence.said else _marked(replace(sentence, said=said), sentence.numbers)

    def _shown(self, said: str) -> str:
        return written_out(said, self._form, "\n".join(evidence.text for evidence in self._evidence))

    def _without_yes(self, sentence: Sentence) -> Sentence:
        said = without_yes(sentence.said) if self._takes_on_trust else sentence.said
        if said == sentence.said:
            return sentence
        return _marked(replace(sentence, said=said), sentence.numbers) if said else replace(sentence, text="")

    async def _judged(self, sentence: Sentence) -> Sentence:
        if not sentence.text or len(sentence.said) > MAX_SENTENCE_CHARS or self._is_useless(sentence):
            return self._fared("dropped", replace(sentence, text=""))
        faults = await asyncio.to_thread(self._faults, sentence.said, sentence.numbers)
        if faults and (plain := self._unquoted(sentence, faults)) != sentence:
            sentence, faults = plain, await asyncio.to_thread(self._faults, plain.said, plain.numbers)
        if not asserts_something(sentence.said, self._asked):
            # What says no more than the question did has too few words of its own to tell which passage it is from.
            if tells_of_silence(sentence.said) or all(fault.kind is FaultKind.CITATION for fault in faults):
                return self._idle(sentence)
        elif numbers := await self._attribution.place(sentence, faults):
            is_kept = not faults and set(numbers) <= set(sentence.numbers)
            placed = sentence if numbers == sentence.numbers else _marked(sentence, numbers)
            return self._fared("kept" if is_kept else "attributed", placed)
        if said := await self._repaired(sentence, faults):
            return self._fared("repaired", _marked(replace(sentence, said=said), sentence.numbers))
        return self._fared("dropped", replace(sentence, text=""))

    def _unquoted(self, sentence: Sentence, faults: Sequence[Fault]) -> Sentence:
        """The sentence without the marks around quotations that it has translated, if nothing else is wrong with it."""
        cited = [self._evidence[n - 1] for n in sentence.numbers]
        if not is_foreign(folded(sentence.said), cited) or any(f.kind is not FaultKind.QUOTATION for f in faults):
            return sentence
        said = unquoted(sentence.said, frozenset(fault.words for fault in faults))
        return sentence if said == sentence.said else _marked(replace(sentence, said=said), sentence.numbers)

    def _is_useless(self, sentence: Sentence) -> bool:
        said = sentence.said
        return (
            is_noise(said)
            or repeats_the_question(said, self._asked)
            or self._bearing.is_out_of_place(said, sentence.numbers)
        )

    async def _repaired(self, sentence: Sentence, faults: Sequence[Fault]) -> str:
        """What the repairer makes of ``sentence``, where that passes its checks."""
        if self._repairer is None or not faults or not sentence.numbers:
            return ""
        cited = [self._evidence[n - 1] for n in sentence.numbers]
        said = await asyncio.to_thread(self._shown, await self._repairer.repair(sentence.said, cited, faults))
        if not said or language_of(said) != language_of(sentence.said):
            return ""
        return "" if await asyncio.to_thread(self._faults, said, sentence.numbers) else said

    def _idle(self, sentence: Sentence) -> Sentence:
        """A sentence that asserts nothing."""
        if self._answers_in_a_word(sentence):
            self._supported.append(sentence.said)
        return self._fared("idle", sentence)

    def _answers_in_a_word(self, sentence: Sentence) -> bool:
        """Whether a sentence too short to assert anything brings words of the passages that it cites."""
        brought = set(terms(folded(sentence.said))) - set(terms(folded(self._asked)))
        held = {term for n in sentence.numbers for term in self._evidence[n - 1].terms}
        return bool(brought) and brought <= held and not sentence.said.endswith(_QUESTION_MARKS)

    def _fared(self, fate: str, sentence: Sentence) -> Sentence:
        self._fates.append(fate)
        # A sentence may have been corrected into one that says that the essays don't say it.
        if fate not in {"idle", "dropped"} and asserts_something(sentence.said, self._asked):
            self._supported.append(sentence.said)
        return sentence

    def _faults(self, said: str, numbers: Sequence[int]) -> tuple[Fault, ...]:
        cited = [self._evidence[n - 1] for n in numbers]
        others = (evidence for n, evidence in enumerate(self._evidence, start=1) if n not in numbers)
        affirmed = affirmed_names(folded(said), self._strangers)
        return (
            *check(said, cited, others=others, allowed=self._allowed, computed=self._equations),
            *(Fault(kind=FaultKind.NAME, words=name) for name in affirmed),
        )


def _unlabelled(sentence: Sentence) -> Sentence:
    said = without_label(sentence.said)
    if said == sentence.said:
        return sentence
    return _marked(replace(sentence, said=said), sentence.numbers) if said else replace(sentence, said="", text="")


def _without_repeats(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences, those that were said before without their text: a small model comes round to them again."""
    times: Counter[str] = Counter()
    for sentence in sentences:
        most = 1 if len(sentence.said) >= MIN_REPEAT_CHARS else MAX_SHORT_REPEATS
        yield replace(sentence, text="") if times[sentence.said] >= most else sentence
        times[sentence.said] += bool(sentence.text)


def _as_given(numbered: Numbered) -> str:
    def given(match: re.Match[str]) -> str:
        return f"[{numbered.order[int(match[1]) - 1]}]"

    return outside_code(numbered.text, lambda prose: _MARKER.sub(given, prose))


def _marked(sentence: Sentence, numbers: tuple[int, ...]) -> Sentence:
    body = sentence.said.rstrip(_END_MARKS)
    markers = "".join(f"[{n}]" for n in numbers)
    return replace(sentence, text=f"{body}{markers}{sentence.said[len(body) :]}", numbers=numbers)
