"""Marks by which a question shows that it hangs on what was said before it."""

import re

from bot.retrieval.opencc import simplified

_ZH_SAID_WHICH = (
    r"[个只位篇些条种家本段][^，。？！\s]{3,}的(?![吗呢啊]?\s*(?:[，。？！?!]|$))"  # ``那只叫伽罗瓦的`` and a noun
)
_ZH_YEARS = "(?:几|两|些)?年"  # ``那些年``, ``这几年`` mean no year that was said
_ZH_BEFORE_TITLE = r"[^，。？！\s]{0,3}《"  # ``这首歌《…》``
_ZH_COUNTER = "(?:个|条|点|名|种|步|段|类|位|层)"
# A reply begins so. ``那只叫伽罗瓦的猫`` does not: what follows says which one is meant.
_ZH_OPENER = re.compile(
    r"\s*(?:"
    rf"那(?!{_ZH_SAID_WHICH})(?!{_ZH_YEARS})|然后|还有(?!哪)|另一|另外|其中|后来|比如|"
    r"为啥呢|为什么呢|怎么说|真的吗|再(?:说|讲|举)|继续(?:[讲说聊看吧呢]|\s*(?:[，。！!]|$))|"
    r"前者|后者|上面|刚才|刚刚|它|他|她|其[他它余][^，。？！]{0,3}(?:[呢吗？?]|$)|除此|除了[这那]|相比之下|"
    rf"这(?!{_ZH_SAID_WHICH})(?!{_ZH_YEARS})(?!{_ZH_BEFORE_TITLE})|第[一二两三四五六七八九十\d]+{_ZH_COUNTER}?(?:[呢和跟与是？?，]|$))"
)
# So does a reply, too, unless it goes on to name what it is about: ``别的公司为什么没有采用MLA``.
_ZH_WEAK_OPENER = re.compile(
    r"\s*(?:具体|别的|同样的|[跟和与][^，。？！的]+有(?:什么|何|没有)?(?:关系|区别|不同|联系))"
)
# What can or needs something is left out: ``能省多少内存``.
_ZH_WITHOUT_SUBJECT = re.compile(r"\s*(?:能(?![源力量耗级])|需要)")
# These point back wherever they stand, unless the noun before them says at what (``知乎那位``).
_ZH_POINTER = re.compile(
    rf"(?:(?<![\w])|(?<=[在对把和跟从按说讲给用是比里被]))[这那](?!{_ZH_YEARS})(?!{_ZH_BEFORE_TITLE})(?:个|些|篇|位|条|点|种|里|边|段|样|么)(?![^，。？！\s]{{3,}}的)|"
    r"(?<!其)[它她]|(?<![其吉])他(?![们人说])|前者|后者|另一[个位种方]|第[二两三四五六七八九十]+[个条点名种](?:[和跟与呢是？?，]|$)"
)
# These, wherever they stand, mean what was said before, whatever was named since. What was named is no object of its
# own clause, which would be ``自己``: ``Meta 也用它吗``.
_ZH_SAID_BEFORE = re.compile(
    r"上述|前述|前面(?:说|提|讲)|[对为由据就]此|(?:^|(?<=[对在把由与和]))该(?![不怎如去做选用学])|^此(?!外)|"
    r"^[^，,；：:。？！?!]*(?<![其吉])(?:[它她]们?|他们?)(?=(?:吗|呢|了|吧|啊)?\s*(?:[，。？?！!]|$))"
)
_ZH_ELLIPSIS = re.compile(r"^[^怎什哪谁几为啥咋]*(?<!多少)呢\s*[？?]?\s*$")  # ``X呢``, without a word that asks

