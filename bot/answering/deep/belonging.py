"""Whether a part of a report asks about what was asked."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answering.model import Inquiry
from bot.answering.planned_search import Search
from bot.retrieval.model import Hit
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
_PAIR = 2

# Of 54 parts of fourteen questions over the essays, 50 have the one or the other, 15 of them without a word of their
# question, and all have one of them or share a word; so do six in ten of the parts of the other questions, which are
# about the same few subjects. A part too many is a section, one too few a gap that nobody sees.
ALIKE = 0.83  # cosine, of multilingual-e5-small; others put questions further apart, and leave it to what is found
NEAREST, NEAREST_TO_PART = 16, 5  # passages; of fewer than ``AMONG`` as many fewer
AMONG = 48


class Likeness(Protocol):
    """Says how alike two questions are in meaning."""

    async def likeness(self, one: str, other: str) -> float:
        """The cosine of their vectors, -1 to 1."""
        ...


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


class Belonging:
    """Tells which parts are about what was ``asked`` (see ``asked_by``), by their words or else by their meaning."""

    def __init__(self, asked: str, search: Search, likeness: Likeness | None = None) -> None:
        self._asked = asked
        self._search = search
        self._likeness = likeness
        self._near: frozenset[str] | None = None

    async def holds(self, part: str) -> bool:
        """Whether ``part`` shares a word of substance with the question, is like it, or leads to the same passages.

        Searches for both where nothing else tells. Raises what the search raises.
        """
        if is_about(part, self._asked):
            return True
        if self._likeness is not None and await self._likeness.likeness(self._asked, part) >= ALIKE:
            return True
        if self._near is None:
            self._near = _nearest((await self._search.find(self._asked, k=AMONG)).hits, NEAREST)
        return bool(self._near & _nearest((await self._search.find(part, k=AMONG)).hits, NEAREST_TO_PART))


def _nearest(hits: Sequence[Hit], most: int) -> frozenset[str]:
    return frozenset(hit.passage.id for hit in hits[: max(most * len(hits) // AMONG, 1)])


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
