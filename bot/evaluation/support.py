"""Whether the sentences of an answer stand on the passages that they cite, told from numbers, names, quotes and words.

Judged apart from the checks that the answer went through: by ``facts``, not by ``bot.answering.verification.check``.
What counts as a sentence, and which of them claim nothing (a lead-in, 'the essays don't say'), is as the bot reads it.
Blind to a claim turned round in the same words, and to another subject in another language.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.answering.model import Answer, Status
from bot.answering.phrases import phrases
from bot.answering.verification.assertion import asserts_something
from bot.answering.verification.sentences import Sentence, read_sentences
from bot.corpus.model import Passage
from bot.evaluation.facts import denials, held, read_facts

SENTENCE_SHARE = 0.5  # of a sentence's words that must occur in what it cites, where both are in one language
_QUOTATION = re.compile(r"“([^”\n]+)”|「([^」\n]+)」|『([^』\n]+)』|\"([^\"\n]+)\"")
_SHORTEST_QUOTATION = 4  # letters; less is a word that is spoken of
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How the claiming sentences of an answer fared; those that cannot be told are in neither."""

    supported: tuple[str, ...]
    unsupported: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Share of the sentences with support; None where none could be told."""
        told = len(self.supported) + len(self.unsupported)
        return len(self.supported) / told if told else None


def support(answer: Answer, question: str, passages: Mapping[int, Passage]) -> Support:
    """Judge each sentence of ``answer`` that claims something. ``passages``: what its citations rest on, by number.

    A sentence without a citation has no support. In an answer that quotes, a line is a sentence,
    and a translation is none, nor what the bot says of the question's figure.
    """
    fates: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for sentence in _sentences(answer):
        if asserts_something(sentence.said, question):
            cited = [passages[n] for n in sentence.numbers if n in passages]
            stands = _stands(sentence.said, "\n".join(map(_told, cited)), question) if cited else False
            fates[stands].append(sentence.said)
    return Support(supported=tuple(fates[True]), unsupported=tuple(fates[False]))


def _sentences(answer: Answer) -> Iterator[Sentence]:
    if answer.status is not Status.QUOTED:
        yield from read_sentences(answer.text)
        return
    said = phrases(answer.lang)
    lead = re.compile(re.escape(said.contradicted_lead).replace(re.escape("{stated}"), ".+"))
    for line in answer.text.split("\n"):
        if line.startswith(f"> {said.translation}") or lead.fullmatch(line):  # of the quote above it; of the question
            continue
        end = line.rfind("]") + 1 or len(line)  # what stands behind the marker names the language of the original
        parts = read_sentences(line[:end].lstrip("> "))
        if parts:
            numbers = tuple(n for part in parts for n in part.numbers)
            yield replace(parts[0], text=line, said=" ".join(part.said for part in parts), numbers=numbers)


def _stands(sentence: str, told: str, question: str) -> bool | None:
    if not all(_is_verbatim(words, f"{told}\n{question}") for words in _quotations(sentence)):
        return False
    said, cited, asked = read_facts(sentence), read_facts(told), read_facts(question)
    names = said.names - asked.latin
    stated = said.stated - asked.stated if denials(sentence) else said.stated  # 'it was not 5 million'
    return held(replace(said, names=names, stated=stated), cited, share=SENTENCE_SHARE)


def _told(passage: Passage) -> str:
    essay = passage.essay
    return "\n".join(filter(None, (essay.title, passage.section, essay.author, essay.date, passage.text)))


def _quotations(sentence: str) -> Iterator[str]:
    for match in _QUOTATION.finditer(sentence):
        words = next(filter(None, match.groups()))
        if len(_letters(words)) >= _SHORTEST_QUOTATION:
            yield words


def _is_verbatim(words: str, told: str) -> bool:
    return all(_letters(part) in _letters(told) for part in re.split(r"…+|\.{3,}", words))


def _letters(text: str) -> str:
    return "".join(_LETTER.findall(text.lower()))
