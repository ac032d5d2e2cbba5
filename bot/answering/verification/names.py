"""The names in a sentence, Latin and Chinese, and whether the passages hold them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from bot.answering.verification.known_names import aliases, is_loose, spelled_out
from bot.corpus.language import HAN, language_of
from bot.retrieval.terms import stem

_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9]*(?:[-.'+][A-Za-z0-9\u00c0-\u024f]+){0,6}\+{0,2}")
_SENTENCE_OPENS = re.compile(r"(?:^|[.!?:;。！？：；\"(（>*\n] ?)\W{0,3}\Z")
_TITLE = re.compile(r"《([^《》\n]{1,80})》")
# The characters that foreign names are written with. Three in a row are a name, and seldom anything else.
_SOUNDS = (
    "阿埃艾安昂奥巴芭柏拜班保堡鲍贝本比彼毕宾伯勃博卜布查茨达戴丹道德邓狄迪蒂丁杜顿多厄恩尔法凡范菲芬佛夫弗福傅盖冈戈格葛"
    "根古瓜圭哈海汉豪赫亨胡华怀霍基吉加迦伽贾捷金卡坎康考柯科克肯库夸奎昆拉莱赖兰朗劳勒雷黎里利莉连列林琳留刘龙卢鲁"
    "伦罗洛马玛迈麦曼芒梅门蒙米缅姆穆纳南内尼涅努诺欧帕潘庞佩彭皮珀普齐奇乔琼热茹瑞若萨塞桑瑟沙莎尚舍圣施什史斯丝司苏"
    "索塔泰坦汤唐特提图托瓦万旺威韦维魏温文翁沃乌武西希锡夏谢辛休雅亚延扬耶伊因英尤约泽扎詹朱兹佐闵森"
)
_SOUNDED = re.compile(rf"[{_SOUNDS}]{{3,12}}(?:·[{_SOUNDS}]{{1,12}}){{0,3}}")
_NO_NAME = re.compile("基本|根本|吉瓦")  # words that are written with the same characters
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙朱马胡郭林何梁郑罗宋谢唐韩曹许邓冯曾彭肖田董袁潘蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾"
    "韦傅邹熊孟秦薛侯雷段郝孔邵毛万顾赖武戴莫习钱江贺龚"
)
_TITLED = re.compile(
    rf"(?<![\u4e00-\u9fff])?([{_SURNAMES}][\u4e00-\u9fff]{{0,2}})(?:博士|教授|老师|先生|女士|院士|总统)"
)
# Who is named with an office before, or with a verb behind that only people do. What else begins so is no name.
_OFFICES = r"科学家|创始人|总裁|董事长|主席|总理|部长|主持人|记者|导演|歌手|作曲家|总监|校长|CEO|CTO"
_DEEDS = r"说|表示|指出|认为|提出|承认|预测|告诉|创立|创办|共同|会晤|会面|作曲|作词|主持|开发|发明|设计|领导|担任"
_CUED = re.compile(
    rf"(?:{_OFFICES})([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[^\u4e00-\u9fff]|\Z|{_DEEDS}|[和与在于是])"
    rf"|(?:(?<![\u4e00-\u9fff])|[由与和跟])([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?={_DEEDS}|[和与][{_SURNAMES}])"
)
_NO_PERSON = frozenset(
    word
    for line in (
        "任何 任何人 任务 曾经 许多 许多人 何人 何时 万一 万人 余下 马上 程序员 程序 程度 陈述 段落 石油 温度",
        "武器 顾客 顾问 金融 史学 林业 江湖 江南 周末 周围 周期 彭博 胡说 黄金 余额 毛利 路人 雷达 罗马 宋朝 唐朝",
        "唐代 韩国 钱财 汪洋",
    )
    for word in line.split()
)
_COMMON = frozenset(
    word
    for line in (
        "a about according accordingly additionally after all along also although always among an and another any",
        "are as at author authors be because before being besides both but by can compared consequently could",
        "current despite did do does during each either essay essays even every finally first for from further",
        "furthermore given he hence her here hers his how however i if in indeed initially instead into is it its",
        "just last later like likewise many meanwhile more moreover most much neither nevertheless next no none",
        "nor not note notably now of on once one only or other others otherwise our out over overall passage",
        "passages per perhaps rather regarding same second several she should similarly since so some such sure",
        "than that the their them then there thereby therefore these they third this those though through thus to",
        "today together two under unless unlike unlikely until up upon us using was we were what when where",
        "whereas whether which while who whoever whose why will with within without would yes yesterday yet you",
        "your three four five six seven eight nine ten text source sources both answer question people models",
        "model data human humans writer post blog article new old early late large small big simple complex",
        "in-depth key main another good bad high low long short general modern original self no-one nothing contrary",
        "something everything anything everyone someone anyone such thanks true false real finding reading due",
    )
    for word in line.split()
)
_GENERIC = frozenset(
    word
    for line in (
        "ai llm llms us usa usd eur rmb cny uk ceo cto pc it ok pdf url i chinese english american japanese",
        "kw mw gw kwh mwh gwh kb mb gb tb mhz ghz km nm",
    )
    for word in line.split()
)
_SUFFIX = re.compile(
    r"(?:ing|ed|ly|tion|tions|ment|ments|ness|ity|ies|ance|ence|ful|ous|ive|able|ible|ical|ism|ists?)\Z"
)
_MIN_STEM = 4
_ALLOWED_TAIL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The Latin words of a text, folded for comparison, and the text itself."""

    text: str
    tokens: frozenset[str]
    initials: str
    has_han: bool
    has_latin_prose: bool

    @classmethod
    def union(cls, several: Iterable["Words"]) -> "Words":
        """The words of several texts."""
        each = list(several)
        return cls(
            text="\n".join(words.text for words in each),
            tokens=frozenset(token for words in each for token in words.tokens),
            initials=" ".join(words.initials for words in each),
            has_han=any(words.has_han for words in each),
            has_latin_prose=any(words.has_latin_prose for words in each),
        )


