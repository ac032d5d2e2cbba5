"""Which language a text is in, by counting: Chinese characters against Latin words."""

import re

from bot.corpus.model import Language

HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
ADDRESS = re.compile(r"https?://\S+")
QUOTED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"|`[^`]*`|[((][^()()]*[))]")

# Function words tell the language of a short question better than names do: 'what is 思维链', 'MLA 是什么'.
ENGLISH = re.compile(
    r"\b(?:an?|and|are|be|can|compare|could|describe|did|does|do|explain|for|from|give|had|has|have|how|i|in|is|it|list"
    r"|many|me|much|of|on|or|please|should|so|summari[sz]e|tell|that|the|their|there|they|this|to|was|we|were|what|when"
    r"|where|which|who|why|will|with|would|your?)\b",
    re.IGNORECASE | re.ASCII,
)
CHINESE = re.compile(r"[的了是在和与吗呢么什怎谁哪几多少为有不这那说讲把被吧啊请给跟]")

PAIRS = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"))

CHARACTERS_PER_WORD = 1.5  # a Chinese word is between one and two characters
FUNCTION_WORD_WEIGHT = 2.0


def language_of(text: str) -> Language:
    """The language of an essay, a section or a short question; mixtures go to the side that carries the sentence.

    What stands in quotes or brackets counts only where nothing else does. Without any letters: ``en``.
    """
    text = ADDRESS.sub(" ", text)
    around = QUOTED.sub(" ", _without_unclosed(text))
    chinese, english = _weigh(around)
    if chinese == english:
        chinese, english = _weigh(text)
    return "zh" if chinese > english else "en"


def _without_unclosed(text: str) -> str:
    """The text without opening marks behind the last closing one: ``QUOTED`` would look for their end, each anew."""
    for opening, closing in PAIRS:
        closed, mark, rest = text.rpartition(closing)
        text = closed + mark + rest.replace(opening, " ")
    return text


def _weigh(text: str) -> tuple[float, float]:
    chinese = len(HAN.findall(text)) / CHARACTERS_PER_WORD + FUNCTION_WORD_WEIGHT * len(CHINESE.findall(text))
    english = len(WORD.findall(text)) + FUNCTION_WORD_WEIGHT * len(ENGLISH.findall(text))
    return chinese, english
