"""Markdown as a reader sees it: the words without their markup."""

import html
import re

# Every repetition has an end, so that the time grows with the text and not with its square. Brackets
# within an address nest once, as in DOIs.
_TARGET = r"\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s{1,9}\"[^\"\n]{0,300}\")?\)"
_IMAGE = re.compile(rf"!\[[^\]\n]{{0,500}}\]{_TARGET}")
_LINK = re.compile(rf"\[([^\]\n]{{0,500}})\]{_TARGET}")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+", re.MULTILINE)
# A star between a digit or a bracket and what follows multiplies, as in ``1*1 + (-1)*0``.
_EMPHASIS = re.compile(r"(\*{2,3}|(?<![\d)*])\*|_{2,3}|~~|`{1,3})(?=\S)(.{1,1000}?)(?<=\S)\1")
_DANGLING = re.compile(
    r"^(?:\*{2,3}|\*(?=[^\s*])|~~)|(?:\*{2,3}|(?<=[^\s*\d\\])\*|~~)$", re.MULTILINE
)  # emphasis that a sentence shares with its neighbour
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_BLANKS = re.compile(r"\s+")
_TAG = re.compile(
    r"<!--[^<>]{0,2000}-->|</?(?:a|abbr|b|big|blockquote|br|center|cite|details|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark"
    r"|ol|p|q|s|script|small|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:quot|apos|nbsp|[lr][sd]quo|#3[49]|#x2[27]);")
_ESCAPED = re.compile(r"([\\`*\[\]<])")
# ``重视[8]`` and ``Law[4](https://…)``, but neither ``a[0]`` nor the ``[8]:`` that begins a reference.
_FOOTNOTE = re.compile(rf"\[\^?\d{{1,3}}\]{_TARGET}|(?<=[^\sA-Za-z_)\]])\[\^?\d{{1,3}}\](?![:(])")


def visible(markdown: str) -> str:
    """The text that a page shows for ``markdown``, its white space made single spaces.

    Links keep their words, images go, emphasis and code lose their marks.
    """
    return _BLANKS.sub(" ", strip_markup(markdown)).strip()


def strip_markup(markdown: str) -> str:
    """As ``visible``, with line breaks and spaces as they are."""
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", markdown)))
    text = _LINE_START.sub("", text)
    for _ in range(2):  # emphasis within emphasis; deeper nesting is not met in prose
        text = _EMPHASIS.sub(r"\2", text)
    return _DANGLING.sub("", text)


def readable(markdown: str) -> str:
    """As ``visible``, without footnote numbers: they would read as the markers of the answer."""
    return visible(_FOOTNOTE.sub("", markdown))


def without_tags(prose: str) -> str:
    """Markdown ``prose`` without tags of HTML, its quotation marks and blanks as characters."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), _TAG.sub("", prose))


def escaped(text: str) -> str:
    """Plain ``text`` as Markdown that shows just it."""
    return _ESCAPED.sub(r"\\\1", text)


def count_wide(text: str) -> int:
    """How many Chinese characters ``text`` has, with what stands among them (kana, full-width forms, punctuation)."""
    return len(_WIDE.findall(text))


def without_wide(text: str) -> str:
    """``text`` with a space for each of them."""
    return _WIDE.sub(" ", text)
