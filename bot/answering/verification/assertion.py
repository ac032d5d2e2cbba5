"""Whether a sentence of an answer asserts anything of the essays at all, or only leads on, or says what they don't."""

import re

from bot.answering.verification.folding import folded
from bot.answering.verification.names import han_names, latin_names, read_words
from bot.answering.verification.numbers import read_figures, unsupported_figures
from bot.answering.verification.polarity import compares
from bot.retrieval.terms import terms

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
_GOES_ON = re.compile(
    r"[,;] ?(?:不过|但|可是|然而|却|只是|所以|因此|因为|而且)"
    r"|\b(?:but|however|though|although|yet|therefore|because)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\W*(?:请?点(?:击|此|这里|我)(?:这里|此处|查看|链接)?|链接|(?:click |see |read )(?:here|more|this link)|link)\W*",
    re.IGNORECASE,
)
_WORDS_OF_ONE = frozenset("是否有无对错能会可行好没不")
MIN_REPEATED = 0.5  # of a question's terms, in the question that was asked
_MAX_NEW_TERMS = 2  # that neither the question nor a passage's words account for: 是的, 总之, In short


def asserts_something(sentence: str, question: str) -> bool:
    """Whether ``sentence`` (without markers) says something that would have to stand in a passage.

    Headings, lead-ins to a list and courtesies of a word or two do not; nor does what says that the essays
    are silent, unless it brings figures or names of its own ("they don't say why, but he died in 1840"), or goes on.
    A question does as any sentence does: what it takes for granted is a claim.
    """
    said = folded(sentence)
    if _HEADING.match(sentence) or said.rstrip(' "*_').endswith(":") or not said:
        return _holds_figures(said)
    if (silent := _SILENT.search(said)) is not None:
        goes_on = _GOES_ON.search(said, silent.end())
        return brings_particulars(sentence, question) or (
            goes_on is not None
            and _SILENT.search(f"文中{said[goes_on.end() :]}") is None
            and _says_much(said[goes_on.end() :], question)
        )
    return _holds_figures(said) or _says_much(said, question) or _names(said, question) or compares(said)


def is_noise(sentence: str) -> bool:
    """Whether ``sentence`` is a stray sign, or says only that there is a link, which the reader doesn't see."""
    said = folded(sentence)
    signs = [char for char in said if char.isalnum()]
    is_markup = "|" in said or _HEADING.match(sentence) is not None
    is_stray = len(signs) == 1 and not signs[0].isdecimal() and signs[0] not in _WORDS_OF_ONE and not is_markup
    return is_stray or _CALL.fullmatch(said) is not None


def repeats_the_question(sentence: str, question: str) -> bool:
    """Whether ``sentence`` is a question that says nothing which was not asked."""
    said = set(terms(folded(sentence)))
    asked = set(terms(folded(question)))
    return sentence.endswith(("?", "？")) and len(said & asked) >= MIN_REPEATED * len(said)


def tells_of_silence(sentence: str) -> bool:
    """Whether ``sentence`` says that the essays do not say something."""
    return _SILENT.search(folded(sentence)) is not None


def brings_particulars(sentence: str, question: str) -> bool:
    """Whether ``sentence`` has figures or names that the question has not."""
    said = folded(sentence)
    return _brings_figures(said, folded(question)) or _names(said, question)


def _says_much(said: str, question: str) -> bool:
    return len(set(terms(said)) - set(terms(folded(question)))) > _MAX_NEW_TERMS


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
