"""Where a citation leads: the quote in its place."""

import re
from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from bot.answering.plain import visible
from bot.corpus.model import Passage, Span

_PARAMETER = re.compile(r"p_([0-9a-f]{16})(?:_([0-9a-z]{1,8})_([0-9a-z]{1,8}))?", re.ASCII)
MAX_PARAMETER_CHARS = 64  # https://core.telegram.org/bots/features#deep-linking

# A fragment longer than this names the quote by its two ends; browsers match both. The ends are
# cut where a word ends, for browsers match whole words only (and Chinese by their own segmentation).
MAX_EXACT_CHARS = 120
_END_CHARS = 24
_CONTEXT_CHARS = 20
_WORD_GAP = re.compile(r"(?<=[\s，。！？；：、,.!?;:）)」』”])")
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

    def link(self, passage: Passage, span: Span, *, essay_text: str = "") -> str:
        """A link to ``span`` of ``passage``.

        ``essay_text`` is the essay's Markdown, to tell whether the quote alone is unique in it; empty
        means unknown, and the quote is then taken to be unique. Never empty, never raises.
        """
        if passage.essay.url:
            return passage.essay.url + text_fragment(passage, span, essay_text=essay_text, url=passage.essay.url)
        if self._bot_username:
            return f"https://t.me/{self._bot_username}?start={start_parameter(passage, span)}"
        return f"{percent_encode(span.file)}#char={span.start},{span.end}"  # RFC 5147


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


def text_fragment(passage: Passage, span: Span, *, essay_text: str = "", url: str = "") -> str:
    """The fragment that makes a browser scroll to the quote and mark it; empty where the quote shows no text.

    https://wicg.github.io/scroll-to-text-fragment/: ``#:~:text=[prefix-,]start[,end][,-suffix]``.
    A ``url`` that has a fragment already gets the directive appended to it.
    """
    begin, end = span.start - passage.span.start, span.end - passage.span.start
    shown = visible(passage.text[begin:end])
    if not shown:
        return ""
    parts = [_encode(part) for part in _ends(shown)]
    if visible(essay_text).count(shown) > 1:
        before = _last_words(visible(passage.text[:begin]))
        after = _first_words(visible(passage.text[end:]), _CONTEXT_CHARS)
        parts = [*([f"{_encode(before)}-"] if before else []), *parts, *([f"-{_encode(after)}"] if after else [])]
    return f"{'' if '#' in url else '#'}:~:text={','.join(parts)}"


def _ends(shown: str) -> tuple[str, ...]:
    if len(shown) <= MAX_EXACT_CHARS:
        return (shown,)
    return _first_words(shown, _END_CHARS), _last_words(shown, _END_CHARS)


def _first_words(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    gaps = [gap.start() for gap in _WORD_GAP.finditer(text, 1, max_chars + 1)]
    return text[: gaps[-1] if gaps else max_chars].strip()


def _last_words(text: str, max_chars: int = _CONTEXT_CHARS) -> str:
    if len(text) <= max_chars:
        return text
    gaps = [gap.start() for gap in _WORD_GAP.finditer(text, len(text) - max_chars) if gap.start() < len(text)]
    return text[gaps[0] if gaps else len(text) - max_chars :].strip()


def _encode(text: str) -> str:
    # ``-``, ``,`` and ``&`` have a meaning in the directive; quote() would leave ``-`` as it is.
    return percent_encode(text, safe="").replace("-", "%2D")


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits or "0"
