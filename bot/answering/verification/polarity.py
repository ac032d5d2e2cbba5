"""Whether a sentence says the opposite of the one it rests on: negations and comparisons, counted clause by clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.answering.verification.opposites import OPPOSITES
from bot.retrieval.opencc import HAN
from bot.retrieval.terms import terms

_CLAUSE_END = re.compile(
    r"[,，;；:：。！？!?\n]|\.(?=\s|$)|——|--|(?=而不是|而非|而是|\b(?:rather than|instead of|but)\b)", re.IGNORECASE
)
# What looks like a negation and denies nothing, or denies twice.
_NO_NEGATION = re.compile(
    r"不仅|不但|不只|不光|不单|不同|不断|不过|不管|不论|不少|不久|不错|不得不|不可否认|不禁|不妨|不愧|不惜"
    r"|不由得|不约而同|差不多|是不是|能不能|会不会|要不要|对不对|好不好|有没有|无论|无数|无疑|无非|非常|除非|没事|未来"
    r"|不足(?! ?[\d一二两三四五六七八九十百千万])"
    r"|不是(?=[^,。;!?\n]{0,30}[么吗](?:\W|\Z))"  # isn't it?
    r"|并非不|未必不|未尝不|不是不|莫不|无不|不无|别人|别的|别家|特别|区别|级别|类别|性别|识别|分别"
    r"|(?:\bnot|n't) (?:only|just|merely|simply)\b"
    r"|\bno doubt\b|\bno matter\b|\bnothing but\b|\bnot to mention\b|\bno\. ?\d",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"而不是|而非|摒弃|放弃|弃用|抛弃|没有|并非|绝非|绝无|毫无|从未|尚未|未曾|不是|无法|难以|不再|拒绝|否认|反对|怀疑|禁止|不|没|无|未|别|勿|莫"
    r"|\b(?:(?:do|does|did|is|are|was|were|has|have|had|ca|could|would|should|wo)n't|not|never|no|none|nobody|nothing)\b"
    r"|\b(?:neither|nor|cannot|without|hardly|barely|rather than|instead of|dis(?=agree)|im(?=possib)|un(?=able)\b)"
    r"|\b(?:fails? to|failed to|refus\w{1,3}|reject\w{0,3}|den(?:y|ies|ied)|doubt(?:s|ed)?)\b"
    r"|\b(?:forb[aio]d|prohibit)\w{0,3}\b",
    re.IGNORECASE,
)
_UP_INSTEAD, _DOWN_INSTEAD = re.compile(r"不[降减跌]反[升增涨]"), re.compile(r"不[升增涨]反[降减跌]")
_MODAL = re.compile(r"可以|能够|得以|(?<=不)(?:得|能|会|准|许|可能|可)")  # 不得, 不能 and 不可以 deny alike
# Words are looked up one by one: one pattern of them all takes most of the time that a passage is read in.
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_COMPARED_HAN = re.compile("|".join(sorted((word for word in OPPOSITES if not word.isascii()), key=len, reverse=True)))
_DEGREES = (
    "高于 多于 大于 超过 更高 更多 更大 more higher greater larger bigger",
    "低于 少于 小于 不足 更低 更少 更小 less fewer lower smaller",
)
_MORE, _LESS = (frozenset(words.split()) for words in _DEGREES)
_BETWEEN = re.compile(r"[高低多少大小优劣早晚强弱快慢]于|超过|比(?![较例如赛重])|\bthan\b", re.IGNORECASE)
_HAN_GAP = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")
_TURN_OF_SPEECH = re.compile(
    rf".*(?:却|但|则|就|所以|仍|也|[()|•【】]| - |[{HAN}] (?=[{HAN}])|\b(?:as|because|since|so|yet|unless|until)\b)",
    re.DOTALL,
)
_LEAD = re.compile(
    r"(?:the (?:author|essay|text|passage|guest) (?:says|writes|thinks|argues|states|notes|explains|mentions) that "
    r"|(?:文中|文章|作者|原文|他|她)(?:中|里)?(?:认为|说|提到|写道|写|指出|表示|是)[:\"]* *)",
    re.IGNORECASE,
)
# An idea that the words before it deny, where it comes only after a comma: `not … the idea that while A, B`.
_IDEA = re.compile(
    r"\b(?:agree|believe|think|accept|claim|say|idea|view|notion|evidence|true)\w?\b[^,]{0,20}?\bthat"
    r"(?: +(?:while|if|when|although|though|because|as|since|whereas)\b.*)?$"
    r"|(?:认为|同意|相信|觉得|表示)(?:(?:虽然|如果|当|尽管|因为).*)?$",
    re.IGNORECASE,
)
_DENIES_THE_OTHER = re.compile(r"\s*(?:而不是|而非|并非|不是|not\b|rather than\b|instead of\b)", re.IGNORECASE)
_AFFIRMS_THE_OTHER = re.compile(r"\s*(?:而是|but\b)", re.IGNORECASE)
SAME_CLAUSE = 0.6  # of a clause's terms: above it, it says the same or the opposite
SAME_PAIR = 0.75  # the same of two clauses taken as one
MIN_TERMS = 2
_MIN_TERMS_HELD = 3
_MAX_REACH = 40  # characters between a negation and what it denies
_MAX_CLAUSES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What a clause is about, what it denies, and which words of comparison it has."""

    text: str
    terms: frozenset[str]
    core: str  # without its negations, in small letters
    denials: tuple[int, ...]  # where in `core` a negation was
    compared: frozenset[str]
    sides: tuple[frozenset[str], frozenset[str]]  # what is compared with what
    is_pair: bool = False
    contrast: tuple[frozenset[str], frozenset[str]] | None = None  # what holds, and what does not

    @property
    def negations(self) -> int:
        """How often the clause denies."""
        return len(self.denials)


