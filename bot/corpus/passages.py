"""An essay's sections into passages, each with an identity that survives edits elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from bot.corpus.grouping import CountTokens, PassageSize, group_atoms
from bot.corpus.model import Essay, Passage, Span
from bot.corpus.sections import Atom, Section

ID_BYTES = 8


def passages_of(
    essay: Essay, text: str, sections: Sequence[Section], *, count_tokens: CountTokens, size: PassageSize
) -> Iterator[Passage]:
    """The passages of an essay, in order. ``text`` is the whole file's."""
    seen: Counter[tuple[str, str]] = Counter()
    for section in sections:
        for atoms in group_atoms(text, section, count_tokens=count_tokens, size=size):
            content = (section.name, text[atoms[0].start : atoms[-1].end])
            yield _passage(essay, content, atoms, ordinal=seen[content])
            seen[content] += 1


def _passage(essay: Essay, content: tuple[str, str], atoms: Sequence[Atom], *, ordinal: int) -> Passage:
    section, text = content
    file = essay.span.file
    identity = "\x1f".join((file, essay.title, section, text, str(ordinal)))
    return Passage(
        id=blake2b(identity.encode(), digest_size=ID_BYTES).hexdigest(),
        essay=essay,
        section=section,
        span=Span(file=file, start=atoms[0].start, end=atoms[-1].end),
        text=text,
        sentences=tuple(
            Span(file=file, start=sentence.start, end=sentence.end) for atom in atoms for sentence in atom.sentences
        ),
    )
