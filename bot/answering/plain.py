"""Markdown as a reader sees it: the words without their markup."""

import re

_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1")
_BLANKS = re.compile(r"\s+")
_ESCAPED = re.compile(r"([\\`*\[\]<])")
_FOOTNOTE = re.compile(r"^\^?\d{1,3}$")


def visible(markdown: str) -> str:
    """The text that a page shows for ``markdown``, its white space made single spaces.

    Links keep their words, images go, emphasis and code lose their marks.
    """
    return _BLANKS.sub(" ", strip_markup(markdown)).strip()


def strip_markup(markdown: str) -> str:
    """As ``visible``, with line breaks and spaces as they are."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", markdown))
    text = _LINE_START.sub("", text)
    for _ in range(2):  # emphasis within emphasis; deeper nesting is not met in prose
        text = _EMPHASIS.sub(r"\2", text)
    return text


def quotable(markdown: str) -> str:
    """A stretch of an essay as Markdown that shows its bare words.

    The essay's own footnote links are dropped, for their numbers would read as the answer's markers.
    """
    without_notes = _LINK.sub(lambda link: "" if _FOOTNOTE.match(link[1]) else link[0], markdown)
    return _ESCAPED.sub(r"\\\1", visible(without_notes))
