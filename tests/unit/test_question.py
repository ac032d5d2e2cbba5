"""A question is made fit for a search."""

import sys
import unicodedata

from bot.answering.question import cleaned

DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
UNWANTED = {"Cc", "Cs", "Co"}


def test_controls_go_and_everything_else_stays() -> None:
    """Of all characters of Unicode, those of its control, surrogate and private classes, and marks of direction."""
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        goes = char not in "\n\t" and (char in DIRECTIONS or unicodedata.category(char) in UNWANTED)
        assert cleaned(f"a{char}b") == ("ab" if goes else unicodedata.normalize("NFC", f"a{char}b")), hex(code)
