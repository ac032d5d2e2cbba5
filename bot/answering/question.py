"""What reaches us as a question, made fit for a search."""

import unicodedata

MAX_SEARCHED_CHARS = 600  # an embedder reads 512 tokens; what is asked stands at the beginning or the end


def cleaned(text: str) -> str:
    """``text`` without control characters but for line breaks, in Unicode's composed form, trimmed."""
    kept = (char for char in unicodedata.normalize("NFC", text) if char in "\n\t" or not _is_control(char))
    return "".join(kept).strip()


def is_askable(text: str) -> bool:
    """Whether there is a letter or digit in ``text`` at all, be it of any script."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def _is_control(char: str) -> bool:
    # Cs: half an emoji from a broken client. The joiners among Cf hold emoji and Indic letters together.
    return (
        unicodedata.category(char) in {"Cc", "Cs", "Co"} or char in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
    )
