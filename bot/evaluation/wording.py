"""Whether an answer makes a point, or a claim that it must not make, told from numbers, names and words.

No model judges here. A paraphrase that shares no words is beyond this measure, and so is a point in another language
without number or name. It compares runs; it does not grade. docs/answers.md says how often it is right.
"""

import re
import unicodedata
from dataclasses import replace

from bot.answering.verification.sentences import read_sentences
from bot.evaluation.facts import Facts, denials, held, read_facts

POINT_SHARE = 0.4  # of a point's words that must occur in the text
CLAIM_SHARE = 0.8

_REMARK = re.compile(r"\([^()]*\)")
_ALTERNATIVES = re.compile(r"\s/\s")
_CLAUSE_END = re.compile(r"[,，;；:：。.!！?？](?!\d)")


def covers(text: str, point: str, *, question: str = "") -> bool | None:
    """Whether ``text`` holds all numbers and names of ``point``, and ``POINT_SHARE`` of its words.

    Remarks in brackets need not be there. Names may stand in ``question`` alone. None where it cannot be told:
    the text is in another language, and the point has neither number nor name.
    """
    said, asked = read_facts(text), read_facts(question)
    found = _covers(said, read_facts(_without_remarks(point)), asked)
    # A remark often says a name or a number as the other language does: 刘维尔（Joseph Liouville）.
    return _covers(said, read_facts(point), asked) if found is None else found


def claims(text: str, claim: str) -> bool:
    """Whether a sentence of ``text`` says what ``claim`` says and does not deny it.

    It does with all numbers and names, and ``CLAIM_SHARE`` of the words, in the same language. ``A / B`` claims either;
    remarks in brackets do not count. False for a claim that has nothing to compare.
    """
    alternatives = [part for part in _ALTERNATIVES.split(_without_remarks(claim)) if part.strip()]
    wanted = [(part, read_facts(part)) for part in alternatives]
    sentences = [sentence.said for sentence in read_sentences(text)]
    return any(_says(sentence, part, facts) for sentence in sentences for part, facts in wanted)


def _covers(said: Facts, point: Facts, asked: Facts) -> bool | None:
    return held(replace(point, names=point.names - asked.latin), said, share=POINT_SHARE)


def _says(sentence: str, claim: str, wanted: Facts) -> bool:
    said = read_facts(sentence)
    if wanted.terms and said.lang != wanted.lang:
        return False
    return bool(held(wanted, said, share=CLAIM_SHARE)) and _denials_about(sentence, wanted) % 2 == denials(claim) % 2


def _denials_about(sentence: str, wanted: Facts) -> int:
    """How often the clauses that hold something of the claim deny."""
    clauses = [(clause, read_facts(clause)) for clause in _CLAUSE_END.split(sentence)]
    return sum(
        denials(clause)
        for clause, said in clauses
        if said.terms & wanted.terms or said.numbers & wanted.stated or said.latin & wanted.names
    )


def _without_remarks(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return _REMARK.sub(" ", plain) if _REMARK.sub("", plain).strip() else plain
