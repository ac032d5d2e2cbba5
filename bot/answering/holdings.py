"""What essays there are, in a sentence: for who asks about them, and for who asks about something else."""

from collections import Counter
from collections.abc import Iterable

from bot.answering.asker_language import AskerLanguage
from bot.answering.links import Linker, is_web_link
from bot.answering.phrases import essays_line, title_in
from bot.answering.plain import escaped
from bot.answering.sources import are_twins
from bot.corpus.model import Essay, Language, Passage, Span
from bot.retrieval.index import Index

FEW = 3  # titles, beside something else that is said
MANY = 10


def holdings(index: Index, linker: Linker, lang: AskerLanguage, *, most: int = FEW) -> str:
    """How many essays there are, and the titles of up to ``most``, as Markdown; empty where there are none."""
    essays = index.essays
    named = [_named(essay, index, linker, lang) for essay in _sample(essays, "en" if lang == "en" else "zh", most)]
    return essays_line(lang, named, count=len(essays))


def linked(title: str, link: str) -> str:
    """A title that leads to a web address, as Markdown."""
    address = link.replace("(", "%28").replace(")", "%29")  # or the first bracket would end it
    return f"[{escaped(title)}]({address})"


def _named(essay: Essay, index: Index, linker: Linker, lang: AskerLanguage) -> str:
    title = title_in(lang, essay.title)
    link = next((linker.link(first, _beginning(first)) for first in index.passages_of(essay.key)[:1]), "")
    return linked(title, link) if is_web_link(link) else escaped(title)


def _beginning(passage: Passage) -> Span:
    return Span(file=passage.span.file, start=passage.span.start, end=passage.span.start)


def _sample(essays: Iterable[Essay], lang: Language, most: int) -> list[Essay]:
    """Essays in the asker's language first, of each file one before a second, none in two languages."""
    turns: Counter[tuple[Language, str]] = Counter()
    ranked: list[tuple[bool, int, int, Essay]] = []
    for place, essay in enumerate(essays):
        turns[essay.lang, essay.span.file] += 1
        ranked.append((essay.lang != lang, turns[essay.lang, essay.span.file], place, essay))
    chosen: list[Essay] = []
    for _, _, _, essay in sorted(ranked, key=lambda each: each[:3]):
        if len(chosen) == most:
            break
        if not any(are_twins(essay, other) for other in chosen):
            chosen.append(essay)
    return chosen
