"""A question that states a figure where the essays state another for the same thing: told surely, or not at all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.plain import readable
from bot.answering.sources import Source
from bot.answering.verification.counted import Counted, follows, is_told, read_counted
from bot.answering.verification.folding import folded
from bot.answering.verification.premise import is_taken_for_granted
from bot.answering.wanted import names_in
from bot.corpus.language import language_of
from bot.corpus.model import Language, Span
from bot.retrieval.terms import terms

READ = 5  # sources
MAX_CLAIMS = 8  # figures of a question
# Chosen on questions with wrong figures and on the golden ones: of the question's words, in the sentence that says it.
MIN_SHARED = 0.6
MIN_TERMS = 3
MIN_SHARED_WITH_NAMES = 0.5  # where the names stand in the sentence itself, and it is near to the question
MIN_NEAR = 0.35  # as search tells it
MIN_ABROAD = 0.45  # nearness to the question, as search tells it, of a sentence in the other language
NEARLY = 0.7  # of that share, near a figure that is the question's

# What a question asks with, and whom: no part of what it states.
_ASKING = re.compile(
    r"作者|文章|文中|怎么|怎样|如何|为什么|为何|什么|多少|哪些?|谁|是不是|是否|对吗|真的|难道|请问|看待?|觉得|认为|评价|解释|说法?"
    r"|一次|花[了费]?|需要|用了|动用|达到?|高达|大约|约|其实|从|升[到至]|[降跌涨][到至]|[这那](?:么|笔钱?|些|个|样)|一[个种]|后来|因为|所以|既然|虽然"
    r"|[向跟与和被把让给对就都也还很才来算这]|里|吗|呢|吧|的|了|是|在|有|要"
    r"|\b(?:why|how|what|who|when|where|which|does|do|did|is|are|was|were|the|an?|author|essays?"
    r"|say|says|think|thinks|really|that|so|of|to|in|it|its|for|by|and|has|have|had|with|since|s|happened|after|then)\b",
    re.IGNORECASE,
)
_OF_THE_REST = re.compile(
    r"[只仅]剩|剩下|剩余|其余|余下|还有|以外|之外|[不没]在|只[用要需]|[^不]用(?=\d)|[降减缩][低少小短]?[到至]"
    r"|\b(?:left|leaves|remain\w*|rest|outside|only)\b",
    re.IGNORECASE,
)
_REDUCED = re.compile(r"降低|减少|削减|下降|节省|少了|便宜|\b(?:reduc|cut|sav|less|lower|fewer|decreas)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the question states, as it is written there, and the sentence that states something else."""

    stated: str
    source: Source
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence of a source, what stands around it, and its figures."""

    source: Source
    span: Span
    near: float
    lang: Language
    said: str
    terms: frozenset[str]
    around: frozenset[str]
    figures: tuple[Counted, ...]
    figures_around: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A figure that a question states, the words that say of what, and the names among them."""

    stated: Counted
    asked: str
    others: tuple[Counted, ...]
    about: frozenset[str]
    names: frozenset[str]
    lang: Language


def contradiction_in(question: str, sources: Sequence[Source]) -> Contradiction | None:
    """The sentence of ``sources`` that has another number or year for what ``question`` states; None where none has.

    Only where no source holds the question's figure of what the question names, and a sentence holds its names and a
    figure of the same kind; one in the question's language most of its words as well, one in the other language is
    near to it in meaning.
    """
    claims = list(_claims(question))
    if not claims:
        return None
    sentences = [sentence for source in sources for sentence in _sentences(source)]
    known = frozenset().union(*(sentence.around for sentence in sentences))
    for claim in (_without_strangers(claim, known) for claim in claims):
        rated = [(_share(s, claim), s) for s in sentences if s.source.n <= READ]
        share, best = max(rated, key=lambda one: one[0], default=(0.0, None))
        if best is not None and share > 0 and not any(_tells(s, claim, share) for s in sentences):
            return Contradiction(stated=claim.stated.shown_in(claim.asked), source=best.source, span=best.span)
    return None


