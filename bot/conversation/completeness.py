"""Whether a question names its own subject, or leaves out what only a conversation supplies.

Both errors cost: a new question that is taken for a follow-up drags the old subject along, and a follow-up that is
taken for new finds anything but what is meant. So there are verdicts between, for a model or the essays to decide.
"""

import re
from enum import StrEnum

from bot.conversation.dependence import (
    points_at_the_message,
    points_back,
    says_little,
    what_is_said,
    words_that_say_something,
)
from bot.conversation.restating import asks_to_restate
from bot.corpus.language import HAN
from bot.retrieval.opencc import simplified


class Completeness(StrEnum):
    """Whether a question can be understood alone."""

    COMPLETE = "complete"
    SHORT = "short"  # it can, and may as well be meant of what was said
    DOUBTFUL = "doubtful"  # it says little, and nothing points back
    INCOMPLETE = "incomplete"


MAX_READ_CHARS = 300
SHORT_ZH = 7  # characters that say something; a longer question says what it is about
SHORT_EN = 3  # words

_ZH_END = r"[了的]?[呢啊呀嘛吗么吧]?\s*[？?。！!]*\s*$"
# What belongs to something or somebody: ``原因是什么`` asks nothing until it is said of what.
_ZH_BELONGS = re.compile(
    r"(?:联合)?创始人|老板|总裁|负责人|主人|父亲|母亲|妻子|丈夫|价格?|成本|费用|原因|理由|结果|后果|影响|[好坏用]处|优势|劣势|[优缺弱特]点|短板|亮点"
    r"|区别|差别|全称|简称|缩写|中文|英文|外文|定义|原理|规模|大小|数量|人数|年份|日期|时间|地点|出处|来源|依据|根据|证据|[反正]例|例子"
    r"|前提|条件|步骤|流程|目的|目标|特征|用途|作用|功能|效果|风险|代价|[难重要]点|关键|核心|结论|观点|看法|态度|标题|题目|内容|名字|意思"
    r"|背景|过程|方法|办法|方案|对手|对策|解决|前景|趋势|现状|版本|型号|参数|性能|速度|精度|比例|占比|方向|计划|任务|职位|学历|专业"
    r"|爱好|年龄|身份|工作|家乡|主要|首要|最终|具体"
)
_ZH_WHAT_IS = re.compile(
    r"\s*(?:请问)?(?:"
    r"(?P<first>[^，。？！?]+?)(?<!的)(?:又|到底|究竟)?(?:(?:是|指)的?(?:什么|啥|谁|何[人物])(?:意思|东西|人)?|叫(?:什么|啥)(?:名字?)?)"
    rf"|(?:什么|啥|谁)(?:才|又)?(?:是|叫做?)(?P<last>[^，。？！?]+?)){_ZH_END}"
)
# A subject before its predicate: ``开源有什么好处``, ``涌现是真的吗``.
_ZH_SUBJECT = re.compile(
    r"\s*(?:请问)?(?![跟和与同对从在按除])(?P<subject>[^，。？！?]+?)(?:有(?:什么|啥|哪些|何|没有)|是(?:怎么|如何|怎样|真|否|不是|谁))"
)
_ZH_AUTHOR = re.compile(r"\s*作者(?![的家])(?P<did>[^，。？！?]+)")
# Whether somebody agrees, or what they think, is asked of something said before, unless that is named.
_ZH_THINKS = re.compile(
    r"^[^，。？！?对于]{1,8}?(?:同意|认同|赞[同成]|反对|认可|承认|相信|怎[么样][看说想]|怎么(?:认为|评价|回应|回答)|如何(?:看待?|评价|回应))"
    + _ZH_END
)
# One side of a comparison, one thing in the place of another, or what holds as well of it (``Meta也是吗``).
_ZH_BESIDE = re.compile(
    r"\s*(?:[和跟与同][^，。？！?]{1,14}?比|相比|比起|比(?![较尔特亚赛利如例萨方喻重值分])|(?:如果|要是|假如)?(?:换[成做作了]|改[成用为]))"
    rf"|^[^，。？！?]{{1,10}}?(?:也(?:是|会|有|能|行|可以|要|一样|这样|如此|不|在)?|又[有要会花])"
    rf"[^，。？！?]?(?:[吗么呢]|多少|几[个块张年])[^，。？！?]?{_ZH_END}"
)
# As much as was said: ``为什么这么高``, ``为什么差这么多``.
_ZH_DEGREE = re.compile(r"[这那]么(?!$)|如此")

_LATIN = re.compile(r"[A-Za-z0-9]")
_ZH_NAMING = re.compile(rf"{HAN.pattern}|{_LATIN.pattern}")