def read_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of ``text`` (folded), and each two that follow each other as one, the shorter first."""
    text = _UP_INSTEAD.sub("上升", _DOWN_INSTEAD.sub("下降", text))
    pieces = [piece for piece in _CLAUSE_END.split(text) if piece.strip()][:_MAX_CLAUSES]
    singles: list[Clause] = []
    for before, piece in pairwise(["", *pieces]):
        clause = _clause(piece)
        singles.append(_denied(clause) if _denies_next(before) else clause)
    pairs = [
        replace(_clause(f"{one},{other}"), is_pair=True, contrast=_contrast(one, other))
        for one, other in pairwise(pieces)
    ]
    return (*singles, *pairs)


def turned_clauses(said: Sequence[Clause], told: Sequence[Clause]) -> Iterator[str]:
    """The clauses of ``said`` that say the opposite of the clause of ``told`` that is most like them."""
    contrasts = [other.contrast for other in told if other.contrast]
    for clause in said:
        if clause.is_pair:
            turned = clause.contrast is not None and any(_is_swapped(clause.contrast, other) for other in contrasts)
        else:
            turned = len(clause.terms) >= MIN_TERMS and _is_denied(clause, told)
        if turned:
            yield clause.text.strip()


def compares(text: str) -> bool:
    """Whether ``text`` (folded) says of something that it is more, less, better or otherwise beside another."""
    return bool(_compared(text)) or _BETWEEN.search(text) is not None


def _is_denied(clause: Clause, told: Sequence[Clause]) -> bool:
    held = [_denials_over(clause, other) for other in told if not other.is_pair and _holds(clause, other)]
    if held and len(clause.terms) < _MIN_TERMS_HELD and not clause.negations:
        return False
    if held:
        return all((clause.negations + denials) % 2 for denials in held)
    near = _nearest(clause, told)
    return bool(near) and all(_is_turned(clause, other) for other in near)


def _nearest(clause: Clause, told: Sequence[Clause]) -> list[Clause]:
    """The clauses most like it: of those that compare, too, where it compares, and two as one where one alone isn't."""
    comparing = [other for other in told if any(other.sides)] if any(clause.sides) else []
    alone = [other for other in told if not other.is_pair]
    for others, least in ((comparing, SAME_CLAUSE), (alone, SAME_CLAUSE), (told, SAME_PAIR)):
        shares = [_likeness(clause, other) for other in others]
        best = max(shares, default=0.0)
        if best >= least:
            return [other for other, share in zip(others, shares, strict=True) if share == best]
    return []


def _likeness(clause: Clause, other: Clause) -> float:
    shared = len(clause.terms & other.terms)
    return round(shared / len(clause.terms) + 0.2 * shared / max(len(other.terms), 1) - 0.2, 6)


def _holds(clause: Clause, other: Clause) -> bool:
    """Whether ``clause`` stands in ``other``, word by word but for negations."""
    at = other.core.find(clause.core)
    end = at + len(clause.core)
    return at >= 0 and not (_is_within_word(other.core, at) or _is_within_word(other.core, end))


