"""Whether a question compares things or asks several, told from its words alone."""

import re
from collections.abc import Iterator

from bot.corpus.language import HAN, WORD
from bot.retrieval.terms import terms

_COMPARES = re.compile(
    r"分别|各[自是有说讲怎持执]|比较|对比|相比|区别|差别|差异|异同|不同|不一样|一样[吗么嘛]|相同|一致|哪个更|谁更|"
    r"前者|后者|[两二三四五][者位家派篇]|"
    r"\b(?:each|both|respectively|versus|vs|compare[ds]?|comparison|contrast|differ(?:s|ent(?:ly)?|ences?)?|"
    r"same as|(?:two|three|four|several) (?:authors|writers|essays|texts|people|posts|sources)|"
    r"across (?:these|the|all)|one\b.{1,120}\banother)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE_END = re.compile(r"[，,、。；;？?！!\n]|\b(?:and|but)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"怎么|怎样|如何|咋|什么|啥|为何|多少|哪|谁|几|吗|\b(?:what|how|why|who|whom|when|where|which|does|do|did)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[^?？]+[?？\s]*|[?？]+")
_TAIL = re.compile(r"(?:[\s，,、。；;]|\b(?:and|but)\b)+\Z", re.IGNORECASE)
_SEVERAL = 2  # clauses that ask
_SAYS_ITSELF = 10  # units: what asks with less hangs on the clause before it (``纪念谁的``, ``and why``)
# Where parts are wanted, less will do for what brings a subject of its own (``英特尔为什么落后``).
_SAYS_ITSELF_IN_PART, _SUBJECT = 7, 2
_HANGS_ON = re.compile(
    r"[\s，,、。；;]*(?:and |but )?(?:[是又也还并而且他她它这那其该此以有在能会要被由]|.{1,3}[了过着]"
    r"|为什么|为何|怎|如何|什么|哪|谁|几|多少"
    r"|(?:\w+ )?(?:\w+ )?(?:it|its|he|his|she|her|they|their|this|that|these|those)\b)",
    re.IGNORECASE,
)
_SAYS_WHAT = 3  # units beside the word that asks
_UNITS_PER_WORD = 3  # a character is one


def asks_several_things(question: str) -> bool:
    """Whether one search may miss a part of what is asked. Errs towards no: a plan costs a model's time."""
    if _COMPARES.search(question):
        return True
    return sum(_asks_by_itself(clause) for clause in _CLAUSE_END.split(question)) >= _SEVERAL


def asks(text: str) -> bool:
    """Whether ``text`` is a question rather than a statement or an order."""
    return text.rstrip().endswith(("?", "？")) or _ASKS.search(text) is not None


def clauses_that_ask(question: str) -> tuple[str, ...]:
    """The questions that ``question`` strings together, each with the clauses that hang on it or lead up to it.

    A question mark ends one however short; what is asked twice counts once. None where one thing is asked. Comparisons
    are not taken apart: ``A 和 B 有什么不同`` says no questions.
    """
    pieces, began = [""], False
    for marked in _MARKED.findall(question):
        is_question = _is_question(marked)
        if is_question and began:
            pieces.append("")
            began = False
        for clause in _clauses(marked):
            if _is_a_part(clause):
                if began:
                    pieces.append("")
                began = True
            pieces[-1] += clause
        began = began or is_question
    asked = [_TAIL.sub("", piece).strip() for piece in pieces]
    different: dict[tuple[str, ...], str] = {}
    for piece in asked:
        different.setdefault(tuple(terms(piece)), piece)
    return tuple(different.values()) if len(different) >= _SEVERAL else ()


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for end in [*(clause.end() for clause in _CLAUSE_END.finditer(text)), len(text)]:
        yield text[start:end]
        start = end


def _is_question(marked: str) -> bool:
    """Whether a question mark ends it, and it asks about something: ``为什么？`` hangs on what is before it."""
    return marked.rstrip().endswith(("?", "？")) and _units(_ASKS.sub("", marked)) >= _SAYS_WHAT


def _asks_by_itself(clause: str) -> bool:
    return _ASKS.search(clause) is not None and _units(clause) >= _SAYS_ITSELF


def _is_a_part(clause: str) -> bool:
    if _asks_by_itself(clause):
        return True
    about = _units(_ASKS.sub("", clause))
    is_long_enough = _units(clause) >= _SAYS_ITSELF_IN_PART and about >= _SUBJECT + _SAYS_WHAT
    return _ASKS.search(clause) is not None and is_long_enough and not _HANGS_ON.match(clause)


def _units(clause: str) -> int:
    return len(HAN.findall(clause)) + _UNITS_PER_WORD * len(WORD.findall(clause))
