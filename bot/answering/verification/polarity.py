"""Whether a sentence says the opposite of the one it rests on: negations and comparisons, counted clause by clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.retrieval.terms import terms

_CLAUSE_END = re.compile(r"[,，;；:：。！？!?\n]|\.(?=\s|$)|——|--")
# What looks like a negation and denies nothing, or denies twice.
_NO_NEGATION = re.compile(
    r"不仅|不但|不只|不光|不单|不同|不断|不过|不管|不论|不少|不久|不错|不得不|不可否认|不禁|不妨|不愧|不惜"
    r"|不由得|不约而同|差不多|是不是|能不能|会不会|要不要|对不对|好不好|有没有|无论|无数|无疑|无非|非常|除非|没事|未来"
    r"|并非不|未必不|未尝不|不是不|莫不|无不|不无|别人|别的|别家|特别|区别|级别|类别|性别|识别|分别"
    r"|\bnot (?:only|just|merely)\b|\bno doubt\b|\bno matter\b|\bnothing but\b|\bnot to mention\b|\bno\. ?\d",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"没有|并非|绝非|绝无|毫无|从未|尚未|未曾|不会|不能|不是|无法|难以|不可能|不再|拒绝|否认|不|没|无|未|非|别|勿|莫"
    r"|\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|hardly|barely|impossible|unable)\b|n't\b"
    r"|\b(?:fails? to|failed to|refus\w{1,3})\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    "高于/低于 多于/少于 大于/小于 优于/劣于 早于/晚于 强于/弱于 快于/慢于 增加/减少 增长/下降 提高/降低 "
    "提升/降低 上升/下降 上涨/下跌 升高/降低 更高/更低 更多/更少 更大/更小 更快/更慢 更好/更差 更强/更弱 "
    "更贵/更便宜 更容易/更难 最高/最低 最多/最少 最大/最小 最好/最差 最强/最弱 最快/最慢 至少/至多 至少/最多 "
    "以上/以下 之前/之后 支持/反对 同意/反对 赞成/反对 相信/怀疑 允许/禁止 成功/失败 可能/不可能 容易/困难 "
    "必要/多余 正确/错误 乐观/悲观 超过/不足 超过/低于 扩大/缩小 加快/放慢 增强/削弱 接受/拒绝 有利/不利 "
    "优势/劣势 优点/缺点 首先/最后 便宜/昂贵 严格/宽松 集中/分散 more/less more/fewer higher/lower "
    "greater/smaller larger/smaller bigger/smaller better/worse faster/slower stronger/weaker "
    "cheaper/costlier increase/decrease increases/decreases increased/decreased increasing/decreasing "
    "rise/fall rises/falls rose/fell raise/lower raises/lowers raised/lowered above/below before/after "
    "over/under most/least best/worst highest/lowest largest/smallest always/never support/oppose "
    "supports/opposes agree/disagree agrees/disagrees agreed/disagreed easier/harder earlier/later "
    "allow/forbid allows/forbids allowed/forbidden possible/impossible success/failure succeed/fail "
    "true/false correct/wrong gain/loss up/down longer/shorter sufficient/insufficient rich/poor"
)
_PAIRS = tuple(tuple(pair.split("/")) for pair in _OPPOSITES.split())
_WORD_TURNS = {one: {b if a == one else a for a, b in _PAIRS if one in (a, b)} for pair in _PAIRS for one in pair}
_COMPARED = re.compile(
    "|".join(rf"\b{word}\b" if word.isascii() else word for word in sorted(_WORD_TURNS, key=len, reverse=True)),
    re.IGNORECASE,
)
SAME_CLAUSE = 0.6  # of a clause's terms: above it, it says the same or the opposite
MIN_TERMS = 2
_MAX_CLAUSES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What a clause is about, how often it denies, and which words of comparison it has."""

    text: str
    terms: frozenset[str]
    negations: int
    compared: frozenset[str]


def read_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of ``text`` (folded), and each two that follow each other as one, the shorter first."""
    pieces = [piece for piece in _CLAUSE_END.split(text) if piece.strip()][:_MAX_CLAUSES]
    pairs = [f"{one},{other}" for one, other in pairwise(pieces)]
    return tuple(_clause(piece) for piece in (*pieces, *pairs))


def turned_clauses(said: Sequence[Clause], told: Sequence[Clause]) -> Iterator[str]:
    """The clauses of ``said`` that say the opposite of the clause of ``told`` that is most like them."""
    for clause in said:
        bare = clause.text.strip(' "')
        if len(clause.terms) < MIN_TERMS or "," in clause.text or any(bare in other.text for other in told):
            continue
        near = _nearest(clause, told)
        if near and all(_is_turned(clause, other) for other in near):
            yield clause.text.strip()


def _nearest(clause: Clause, told: Sequence[Clause]) -> list[Clause]:
    shares = [_likeness(clause, other) for other in told]
    best = max(shares, default=0.0)
    return [other for other, share in zip(told, shares, strict=True) if share == best] if best >= SAME_CLAUSE else []


def _likeness(clause: Clause, other: Clause) -> float:
    shared = len(clause.terms & other.terms)
    return shared / len(clause.terms) + 0.2 * shared / max(len(other.terms), 1) - 0.2


def _is_turned(clause: Clause, other: Clause) -> bool:
    turns = sum(
        bool(_WORD_TURNS[word] & other.compared) and word not in other.compared
        for word in clause.compared - other.compared
    )
    return (clause.negations + other.negations + turns) % 2 == 1


def _clause(text: str) -> Clause:
    plain = _NO_NEGATION.sub(" ", text)
    compared = frozenset(match[0].lower() for match in _COMPARED.finditer(plain))
    negations = len(_NEGATION.findall(_COMPARED.sub(" ", plain)))
    about = _NEGATION.sub(" ", _COMPARED.sub(" ", plain))
    return Clause(text=text, terms=frozenset(terms(about)), negations=negations, compared=compared)
