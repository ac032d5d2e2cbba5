"""Whether a sentence of an answer asserts anything of the essays at all, or only leads on, or says what they don't."""

import re

from bot.answering.verification.folding import folded
from bot.answering.verification.names import han_names, latin_names, read_words
from bot.answering.verification.numbers import read_figures, unsupported_figures
from bot.retrieval.terms import terms

_LEADS_ON = (":", "?")
_HEADING = re.compile(r"\s{0,3}#{1,6} |\s*(?:[-*_] ?){3,}\s*\Z")
_SILENT = re.compile(
    r"(?:段落|文章|文中|资料|原文|作者|片段|内容|材料|他们|它们)[^。,;]{0,14}(?:没有?|未|并未|不曾)[^。,;]{0,8}"
    r"(?:提|说|给出|涉及|写|讨论|谈|回答|解释|透露|指出)|(?:无法|不能)(?:确定|回答|判断|得知|确认)|不(?:知道|清楚|确定)"
    r"|\b(?:passages?|essays?|texts?|authors?|sources?|they|it|i)\b[^.;]{0,40}\b(?:do|does|did)(?:n't| not)\b"
    r"[^.;]{0,24}\b(?:say|mention|state|specify|give|tell|discuss|explain|provide|answer|describe"
    r"|cover|know|contain)"
    r"|\bnot (?:mentioned|stated|specified|said|given|covered|discussed)\b"
    r"|\bno (?:information|mention|details?|answer)\b"
    r"|\b(?:cannot|can't|unable to|not possible to) (?:be )?(?:determined?|answer|tell|say|know)",
    re.IGNORECASE,
)
_MAX_NEW_TERMS = 2  # that neither the question nor a passage's words account for: 是的, 总之, In short


def asserts_something(sentence: str, question: str) -> bool:
    """Whether ``sentence`` (without markers) says something that would have to stand in a passage.

    Headings, lead-ins to a list, questions and courtesies of a word or two do not; nor does what says that the essays
    are silent, unless it brings figures or names of its own: "they don't say why, but he died in 1840".
    """
    said = folded(sentence)
    if _HEADING.match(sentence) or said.rstrip(' "*_').endswith(_LEADS_ON) or not said:
        return _holds_figures(said)
    if _SILENT.search(said):
        return _brings_figures(said, folded(question)) or _names(said, question)
    asked = set(terms(folded(question)))
    return _holds_figures(said) or len(set(terms(said)) - asked) > _MAX_NEW_TERMS or _names(said, question)


def tells_of_silence(sentence: str) -> bool:
    """Whether ``sentence`` says that the essays do not say something."""
    return _SILENT.search(folded(sentence)) is not None


def brings_particulars(sentence: str, question: str) -> bool:
    """Whether ``sentence`` has figures or names that the question has not."""
    said = folded(sentence)
    return _brings_figures(said, folded(question)) or _names(said, question)


def _holds_figures(said: str) -> bool:
    figures = read_figures(said)
    return bool(figures.moments) or any(quantity.is_counted for quantity in figures.quantities)


def _brings_figures(said: str, asked: str) -> bool:
    """Whether ``said`` holds figures that the question does not."""
    return any(unsupported_figures(read_figures(said), read_figures(asked)))


def _names(said: str, question: str) -> bool:
    asked = folded(question)
    names = [*latin_names(said, read_words(asked)), *han_names(said)]
    return any(name not in asked for name in names)
