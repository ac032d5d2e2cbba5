"""Texts as lists of terms: for Chinese, English, and questions that mix them."""

import re
import unicodedata

from bot.retrieval.opencc import HAN, simplified

RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
# Words that occur in any English question and say nothing of what it is about.
STOP_WORDS = frozenset(
    word
    for line in (
        "a an the and or but if of to in on at by for from with as is are was were be been being am do does did done",
        "has have had having it its this that these those there here he she they them their his her you your we our us",
        "i me my what which who whom whose when where why how can could should would will shall may might must not no",
        "so than then about into over such some any all also just",
    )
    for word in line.split()
)
SHORTEST_STEM = 3
NO_PLURALS = ("ss", "us", "is")
ENDINGS = (
    ("sses", "ss"),
    ("ies", "y"),
    ("edly", ""),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("e", ""),
)


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as often as they occur.

    Width, case and the two scripts of Chinese are folded. A run of Han characters gives its overlapping pairs (a single
    one gives itself): no dictionary decides what a word is, and every word of two characters is found.
    Other scripts give words, English ones without their endings and without words of no content.
    """
    folded = simplified(unicodedata.normalize("NFKC", text)).casefold()
    found: list[str] = []
    for match in RUNS.finditer(folded):
        run = match.group()
        if run[0] > "\u2e7f":
            found.extend(run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        elif run not in STOP_WORDS:
            found.append(stem(run))
    return found


def stem(word: str) -> str:
    """An English word without its commonest endings, so that `costs`, `costing` and `cost` meet."""
    if not (word.isascii() and word.isalpha()) or word.endswith(NO_PLURALS):
        return word
    for ending, rest in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending) + rest
    return word
