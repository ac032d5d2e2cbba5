"""An answer as Telegram messages: the text with linked markers, then its sources."""

import re
from collections.abc import Mapping, Sequence

from bot.answering.asker_language import AskerLanguage
from bot.answering.foreign_links import bare_addresses
from bot.answering.links import is_web_link
from bot.answering.model import Answer, Citation
from bot.answering.phrases import notice_line, original_label, title_in
from bot.answering.phrases import phrases as answer_phrases
from bot.answering.plain import readable
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.cutter import Limits, cut
from bot.channels.telegram.markdown import from_markdown
from bot.channels.telegram.styled import Entity, StyledText, StyledWriter, in_order
from bot.channels.telegram.utf16 import fitting_prefix, unit_count, unit_offsets
from bot.corpus.model import Essay

CURSOR = " …"
_MARKER = re.compile(r"\[(\d{1,3})\]")
_UNLINKABLE = frozenset({"text_link", "text_mention", "code", "pre"})
_BLANKS = re.compile(r"\s+")


def render_answer(answer: Answer) -> tuple[StyledText, ...]:
    """The messages that say ``answer``, in order; none only if it says nothing at all."""
    writer = StyledWriter()
    for notice in answer.notices:
        writer.write(notice_line(notice, answer.lang), "italic")
        writer.write("\n\n")
    text = from_markdown(answer.text).rstrip()
    writer.append(_with_links(text, {c.n: c.link for c in answer.citations}))
    if answer.citations:
        writer.write("\n\n")
        _write_sources(writer, answer.citations, answer.lang, said=_bare(text.text))
    return cut(writer.done())


def render_draft(markdown: str) -> StyledText:
    """As much of a growing answer as one message holds, with a sign that more is to come."""
    text = from_markdown(markdown).rstrip()
    if not text.text:
        return StyledText(text=CURSOR.strip())
    limits = Limits(max_units=Limits().max_units - len(CURSOR))
    first = cut(text, limits)[0]
    if first.text.endswith(CURSOR.strip()):  # a step of a report under way
        return first
    return StyledText(text=first.text + CURSOR, entities=first.entities)


def write_essay_line(
    writer: StyledWriter, essay: Essay, *, lang: AskerLanguage, link: str, max_title_units: int = 300
) -> None:
    """Title, author and date of an essay, the title linked where ``link`` is a web address."""
    title = title_in(lang, fitting_prefix(essay.title, max_title_units))
    writer.write(title, url=link if is_web_link(link) else None)
    for fact in (essay.author, essay.date):
        if fact:
            writer.write(f" · {fact}")


def _write_sources(writer: StyledWriter, citations: Sequence[Citation], lang: AskerLanguage, *, said: str) -> None:
    """A line for each essay with its numbers, and below it the quotes that the answer doesn't say already."""
    phrases = channel_phrases(lang)
    writer.write(phrases.sources, "bold")
    by_essay: dict[str, list[Citation]] = {}
    for citation in citations:
        by_essay.setdefault(citation.essay.key, []).append(citation)
    for cited in by_essay.values():
        writer.write("\n")
        for citation in cited:
            writer.write(f"[{citation.n}]", url=citation.link if is_web_link(citation.link) else None)
            writer.write(" ")
        write_essay_line(writer, cited[0].essay, lang=lang, link=cited[0].link)
        if cited[0].twin:
            writer.write(f" · {phrases.twin.format(title=title_in(lang, cited[0].twin))}")
        shown = [c for c in cited if c.quote.strip() and _bare(readable(c.quote)) not in said]
        writer.write(next(filter(None, (original_label(lang, c.quote) for c in shown)), ""))
        for citation in cited:
            if citation in shown:
                writer.write("\n")
                writer.append(_quote(citation.quote.strip()))
            if citation.translation and _bare(citation.translation) not in said:
                writer.write("\n")
                _write_unlinked(writer, f"{answer_phrases(lang).translation}{citation.translation}", "italic")


def _quote(text: str) -> StyledText:
    inside = StyledWriter()
    _write_unlinked(inside, text)
    whole = Entity(kind="expandable_blockquote", offset=0, length=unit_count(text))
    return StyledText(text=text, entities=(whole, *inside.done().entities))


def _write_unlinked(writer: StyledWriter, text: str, *kinds: str) -> None:
    # Telegram makes links of bare addresses by itself, but not within code, which takes no other style.
    at = 0
    for start, end in bare_addresses(text):
        writer.write(text[at:start], *kinds)
        writer.write(text[start:end], "code")
        at = end
    writer.write(text[at:], *kinds)


def _with_links(text: StyledText, links: Mapping[int, str]) -> StyledText:
    """``text`` with its ``[n]`` linked, but not those within code or another link."""
    offsets = unit_offsets(text.text)
    added: list[Entity] = []
    for marker in _MARKER.finditer(text.text):
        link = links.get(int(marker[1]), "")
        start, end = offsets[marker.start()], offsets[marker.end()]
        taken = any(e.offset < end and start < e.end for e in text.entities if e.kind in _UNLINKABLE)
        if is_web_link(link) and not taken:
            added.append(Entity(kind="text_link", offset=start, length=end - start, url=link))
    return StyledText(text=text.text, entities=in_order([*text.entities, *added]))


def _bare(text: str) -> str:
    return _BLANKS.sub("", text)