def read_words(text: str) -> Words:
    """The words of ``text`` (folded)."""
    found = [match[0] for match in _TOKEN.finditer(text)] + re.findall(r"\b\d+[A-Za-z]+\w*", text)
    pieces = [piece for token in re.findall(r"\w+", text) for piece in re.findall(r"[A-Za-z\u00c0-\u024f]+|\d+", token)]
    plain = [re.sub(r"\W|_", "", token).lower() for token in (*found, *re.findall(r"[A-Za-z0-9\u00c0-\u024f]+", text))]
    joined = [(one + other).lower() for one, other in pairwise(pieces)]
    words = re.findall(r"[A-Za-z]+", text)
    return Words(
        text=text,
        tokens=frozenset(plain) | frozenset(joined) | frozenset(piece.lower() for piece in pieces),
        initials="".join(word[0] for word in words).lower(),
        has_han=len(HAN.findall(text)) > len(words),
        has_latin_prose=len(words) > len(HAN.findall(text)),
    )


def unsupported_names(text: str, told: Words, allowed: Words, *, is_foreign: bool) -> Iterator[str]:
    """The names in ``text`` (folded) that stand neither in ``told`` nor in ``allowed`` (the question, titles).

    ``is_foreign``: ``told`` is in the other language, and may have a name translated.
    """
    yield from (name for name in latin_names(text, told) if not _is_told(name, told, allowed, is_foreign=is_foreign))
    for name in han_names(text):
        known = aliases_by_name().get(name, frozenset({name}))
        if any(_holds(words, other) for other in known | {name} for words in (told, allowed)):
            continue
        if not is_foreign or (name in aliases_by_name() and not _is_unsaid(name, told)):
            yield name
    for title in _TITLE.findall(text):
        if (
            not any(_without_blanks(title) in _without_blanks(words.text) for words in (told, allowed))
            and not is_foreign
        ):
            yield title


def latin_names(text: str, told: Words) -> Iterator[str]:
    """Capitalised words that don't merely begin a sentence, and words with digits or capitals within."""
    is_chinese = bool(HAN.search(text)) and language_of(text) == "zh"
    for match in _TOKEN.finditer(text):
        token = match[0].removesuffix("'s").rstrip("'")
        lower = token.lower()
        if lower in _COMMON or lower in _GENERIC or len(token) == 1:
            continue
        is_name = _is_written_alike(token)
        begins = not is_chinese and _opens(text, match.start())
        if is_name or (token[0].isupper() and not (begins and _may_be_a_word(lower, told))):
            yield token


