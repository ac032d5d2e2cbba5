"""The asker's language, the script of Chinese included, and the bot's words in that script."""

import re
from collections.abc import Callable
from typing import Literal

from bot.corpus.language import HAN, QUOTED, language_of
from bot.retrieval.opencc import is_traditional, same_in_both_scripts, simplified, traditional

AskerLanguage = Literal["zh", "zh-Hant", "en"]
"""IETF tags; ``zh`` is Simplified Chinese. The essays' own languages are ``bot.corpus.model.Language``."""

# Quotes, titles, links, addresses and code are not the bot's own words: they stay as they stand in the essays.
_NOT_OWN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{1,500}`|\[[^\]\n]{0,500}\]\([^)\s]{1,2000}\)|https?://[^\s，。；：！？、）》」”`]{1,2000}"
    r"|^[ \t]*>[^\n]*"
    r"|《[^》\n]{1,300}》|“[^”\n]{1,1000}”|「[^」\n]{1,1000}」|『[^』\n]{1,1000}』|\"[^\"\n]{1,1000}\"",
    re.DOTALL | re.MULTILINE,
)


# Words that make an English sentence, and its first ones; ``of`` and ``vs`` stand in names and lists, too.
_ENGLISH_SENTENCE = re.compile(
    r"\b(?:who|whose|what|which|when|where|why|how|is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|"
    r"should|may|might|must|the|this|that|these|those|i|you|we|they|it|me|please|tell|explain|describe|give|summari[sz]e)\b"
    r"|^\s*(?:and|or|but|so|about|for|in|on|with|ok(?:ay)?|compare|list)\b",
    re.IGNORECASE | re.ASCII,
)


def asker_language(text: str, before: AskerLanguage | None = None) -> AskerLanguage:
    """The language that ``text`` is in; ``before``, that of the asker so far, tells the script where it is open."""
    if language_of(text) == "en" and not _is_chinese_with_names(text):
        return "en"
    hant = is_traditional(text) or (before == "zh-Hant" and same_in_both_scripts(text))
    return "zh-Hant" if hant else "zh"


def _is_chinese_with_names(text: str) -> bool:
    # ``H20 vs H800 區別``: names outweigh what is asked of them. Nobody writes so who asks in English.
    around = QUOTED.sub(" ", text)
    return HAN.search(around) is not None and _ENGLISH_SENTENCE.search(around) is None


def in_script_of(lang: AskerLanguage, text: str) -> str:
    """``text`` in Traditional characters for whoever writes these, as it is for the others."""
    return traditional(text) if lang == "zh-Hant" else text


def in_traditional(markdown: str) -> str:
    """An answer's prose in Traditional characters; what it quotes, names or links to stays in the original."""
    return _own_words(markdown, traditional)


def in_simplified(markdown: str) -> str:
    """The same in Simplified characters; a text in these stays as it is, stray Traditional characters included."""
    return _own_words(markdown, simplified) if is_traditional(_NOT_OWN.sub("", markdown)) else markdown


def _own_words(markdown: str, convert: Callable[[str], str]) -> str:
    own, said = 0, []
    for kept in _NOT_OWN.finditer(markdown):
        said += [convert(markdown[own : kept.start()]), kept[0]]
        own = kept.end()
    return "".join([*said, convert(markdown[own:])])
