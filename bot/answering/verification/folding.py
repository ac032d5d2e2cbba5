"""One way of writing for what is compared: markup, width, raised digits, quotation marks and script folded."""

import re
import unicodedata

from bot.answering.plain import visible
from bot.retrieval.opencc import simplified

_RAISED = re.compile(r"[⁰¹²³⁴-⁹]+")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_MARKS = str.maketrans("「」『』«»„〝〞–—−‐‑", '""""""' + '"""' + "-----")
_CURLY = str.maketrans("“”‘’", "\"\"''")


def folded(markdown: str) -> str:
    """``markdown`` as plain text in which equal things are written alike; its length changes, its case does not."""
    raised = _RAISED.sub(lambda match: "^" + match[0].translate(_RAISED_DIGITS), visible(_INVISIBLE.sub("", markdown)))
    return simplified(unicodedata.normalize("NFKC", raised.translate(_MARKS).translate(_CURLY)))
