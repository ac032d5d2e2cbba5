"""What reaches us as a question, made fit for a search."""

import re
import unicodedata

MAX_SEARCHED_CHARS = 600  # an embedder reads 512 tokens; what is asked stands at the beginning or the end

# Controls but for tab and line feed, halves of emoji from broken clients, private use, and marks of direction. The
# joiners stay: they hold emoji and Indic letters together. As a pattern, for a look at each character of a long
# question held up everybody else for 7 ms.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
    "\u200e\u200f\u202a-\u202e\ufeff]+"
)


def cleaned(text: str) -> str:
    """``text`` without control characters but for line breaks, in Unicode's composed form, trimmed."""
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text)).strip()


def is_askable(text: str) -> bool:
    """Whether there is a letter or digit in ``text`` at all, be it of any script."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)
