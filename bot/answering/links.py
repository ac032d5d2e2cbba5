"""Where a citation leads: the quote in its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from bot.answering.text_fragment import text_fragment
from bot.corpus.model import Passage, Span
from bot.corpus.sections import is_front_matter

_PARAMETER = re.compile(r"p_([0-9a-f]{16})(?:_([0-9a-z]{1,8})_([0-9a-z]{1,8}))?", re.ASCII)
MAX_PARAMETER_CHARS = 64  # https://core.telegram.org/bots/features#deep-linking
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a deep link points at: a passage, and a quote in it.

    ``start`` counts code points from the passage's beginning; ``length`` is None where no quote is marked.
    """

    passage_id: str
    start: int = 0
    length: int | None = None


class Linker:
    """Makes links, the best kind that the essay and the settings allow (design, part 4.3)."""

    def __init__(self, public_url: str | None = None, bot_username: str | None = None) -> None:
        self._public_url = public_url  # the reader that lives there is still to be built
        self._bot_username = bot_username

    def link(self, passage: Passage, span: Span, *, essay_text: Callable[[], str] = str) -> str:
        """A link to ``span`` of ``passage``.

        ``essay_text`` gives the essay's Markdown, to tell whether the quote alone is unique in it; empty
        means unknown, and the quote is then taken to be unique. It is called only for an essay with an address of
        its own, for a long one takes milliseconds to put together. Never empty, never raises.
        """
        if passage.essay.url and is_front_matter(passage):
            return passage.essay.url  # no page shows it
        if passage.essay.url:
            return passage.essay.url + text_fragment(passage, span, essay_text=essay_text(), url=passage.essay.url)
        if self._bot_username:
            return f"https://t.me/{self._bot_username}?start={start_parameter(passage, span)}"
        return f"{percent_encode(span.file)}#char={span.start},{span.end}"  # RFC 5147


def is_web_link(link: str) -> bool:
    """Whether ``link`` is one that a browser opens and Telegram takes; a place in a file is not."""
    return link.startswith(("http://", "https://"))


def start_parameter(passage: Passage, span: Span) -> str:
    """The payload of a deep link to ``span`` of ``passage``: at most 64 of ``[A-Za-z0-9_-]``."""
    offset, length = span.start - passage.span.start, span.end - span.start
    bare = f"p_{passage.id}"
    marked = f"{bare}_{_base36(offset)}_{_base36(length)}"
    return marked if offset >= 0 and length > 0 and len(marked) <= MAX_PARAMETER_CHARS else bare


def parse_start_parameter(text: str) -> Pointer | None:
    """What a payload points at, or None where it is not one of ours. The passage may no longer exist."""
    match = _PARAMETER.fullmatch(text)
    if match is None:
        return None
    passage_id, start, length = match.groups()
    if length is None:
        return Pointer(passage_id=passage_id)
    return Pointer(passage_id=passage_id, start=int(start, 36), length=int(length, 36))


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits or "0"