_EN_END = r"\W*$"
_EN_FRAGMENT = re.compile(
    r"\s*(?:(?:any|anyone|anybody|anything|some|no|more|less|fewer|others?|another|vs\.?|versus"
    r"|(?:as )?compared (?:to|with)|compare (?:both|the two|them|all)|than|by|since|until|under|after|before"
    r"|during|to|unlike|for|with|without|from"
    r"|in|at|on|of|about|like|both|either|neither)\b"
    r"|how (?:many|much)(?: \w+){0,2}\W*$|which ones?\b|(?:who|what)(?:['’]d)? \w+\W*$)",
    re.IGNORECASE,
)
_EN_FINITE = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b", re.IGNORECASE
)
_EN_THINKS = re.compile(
    r"\b(?:do|does|did|would|will|what|how|why)\b.*\b(?:agree|disagree|think|believe|object|concur|say|said|respond"
    r"|react)(?: so)?" + _EN_END,
    re.IGNORECASE,
)
# ``what is X``, ``what happened to X``, ``how do X work``, ``does the author like X``.
_EN_NAMED = re.compile(
    r"\s*(?:(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?P<being>[^?]+)"
    r"|what(?:\s+\w+)?\s+happen(?:ed|s)\s+(?:to|with)\s+(?P<met>[^?]+)"
    r"|(?:how|why|when|where|what)\s+(?:do|does|did|can|could|will|would|should|is|are|was|were)\s+(?P<doing>[^?]+)"
    r"|(?:do|does|did|can|could|will|would|should|is|are|was|were|has|have)\s+the\s+authors?\s+(?P<author>[^?]+))",
    re.IGNORECASE,
)
_NAME_AND_VERB = 2
_EN_ANEW = re.compile(r"\s*(?:ok(?:ay)?|so|then|also|now|well)\b", re.IGNORECASE)
_EN_OPENER = re.compile(r"\s*(?:(?:ok(?:ay)?|and|but|so|then|also|now)\b[,\s]*)+", re.IGNORECASE)
_EN_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|ones?|there|you|i|we|same|next|else)\b",
    re.IGNORECASE,
)
_EN_OF_SOMETHING = (
    "price cost costs reason reasons cause causes result results effect effects impact difference differences "
    "advantage advantages disadvantage disadvantages benefit benefits drawback drawbacks consequence consequences "
    "source name date year number size rate title founder founders ceo owner conclusion evidence problem solution "
    "purpose goal answer idea meaning role background alternative alternatives risk risks downside upside main "
    "exact final key catch "
)
_EN_BELONGS = frozenset(_EN_OF_SOMETHING.split())


def completeness(question: str) -> Completeness:
    """How far ``question`` names its own subject, from its words alone; of a long one, from its beginning."""
    question = simplified(" ".join(question[:MAX_READ_CHARS].split()))
    if asks_to_restate(question):
        return Completeness.INCOMPLETE
    is_chinese = HAN.search(question) is not None
    if _EN_ANEW.match(question) and _names_in_english(question):
        return Completeness.COMPLETE
    if (_lacks_in_chinese if is_chinese else _lacks_in_english)(question) or points_back(question):
        return Completeness.INCOMPLETE
    if (_names_in_chinese if is_chinese else _names_in_english)(question):
        return Completeness.COMPLETE
    words = HAN.findall(what_is_said(question)) if is_chinese else words_that_say_something(question)
    if says_little(question):
        return Completeness.DOUBTFUL if words else Completeness.INCOMPLETE
    is_short = len(words) <= (SHORT_ZH if is_chinese else SHORT_EN)
    return (
        Completeness.SHORT if is_short and not _LATIN.search(question if is_chinese else "") else Completeness.COMPLETE
    )


def depends_on_what_was_said(question: str) -> bool:
    """Whether ``question`` is most likely to hang on what was said before it."""
    return completeness(question) in {Completeness.INCOMPLETE, Completeness.DOUBTFUL}


def asks_about_the_message(question: str) -> bool:
    """Whether ``question``, sent as a reply to a message, cannot be understood without that message."""
    return depends_on_what_was_said(question) or points_at_the_message(question[:MAX_READ_CHARS])


def _lacks_in_chinese(question: str) -> bool:
    degree = _ZH_DEGREE.search(question)
    if degree is not None and len(_subject_in(question[: degree.start()])) <= 1:  # an adjective, at most
        return True
    return _ZH_THINKS.search(question) is not None or _ZH_BESIDE.search(question) is not None


def _names_in_chinese(question: str) -> bool:
    what_is = _ZH_WHAT_IS.match(question)
    if what_is is not None:
        return bool(_subject_in(what_is["first"] or what_is["last"]))
    subject = _ZH_SUBJECT.match(question)
    if subject is not None and _subject_in(subject["subject"]):
        return True
    author = _ZH_AUTHOR.match(question)
    return author is not None and bool(_subject_in(author["did"]))


def _subject_in(words: str) -> list[str]:
    """The characters of ``words`` that may name a subject: neither what asks, nor what belongs to one."""
    return _ZH_NAMING.findall(what_is_said(_ZH_BELONGS.sub("", words)))


def _lacks_in_english(question: str) -> bool:
    if _EN_FRAGMENT.match(question) and not _EN_FINITE.search(question):
        return len(words_that_say_something(question)) <= SHORT_EN
    return _EN_THINKS.search(question) is not None and len(words_that_say_something(question)) <= _NAME_AND_VERB


def _names_in_english(question: str) -> bool:
    named = _EN_NAMED.match(_EN_OPENER.sub("", question, count=1))
    if named is None or _EN_POINTS.search(question):
        return False
    words = words_that_say_something(named[named.lastgroup or 0])
    return bool(words) and not all(word.casefold() in _EN_BELONGS for word in words)
