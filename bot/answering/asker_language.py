"""The asker's language, the script of Chinese included, and the bot's words in that script."""

import re
from typing import Literal

from bot.corpus.language import language_of
from bot.retrieval.opencc import is_traditional, same_in_both_scripts, traditional

AskerLanguage = Literal["zh", "zh-Hant", "en"]
"""IETF tags; ``zh`` is Simplified Chinese. The essays' own languages are ``bot.corpus.model.Language``."""

# Quotes, titles, links, addresses and code are not the bot's own words: they stay as they stand in the essays.
_NOT_OWN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{1,500}`|\[[^\]\n]{0,500}\]\([^)\s]{1,2000}\)|https?://[^\s，。；：！？、）》」”`]{1,2000}"
    r"|^[ \t]*>[^\n]*"
    r"|《[^》\n]{1,300}》|“[^”\n]{1,1000}”|「[^」\n]{1,1000}」|『[^』\n]{1,1000}』|\"[^\"\n]{1,1000}\"",
    re.DOTALL | re.MULTILINE,
)


def asker_language(text: str, before: AskerLanguage | None = None) -> AskerLanguage:
    """The language that ``text`` is in; ``before``, that of the asker so far, tells the script where it is open."""
    if language_of(text) == "en":
        return "en"
    hant = is_traditional(text) or (before == "zh-Hant" and same_in_both_scripts(text))
    return "zh-Hant" if hant else "zh"


def in_script_of(lang: AskerLanguage, text: str) -> str:
    """``text`` in Traditional characters for whoever writes these, as it is for the others."""
    return traditional(text) if lang == "zh-Hant" else text


def in_traditional(markdown: str) -> str:
    """An answer's prose in Traditional characters; what it quotes, names or links to stays in the original."""
    own, said = 0, []
    for kept in _NOT_OWN.finditer(markdown):
        said += [traditional(markdown[own : kept.start()]), kept[0]]
        own = kept.end()
    return "".join([*said, traditional(markdown[own:])])
