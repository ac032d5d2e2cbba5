"""Requests for what was just said in another form: shorter, in another language, once more, or with its source.

What they ask is what was asked before, so that is what is searched for; how it is to be said is the answer's business.
"""

import re

from bot.answering.asker_language import AskerLanguage
from bot.corpus.language import HAN
from bot.retrieval.opencc import simplified

LONGEST_CHARS = 80  # who writes more says what about

_ZH_FORM = (
    r"总结|概括|归纳|小结|摘要|复述|重复|重说|翻译|译[成为]|改写|换[个种](?:说法|讲法)|[一两三几]句话|[一二两三几]段话|简[单短要洁明]|精简|通俗|扼要|"
    r"直白|大白话|表格|列表|清单|[再多]?[说讲答回][答]?一[遍次]|[说讲写][得短]?短|英文|英语|中文|汉语|繁体|简体|正体|"
    r"确定|真的假的|不对吧|搞错|弄错|当真|出处|来源|哪里说的|哪篇(?:文章)?(?:里|中)?[说写讲]的"
)
_ZH_AROUND = (
    r"请|麻烦|太(?:长|短|复杂|啰嗦)了?|出来|换成|改成|转成|能不能|能否|可不可以|可以|能|帮我|帮忙|给我|替我|那么?|你|您|再|先|还|就|一下|一?点儿?|一?些|地|得|的|吧|吗|呢|么|吗|啊|呀|嘛|没有?|"
    r"有|是|在|哪里?|什么|把|将|用|以|成|为|到|上面|以上|上述|刚才|刚刚|之前|前面|最后|这个|那个|这段|那段|这些|那些|它|这|说|讲|写|列|"
    r"回答|答案|内容|话|全部|所有|一个|个"
)
# Each piece is taken once: with a row of 没有 read as one and as two, a long text would take years.
_ZH_RESTATES = re.compile(rf"(?>{_ZH_FORM}|{_ZH_AROUND}|[\s，。？！?!,.])++")
_ZH_CORE = re.compile(_ZH_FORM)
_ZH_OF_THE_MATTER = re.compile(r"(?:简.|精简|通俗|扼要|直白)[吗么]")  # ``简单吗``

_EN_FORM_WORDS = (
    "summarize five summarise summary translate translation repeat rephrase restate reword shorten shorter simplify "
    "simpler simply briefly brief concise tldr sentence sentences bullet bullets table chinese english mandarin "
    "sure certain source sources citation citations reference references "
)
_EN_FORM = frozenset(_EN_FORM_WORDS.split())
_EN_AROUND_WORDS = (
    "too long can could would will you please now just and ok okay so me a an the it that this them all above "
    "again once more in into to as with one two three few words short plain simple terms language point points "
    "list version answer say put explain give make write show tell are is really about your what where what's s "
    "traditional simplified like i'm im for last text reply "
)
_EN_AROUND = frozenset(_EN_AROUND_WORDS.split())
_EN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")

_LANGUAGES: tuple[tuple[AskerLanguage, re.Pattern[str]], ...] = (
    ("en", re.compile(r"英[文语]|\benglish\b", re.IGNORECASE)),
    ("zh-Hant", re.compile(r"繁体|正体|\btraditional\b", re.IGNORECASE)),
    ("zh", re.compile(r"简体|中文|汉语|\b(?:chinese|mandarin)\b", re.IGNORECASE)),
)


def asks_to_restate(question: str) -> bool:
    """Whether ``question`` asks for nothing but another form of what was said, or where it stands."""
    if len(question) > LONGEST_CHARS:
        return False
    question = simplified(question.replace(";", ""))
    if HAN.search(question):
        restates = _ZH_RESTATES.fullmatch(question) and _ZH_CORE.search(question)
        return bool(restates) and not _ZH_OF_THE_MATTER.match(question)
    words = {word.casefold().replace("’", "'") for word in _EN_WORD.findall(question)}
    return bool(words & _EN_FORM) and words <= _EN_FORM | _EN_AROUND


def language_asked_for(question: str, own: AskerLanguage) -> AskerLanguage | None:
    """The language that such a request names; ``own`` is the asker's, whose script ``中文`` is in. None for none."""
    if not asks_to_restate(question):
        return None
    question = simplified(question)
    named = next((language for language, name in _LANGUAGES if name.search(question)), None)
    return own if named == "zh" and own == "zh-Hant" and "简" not in question else named
