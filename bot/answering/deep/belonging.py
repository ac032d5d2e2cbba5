"""Whether a part of a report asks about what was asked, and about nothing that it makes up itself."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.model import Inquiry
from bot.retrieval.opencc import HAN, simplified
from bot.retrieval.terms import RUNS, STOP_WORDS, stem

# Words that ask, and words that may be asked of anything: neither says what a question is about.
_EMPTY_HAN = re.compile(
    r"为什么|为何|什么|怎么样|怎么|怎样|怎|如何|多少|多大|多久|哪些|哪|谁|几|是否|有没有|是不是|能不能|咋|啥|吗|呢|吧|"
    r"具体|主要|基本|分别|目前|方面|情况|影响|作用|原因|意义|特点|优点|缺点|区别|差异|不同|相同|关系|内容|观点|看法|态度|"
    r"背景|定义|概念|含义|原理|机制|过程|步骤|方法|方式|结果|问题|例子|介绍|解释|说明|描述|总结|提到|讨论|认为|看待|评价|"
    r"实现|使用|工作|发生|回事|名字|时候|时间|地方|文章|文中|作者|"
    r"[的了么是在和与及对把被从到由将能会要有也都还其这那他她它们你我您之而以于等个种次位只条篇所用做看说讲谈]"
)
_EMPTY_WORDS = frozenset(
    stem(word)
    for line in (
        "many much main role work works working use uses using explain describe discuss mention say says said tell",
        "think view views opinion idea ideas author writer essay essays text mean meaning define definition reason",
        "cause effect impact influence purpose benefit advantage disadvantage difference differ different same",
        "example way ways method approach result problem key aspect part thing kind type happen become get give",
        "name named called call time place according regarding like make made",
    )
    for word in line.split()
)
_ASKS_WHY = re.compile(r"为什么|为何|为啥|凭什么|\bwhy\b|\bhow come\b", re.IGNORECASE)
_SPARE_CHARS = 1  # a verb like 省, of a part that does not take it for granted
_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What may be spoken of: a text, and its words that are written in letters."""

    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, *texts: str) -> "Known":
        """What ``texts`` say."""
        text = _alike("\n".join(texts))
        return cls(text=text, words=frozenset(stem(run) for run in RUNS.findall(text)))


def asked_by(inquiry: Inquiry) -> str:
    """What was asked: the question as typed, and of the one it was made into what was said in the conversation."""
    said = Known.of(inquiry.text, inquiry.context, *(turn.content for turn in inquiry.history))
    carried = [piece for piece in _pieces(inquiry.standalone) if not _unknown(piece, said)]
    return "\n".join([inquiry.text, *carried])


def is_about(part: str, asked: str) -> bool:
    """Whether ``part`` stands in the question, or shares a word of substance with it, if there is any in that."""
    known = Known.of(asked)
    if _alike(part) in known.text or not any(_pieces(asked)):
        return True
    return any(_shares(piece, known) for piece in _pieces(part))


def presupposes(part: str, told: Sequence[str]) -> bool:
    """Whether ``part`` speaks of what none of ``told`` (the question, and what was found for the part) does."""
    known = Known.of(*told)
    unknown = [stretch for piece in _pieces(part) for stretch in _unknown(piece, known)]
    spare = 0 if _ASKS_WHY.search(_alike(part)) else _SPARE_CHARS
    return sum(map(len, unknown)) > spare


def _alike(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text)).casefold()


def _is_han(run: str) -> bool:
    return re.match(f"[{HAN}]", run) is not None


def _pieces(text: str) -> Iterator[str]:
    """The words of ``text`` that say what it is about, and its stretches of Han characters between others."""
    for run in RUNS.findall(_alike(text)):
        if _is_han(run):
            yield from filter(None, _EMPTY_HAN.split(run))
        elif run not in STOP_WORDS and stem(run) not in _EMPTY_WORDS:
            yield run


def _shares(piece: str, known: Known) -> bool:
    if not _is_han(piece):
        return stem(piece) in known.words
    return any(pair in known.text for pair in _pairs(piece))


def _unknown(piece: str, known: Known) -> list[str]:
    """The stretches of ``piece`` that ``known`` does not have: in Chinese, what no known pair of characters covers."""
    if not _is_han(piece):
        return [] if stem(piece) in known.words else [piece]
    covered = [False] * len(piece)
    for start, pair in enumerate(_pairs(piece)):
        if pair in known.text:
            covered[start : start + len(pair)] = [True] * len(pair)
    bare = "".join(" " if is_covered else char for char, is_covered in zip(piece, covered, strict=True))
    return [stretch for stretch in bare.split() if len(stretch) > 1 or stretch not in known.text]


def _pairs(piece: str) -> list[str]:
    return [piece[start : start + _PAIR] for start in range(max(len(piece) - 1, 1))]