def _claims(question: str) -> Iterator[_Claim]:
    asked, lang = folded(question), language_of(question)
    figures = [figure for figure in read_counted(asked) if figure.tells_much][:MAX_CLAIMS]
    rest = _without_figures(asked, figures)
    about = frozenset(terms(_ASKING.sub(" ", rest)))
    names = frozenset(term for name in names_in(rest, lang) for term in terms(name))
    for stated in figures:
        if stated.values and is_taken_for_granted(asked, stated.text):
            others = tuple(figure for figure in figures if figure is not stated)
            yield _Claim(stated=stated, asked=asked, others=others, about=about, names=names, lang=lang)


def _without_strangers(claim: _Claim, known: frozenset[str]) -> _Claim:
    """Without a person's name that no source has, as where an essay says "us"; the other words have to do."""
    strangers = frozenset(name for name in claim.names - known if name.isalpha()) if claim.lang == "en" else frozenset()
    return replace(claim, names=claim.names - strangers, about=claim.about - strangers)


def _without_figures(asked: str, figures: Sequence[Counted]) -> str:
    rest = asked
    for figure in figures:
        rest = rest.replace(figure.text if figure.nouns else figure.shown_in(asked), " ", 1)
    return rest


def _sentences(source: Source) -> Iterator[_Sentence]:
    passage = source.passage
    texts = [folded(readable(passage.sentence_text(span))) for span in passage.sentences]
    words, figures = [_words(text) for text in texts], [read_counted(text) for text in texts]
    essay = passage.essay
    title = folded(f"{essay.title} {passage.section} {essay.author or ''} {essay.date or ''}")
    about, dated = _words(title), read_counted(title)
    for n, (span, near) in enumerate(zip(passage.sentences, source.hit.sentence_scores, strict=True)):
        beside = range(max(0, n - 1), min(len(texts), n + 2))
        yield _Sentence(
            source=source,
            span=span,
            near=near,
            lang=language_of(texts[n]),
            said=texts[n],
            terms=words[n],
            around=frozenset(about.union(*(words[m] for m in beside))),
            figures=figures[n],
            figures_around=(*dated, *(figure for m in beside for figure in figures[m])),
        )


def _words(text: str) -> frozenset[str]:
    return frozenset(terms(text)) | frozenset(text)  # a single Chinese character is a word, too


def _tells(sentence: _Sentence, claim: _Claim, share: float) -> bool:
    """Whether the question's figure stands in ``sentence`` or beside it, with nearly ``share`` of its words."""
    if not is_told(claim.stated, sentence.figures_around):
        return False
    if not claim.names <= sentence.around:
        return False
    return sentence.lang != claim.lang or len(claim.about & sentence.around) >= NEARLY * share * len(claim.about)


def _share(sentence: _Sentence, claim: _Claim) -> float:
    """How surely (0 to 1) ``sentence`` speaks of the same; 0 where it states nothing of the kind, or of others."""
    if not claim.names <= sentence.around or not _states_another(sentence, claim):
        return 0.0
    if sentence.lang != claim.lang:
        return sentence.near if claim.names & sentence.terms and sentence.near >= MIN_ABROAD else 0.0
    share = len(claim.about & sentence.terms) / max(1, len(claim.about))
    if claim.names and claim.names <= sentence.terms and sentence.near >= MIN_NEAR:
        return share if share >= MIN_SHARED_WITH_NAMES else 0.0
    return share if share >= MIN_SHARED and len(claim.about) >= MIN_TERMS else 0.0


def _states_another(sentence: _Sentence, claim: _Claim) -> bool:
    """Whether it has a figure of the kind that is none of the question's, and the stated one doesn't follow."""
    new = [
        figure
        for figure in sentence.figures
        if claim.stated.is_of_kind(figure) and not any(figure.is_near(other) for other in claim.others)
    ]
    rest = bool(_OF_THE_REST.search(claim.asked)) or (
        bool(_REDUCED.search(sentence.said)) and not _REDUCED.search(claim.asked)
    )
    return (
        bool(new)
        and not is_told(claim.stated, sentence.figures_around)
        and not follows(claim.stated, sentence.figures, of_the_rest=rest)
    )