def han_names(text: str) -> Iterator[str]:
    """Known names, foreign names written by sound, and who is named with a title, an office or a deed."""
    for name in _known_han():
        if name in text:
            yield name
    yield from (match[0] for match in _SOUNDED.finditer(text) if not _NO_NAME.search(match[0]))
    yield from (match[0] for match in _TITLED.finditer(text))
    people = (match[1] or match[2] for match in _CUED.finditer(text))
    yield from (name for name in people if name not in _NO_PERSON)


def are_names_of_one(one: str, other: str) -> bool:
    """Whether two names are one, in two languages or forms; or ``one`` holds the other."""
    first, second = _plain(one), _plain(other)
    return (
        first == second
        or second in first
        or (len(first) > 1 and first in second)
        or _are_forms(first, second)
        or bool(aliases_by_name().get(first, frozenset()) & aliases_by_name().get(second, frozenset()))
    )


def _opens(text: str, start: int) -> bool:
    return _SENTENCE_OPENS.search(text[max(0, start - 6) : start]) is not None if start else True


def _may_be_a_word(lower: str, told: Words) -> bool:
    return lower not in aliases_by_name() and (
        _SUFFIX.search(lower) is not None or not told.has_latin_prose or lower in told.tokens
    )


def _is_told(name: str, told: Words, allowed: Words, *, is_foreign: bool) -> bool:
    lower = name.lower()
    if any(_has_token(words, name) for words in (told, allowed)):
        return True
    others = aliases_by_name().get(lower)
    if others is not None:
        return any(_holds(words, other) for other in others for words in (told, allowed)) or (
            is_foreign and _is_unsaid(lower, told)
        )
    return any(word in told.text for word in spelled_out(lower)) or (is_foreign and not _is_written_alike(name))


def _is_unsaid(name: str, told: Words) -> bool:
    """Whether a text in the other language may mean ``name`` without saying it: who names countries names each."""
    return is_loose(name) and not any(is_loose(other) and _holds(told, other) for other in aliases_by_name())


def _is_written_alike(name: str) -> bool:
    """Whether ``name`` is the same in every language: with digits, or with capitals behind its first letter."""
    return any(char.isdigit() for char in name) or name[1:] != name[1:].lower()


def _has_token(words: Words, name: str) -> bool:
    whole = _plain(name)
    if whole in words.tokens:
        return True
    parts = [_plain(part) for part in re.split(r"[-.+' ]", name) if _plain(part)]
    if len(parts) > 1 and all(part in words.tokens for part in parts):
        return True
    if whole.endswith("s") and whole[:-1] in words.tokens:
        return True
    if any(char.isdigit() for char in whole):
        return False
    if name.isupper() and name.lower() in words.initials:
        return True
    return any(_are_forms(whole, token) for token in words.tokens)


def _are_forms(one: str, other: str) -> bool:
    # Galois and Galois's, China and Chinese; but not Mistral and Minstrel.
    if abs(len(one) - len(other)) > _ALLOWED_TAIL + 1 or one[:2] != other[:2]:
        return False
    if stem(one) == stem(other):
        return True
    shared = max(min(len(one), len(other)) - 1, _MIN_STEM)
    return one[:shared] == other[:shared] and len(other) != len(one)


def _holds(words: Words, name: str) -> bool:
    if name.isascii():
        return name in words.tokens
    return name in words.text or all(part in words.text for part in name.split("·"))


@cache
def aliases_by_name() -> dict[str, frozenset[str]]:
    """The table of known names, read once; it never changes."""
    return aliases()


@cache
def _known_han() -> tuple[str, ...]:
    return tuple(name for name in aliases() if not name.isascii())


def _plain(token: str) -> str:
    return re.sub(r"\W|_", "", token).lower()


def _without_blanks(text: str) -> str:
    return "".join(text.split()).lower()
