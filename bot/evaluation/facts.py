"""What a text says, as far as code can compare it: its numbers, its names in Latin letters, its other words.

Written apart from the checks that make answers (``bot/answering/verification``), so that what those overlook
is not overlooked here for the same reason; only the tables of written-out numbers are shared.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bot.answering.verification.numerals import ENGLISH_WORD, chinese_value, english_value
from bot.corpus.language import language_of
from bot.corpus.model import Language

_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_IS_CJK = re.compile(_CJK)
_WORD = re.compile(rf"\d+(?:[.,:]\d+)*%?|{_CJK}|(?:(?!{_CJK})[^\W\d_])+")
_SCALES = {
    "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "千亿": 10**11, "万亿": 10**12,
    "w": 10**4, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![a-z\d.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?[多余来几]?"
    r"(\s?(?:百万|千万|千亿|万亿|[百千万亿]|(?:thousand|[mbtr]+illion)\b)|[wkmbt](?![a-z\d]))?"
)
_CHINESE_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+(成)?")
_ENGLISH_NUMERAL = re.compile(rf"\b(?:{ENGLISH_WORD})(?:[ -](?:and )?(?:{ENGLISH_WORD}))*\b")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f\d]*(?:[-.+'’/][A-Za-z\u00c0-\u024f\d]+)*")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:;]\s|\n)\W*\Z")
_PLURAL = re.compile(r"(?:['’]s|(?<=\d)s)\Z")
_FEWEST_TERMS = 2  # in common: one is found anywhere
_SAYS_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can for from had has have he her his if in into is it its no not of on or"
        " she so such than that the their them then there these they this to was were what when who will with would",
    )
)

_DENIALS = re.compile(r"[不没无未非]|\b(?:not|never|no|nor|neither|cannot|without)\b|n['’]t\b", re.IGNORECASE)
_NO_DENIALS = re.compile(r"不仅|不但|不过|不断|不同|无论|非常|未来|not only\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a text says. ``stated`` are the numbers that it writes in digits, ``numbers`` all of them."""

    lang: Language
    numbers: frozenset[Fraction]
    stated: frozenset[Fraction]
    latin: frozenset[str]  # every Latin word, and neighbours written as one
    names: frozenset[str]  # those of them that are names, or foreign to the text
    terms: frozenset[str]  # other words, and pairs of neighbouring Chinese characters


def read_facts(text: str) -> Facts:
    """Read ``text``; width, case and punctuation do not matter."""
    plain = unicodedata.normalize("NFKC", text)
    lang = language_of(plain)
    stated = frozenset(_digits(plain.lower()))
    return Facts(
        lang=lang,
        numbers=stated | frozenset(_written_out(plain.lower())),
        stated=stated,
        latin=frozenset(_latin(plain)),
        names=frozenset(_names(plain, lang)),
        terms=frozenset(_terms(words(plain))),
    )


def held(statement: Facts, text: Facts, *, share: float) -> bool | None:
    """Whether ``text`` holds what ``statement`` says: its numbers, its names, and ``share`` of its terms, two at least.

    Terms are compared within one language alone. None where there is nothing to compare: it has neither number nor
    name, and no term or is in the other language.
    """
    exact = statement.stated <= text.numbers and statement.names <= text.latin
    if statement.terms and statement.lang == text.lang:
        fewest = max(share * len(statement.terms), min(_FEWEST_TERMS, len(statement.terms)))
        return exact and len(statement.terms & text.terms) >= fewest
    return exact if statement.stated or statement.names else None


def words(text: str) -> list[str]:
    """Words, numbers and single Chinese characters, in order; width, case and punctuation folded away."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def denials(text: str) -> int:
    """How often ``text`` denies something."""
    return len(_DENIALS.findall(_NO_DENIALS.sub(" ", text)))


def _digits(text: str) -> Iterator[Fraction]:
    for match in _NUMBER.finditer(text):
        scale = (match[3] or "").strip()
        yield Fraction(match[1].replace(",", "") + (match[2] or "")) * _SCALES.get(scale, 1)


def _written_out(text: str) -> Iterator[Fraction]:
    for match in _CHINESE_NUMERAL.finditer(text):
        value = chinese_value(match[0].removesuffix("成"))
        yield value * 10 if match[1] else value
    for match in _ENGLISH_NUMERAL.finditer(text):
        yield english_value(match[0])


def _latin(text: str) -> Iterator[str]:
    found = [match[0] for match in _LATIN.finditer(text)]
    for word in found:
        yield _folded(word)
        yield from map(_folded, re.split(r"[-.+/]", word))
    # 'GPT 3' and 'Deep Seek' are also written in one word.
    for one, other in pairwise(re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?", text)):
        yield _folded(one + other)


def _names(text: str, lang: Language) -> Iterator[str]:
    for match in _LATIN.finditer(text):
        word = match[0]
        begins = _SENTENCE_START.search(text[max(0, match.start() - 4) : match.start()]) is not None
        marked = any(char.isupper() or char.isdigit() for char in (word[1:] if begins else word))
        if _says_something(word) and (marked or lang == "zh"):
            yield _folded(word)


def _says_something(word: str) -> bool:
    return len(word) > 1 and word.lower() not in _SAYS_LITTLE


def _folded(word: str) -> str:
    return re.sub(r"[^a-z\u00df-\u024f\d]", "", _PLURAL.sub("", word).lower())


def _terms(found: list[str]) -> Iterator[str]:
    """Words that say something, pairs of neighbouring Chinese characters, and such that stand alone, but for units."""
    yield from (word for word in found if word.isalpha() and not _IS_CJK.match(word) and _says_something(word))
    yield from (one + other for one, other in pairwise(found) if _IS_CJK.match(one) and _IS_CJK.match(other))
    padded = ["", *found, ""]
    for before, word, after in zip(padded, found, padded[2:], strict=False):
        if _IS_CJK.match(word) and not _IS_CJK.match(before) and not _IS_CJK.match(after) and not before[:1].isdigit():
            yield word