_EN_OPENER = re.compile(
    r"\s*(?:what about|how about|how come|why not|really(?=\W*$|\s*[?!,])|go on|"
    r"(?:the )?same (?:for|with|as|about|question|thing)|(?:tell me )?more\b|what else|"
    r"which (?:one|of (?:them|those|these))|"
    r"(?:ok(?:ay)?|and|but|so|then|also|or)\b)",
    re.IGNORECASE,
)
_WEAK_OPENER = re.compile(r"\s*(?:(?:ok(?:ay)?|and|but|so|then|also|or)\b[,\s]*)+", re.IGNORECASE)
# After a weak opener a whole question, about what it names, stands on its own: ``so what does Musk say about power``.
_EN_WHOLE = re.compile(
    r"(?:[^,?]*\b[A-Z][^,?]*,\s*)?(?:what|which|who|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|"
    r"could|will|would|should)\b(?!\s+(?:about|come|not|else|next))",
    re.IGNORECASE,
)
_EN_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|the (?:former|latter)|"
    r"the (?:last|first|second|third|other) (?:one|two|three|ones|kind|part|point|half)|"
    r"(?:this|that|these|those)(?=\s*(?:$|[?.,!;]|(?:is|are|was|were|do|does|did|mean|work|true|really|last|thing|kind|"
    r"one|ones|part|point|two|guy|idea|claim|post|essay)\b)))\b",
    re.IGNORECASE,
)
# In the clause that a question begins with, these mean nothing that is named there: that would be ``itself``, ``its``.
_EN_FIRST_CLAUSE = re.compile(
    r"(?:(?![,;:]|[.?!](?:\s|$)|\b(?:to|and|but|or|when|while|because|if|although|though|before|after|without|since|until|once|that|who|"
    r"which|where|whether|how|why|what)\b).)+",
    re.IGNORECASE,
)
_EN_ASKS = re.compile(r"\s*(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_EN_IT = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
_EN_ABOUT_THAT = re.compile(r"\b(?:about|of|for|with|from) (?:this|that)\W*$", re.IGNORECASE)
_EN_THESE = re.compile(
    r"\b(?:this|these|those|such)\b"
    r"(?!\s+(?:days?|week|month|years?|decade|century|time|texts?|essays|corpus|collection|articles?|passages?|an?|as|are|of|in|on|for|to)\b)",
    re.IGNORECASE,
)
# These mean a person, whatever thing was named before them: ``how many GPUs does his company have``.
_EN_PERSON = re.compile(r"\b(?:he|him|his|she|her)\b", re.IGNORECASE)
_EN_NAME = re.compile(r"(?<=\s)(?![A-Z]{2,}s\b)[A-Z][\w'’-]*")
# ``it`` that stands for nothing: ``how long did it take X``, ``is it ok to``.
_EMPTY_IT = re.compile(
    r"\bit (?:takes?|took|true that|possible|ok(?:ay)?|worth|fair|legal|safe|that|"
    r"(?:really )?(?:costs?|means?|feels?|makes? sense) to|"
    r"matters? (?:that|if|whether))\b|"
    r"\bit (?:\w+ )?(?:hard|easy|difficult|important|necessary|possible|good|bad|better) (?:to|that|for)\b",
    re.IGNORECASE,
)

# Whoever asks what a thing is, by its name, asks anew: ``那“YOLO”又是什么``, ``so what is grokking``.
_ZH_WHAT_IS = re.compile(
    r"\s*那?么?([^，。？！?]+?)(?:又|到底|究竟)?(?:是|指)的?(?:什么|啥)(?:意思|东西)?[呢啊呀]?\s*[？?]?\s*$"
)
_EN_WHAT_IS = re.compile(
    r"\s*(?:(?:ok(?:ay)?|and|but|so|then|also)\b,?\s*)*(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?:an?\s+)?([\w'’.-]+)\s*\?*\s*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|(?<=《)[^》]+|(?<=“)[^”]+|(?<=「)[^」]+")

# Words that say what is asked of something, not of what.
_ZH_EMPTY = re.compile(
    r"为什么|怎么样|怎么|怎样|如何|什么|何[时地处人]|为啥|咋样?|啥|哪(?:里|些|个|类|种|年|位|儿|一)?|谁|多少|"
    r"几[个条点种年]?|是不是|有没有|能不能|"
    r"内容|情况|方面|例子|原因|结果|区别|好处|坏处|优点|缺点|问题|方法|办法|部分|地方|时候|东西|作者|文章|观点|理由|"
    r"影响|意思|结论|建议|名字|看法|态度|立场|评价|论点|论据|主张|依据|全称|"
    r"容易|可能|应该|可以|觉得|认为|详细|举例|解释|展开|介绍|讲讲|说说|一下|一点|请|还|也|就|都|很|最|更|比较|真|太|才|又|再|"
    r"[的了吗呢吧啊呀嘛是有在会能要和跟与不没说讲把被让给对从到去来做用叫人事些个条点种次]"
)
_ZH_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ZH_OF_THE_AUTHOR = re.compile(r"作者[的家](?P<owned>[^，。？！?!\s]+)")
_LATIN_OR_NUMBER = re.compile(r"[A-Za-z0-9]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_EN_WORD = re.compile(r"[A-Za-z0-9][\w'’.-]*")
_EN_EMPTY = (
    "a an the and or but so ok okay then also if of to in on at by for from with as is are was were be been am do "
    "does did done has have had having will would can could should may might must not no yes any some more most "
    "much many other else what which who whom whose when where why how i me my you your we us our he him his she "
    "her it its they them their this that these those there here one ones really actually exactly still just even "
    "too very please tell explain describe give say says said mean means example examples reason reasons detail "
    "details thing things part parts point points kind kinds way better worse best worst good bad true about than "
    "like think thinks author elaborate happen happened work works what's who's how's why's that's it's isn't "
    "aren't doesn't don't didn't first second third last two three "
)
_EN_EMPTY_WORDS = frozenset(_EN_EMPTY.split())
_FEW_ZH = 2  # characters that say something
_ZH_FEW_AFTER = ((_ZH_WEAK_OPENER, 6), (_ZH_WITHOUT_SUBJECT, 4))
_FEW_EN = 1  # words that say something
_LONG_ZH = 24  # characters; a longer question explains itself
_SHORT_EN = 4  # words that say something, after ``and`` or ``so``

# Beside a message that one replies to, these mean it wherever they stand: ``请问这个说法有道理吗``.
_ZH_SHOWN = re.compile(
    r"[这那此该](?![^，。？！\s]{3,}的)|(?<![其吉])[他她](?:们?[说讲写]|的)|上面|上述|以上|楼上|属实|真假"
)
_EN_SHOWN = re.compile(
    r"\b(?:this|these|those|above|fact[- ]?check|"
    r"that(?=\s*(?:$|[?.,!;]|(?:is|was|true|right|correct|claim|statement|message)\b)))\b",
    re.IGNORECASE,
)
_FEW_ZH_BESIDE = 8  # characters that say something; whoever says more has a question of their own
_FEW_EN_BESIDE = 4  # words


def what_is_said(text: str) -> str:
    """Simplified ``text`` without the Chinese words that say what is asked of something, not of what."""
    return _ZH_EMPTY.sub(" ", text)


def points_back(question: str) -> bool:
    """Whether ``question`` opens like a reply, or points at what was said before."""
    question = simplified(question)
    return _points_back_in_chinese(question) if _HAN.search(question) else _points_back_in_english(question)


def says_little(question: str) -> bool:
    """Whether next to no word of ``question`` says what it is about."""
    question = simplified(question)
    if not _HAN.search(question):
        said = words_that_say_something(question)
        return len(said) <= _FEW_EN and not any(word[1:] != word[1:].lower() for word in said)
    first, *later = _sentences(question)
    if any(opener.match(first) and _says_little(first, few=few) for opener, few in _ZH_FEW_AFTER):
        return True
    owned = _ZH_OF_THE_AUTHOR.search(first)
    if owned and len(_HAN.findall(what_is_said(owned["owned"]))) >= _FEW_ZH:
        return False
    return _says_little(first) and not (
        what_is_said(first).strip(" ？?。！!")
        and any(_LATIN_OR_NUMBER.search(one) and not (points_back(one) or says_little(one)) for one in later)
    )


def points_at_the_message(question: str) -> bool:
    """Whether ``question``, sent as a reply to a message, says little beside a word that means that message."""
    question = simplified(question)
    if _HAN.search(question):
        said = len(_HAN.findall(what_is_said(question)))
        return said <= _FEW_ZH_BESIDE and _ZH_SHOWN.search(question) is not None
    return len(words_that_say_something(question)) <= _FEW_EN_BESIDE and bool(_EN_SHOWN.search(question))


def names_another(question: str, said: str) -> bool:
    """Whether a follow-up puts a name that was not ``said`` in the place of what was talked about (``那Meta呢``).

    One with a pronoun does not: it speaks of both.
    """
    question = simplified(question)
    if _HAN.search(question):
        names = _NAME.findall(question)
        points = _ZH_POINTER.search(question)
    else:
        names = _EN_NAME.findall(question)
        points = _EN_POINTER.search(question)
    return not points and any(name.casefold() not in said.casefold() for name in names)


def _sentences(question: str) -> list[str]:
    sentences = [part for part in _ZH_SENTENCE.findall(question) if part.strip()] or [question]
    return [sentence.strip() for sentence in sentences]


def _points_back_in_chinese(question: str) -> bool:
    first = _sentences(question)[0]  # what points back in a later sentence means the first one
    if len(_HAN.findall(first)) > _LONG_ZH:
        return False
    pointer = _ZH_POINTER.search(first)
    what_is = _ZH_WHAT_IS.match(first)
    if what_is is not None and pointer is None and _NAME.search(what_is[1]):
        return False
    return bool(
        _ZH_OPENER.match(first)
        or _ZH_ELLIPSIS.search(first)
        or _ZH_SAID_BEFORE.search(first)
        or (pointer and _says_little(first[: pointer.start()]))
    )


def _says_little(question: str, few: int = _FEW_ZH) -> bool:
    return len(_HAN.findall(what_is_said(question))) <= few and not _LATIN_OR_NUMBER.search(question)


def _points_back_in_english(question: str) -> bool:
    what_is = _EN_WHAT_IS.match(question)
    if what_is is not None and words_that_say_something(what_is[1]):
        return False
    said = words_that_say_something(question)
    if _EN_OPENER.match(question) and not _asks_anew_after_its_opener(question):
        return True
    if _points_out_of_its_clause(question):
        return True
    pointer = _EN_POINTER.search(_EMPTY_IT.sub("", question))
    person = _EN_PERSON.search(question)
    if person is not None and not _EN_NAME.search(question[: person.start()]):
        return True
    # A pronoun after a noun means that noun; one that comes first means something said before.
    return pointer is not None and not any(
        word in said for word in _EN_WORD.findall(_EMPTY_IT.sub("", question)[: pointer.start()])
    )


def _asks_anew_after_its_opener(question: str) -> bool:
    opener = _WEAK_OPENER.match(question)
    if opener is None:
        return False
    rest = question[opener.end() :]
    said = words_that_say_something(rest)
    return len(said) > _SHORT_EN or (
        len(said) > _FEW_EN and bool(_EN_WHOLE.match(rest)) and bool(_EN_NAME.search(f" {rest}"))
    )


def _points_out_of_its_clause(question: str) -> bool:
    asks = _EN_ASKS.match(question)
    match = _EN_FIRST_CLAUSE.match(_EMPTY_IT.sub("", question), asks.end() if asks else 0)
    clause = match[0] if match else ""
    if _EN_IT.search(clause) or _EN_ABOUT_THAT.search(question):
        return True
    # A longer question explains itself.
    return bool(_EN_THESE.search(clause)) and len(words_that_say_something(question)) <= _SHORT_EN


def words_that_say_something(question: str) -> list[str]:
    """The English words of ``question`` but for those that only ask or point."""
    return [word for word in _EN_WORD.findall(question) if word.lower().replace("’", "'") not in _EN_EMPTY_WORDS]