def _is_within_word(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at + 1]
    return len(around) > 1 and around.isascii() and around.isalnum()


def _denials_over(clause: Clause, other: Clause) -> int:
    """The negations of ``other`` that stand in what it has of ``clause``, or govern it from before."""
    at = other.core.find(clause.core)
    turn = _TURN_OF_SPEECH.match(other.core[: at + 1])
    start = max(min(turn.end(), at) if turn else 0, at - _MAX_REACH)
    return sum(start <= place <= at + len(clause.core) for place in other.denials)


def _is_turned(clause: Clause, other: Clause) -> bool:
    turns = sum(
        bool(OPPOSITES[word] & other.compared) and word not in other.compared
        for word in clause.compared - other.compared
    )
    (one, two), (first, second) = clause.sides, other.sides
    if (one - two) & (second - first) and (two - one) & (first - second):
        turns = 1 + max(min(turns, 1), _directions(clause, other))
    return (clause.negations + other.negations + turns) % 2 == 1


def _directions(clause: Clause, other: Clause) -> int:
    up, down = clause.compared & _MORE, clause.compared & _LESS
    return int(bool(up and other.compared & _LESS) or bool(down and other.compared & _MORE))


def _is_swapped(said: tuple[frozenset[str], frozenset[str]], told: tuple[frozenset[str], frozenset[str]]) -> bool:
    (holds, does_not), (held, did_not) = said, told
    return (
        2 * len(does_not & held) >= len(does_not)
        and 2 * len(holds & did_not) >= len(did_not)
        and not does_not & did_not
    )


def _contrast(one: str, other: str) -> tuple[frozenset[str], frozenset[str]] | None:
    affirmed, denied = _clause(one), _clause(_AFFIRMS_THE_OTHER.sub("", other, count=1))
    if _DENIES_THE_OTHER.match(other) and not affirmed.negations:
        found = affirmed.terms, denied.terms
    elif _AFFIRMS_THE_OTHER.match(other) and affirmed.negations == 1 and not denied.negations:
        found = denied.terms, _about(affirmed.core[affirmed.denials[0] :])
    else:
        return None
    return found if all(found) else None


def _denies_next(piece: str) -> bool:
    idea = _IDEA.search(piece)
    return idea is not None and _clause(piece[: idea.end()]).negations % 2 == 1


def _denied(clause: Clause) -> Clause:
    return replace(clause, denials=(0, *clause.denials))


def _clause(text: str) -> Clause:
    text = text.strip(' "')
    plain = _MODAL.sub("", _NO_NEGATION.sub(" ", text))
    core, denials = _without_negations(_LEAD.sub("", text, count=1) if _LEAD.match(text) else text)
    between = _BETWEEN.search(text)
    sides = (text[: between.start()], text[between.end() :]) if between else ("", "")
    return Clause(
        text=text,
        terms=_about(plain),
        core=core,
        denials=denials,
        compared=_compared(plain),
        sides=(_about(sides[0]), _about(sides[1])),
    )


def _compared(text: str) -> frozenset[str]:
    words = (word.lower() for word in _LATIN_WORD.findall(text))
    return frozenset(_COMPARED_HAN.findall(text)).union(word for word in words if word in OPPOSITES)


def _about(text: str) -> frozenset[str]:
    if not text:
        return frozenset()
    rest = _LATIN_WORD.sub(lambda word: " " if word[0].lower() in OPPOSITES else word[0], text)
    rest = _COMPARED_HAN.sub(" ", rest)
    return frozenset(terms(_HAN_GAP.sub("", _NEGATION.sub(" ", rest))))


def _without_negations(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` (folded) in small letters without its negations, and where they were."""
    masked = _NO_NEGATION.sub(lambda match: "\0" * len(match[0]), text)
    core, denials, last = "", [], 0
    for match in _NEGATION.finditer(masked):
        core = _joined(core, text[last : match.start()])
        denials.append(len(core))
        last = match.end()
    return _joined(core, text[last:]).strip(' "'), tuple(denials)


def _joined(core: str, more: str) -> str:
    """Both in small letters, no more than one blank between words."""
    more = " ".join(more.lower().split())
    return f"{core} {more}" if core and more and (core[-1] + more[0]).isascii() else core + more
