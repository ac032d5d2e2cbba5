"""Markdown, as a language model or the essays write it, to styled text."""

import re

from telegramify_markdown import RenderConfig, convert

from bot.answering.links import is_web_link
from bot.channels.telegram.styled import Entity, StyledText, in_order
from bot.channels.telegram.utf16 import storable

# The converter drops HTML and link definitions. Answers hold ``<think>`` or ``a<b>c`` as plain words, and ``[1]: …`` as
# a line of their own list; so these signs go through as private characters of the same length.
_HIDDEN = str.maketrans("<[]", "\ue0fa\ue0fb\ue0fc")
_SHOWN = str.maketrans("\ue0fa\ue0fb\ue0fc", "<[]")
_NO_LINK = re.compile(r"<|(?<!\\)\[(?:\^?\d{1,3}\](?!\()|[^\[\]\n]{1,200}\]:)")


def from_markdown(markdown: str) -> StyledText:
    """Style what a reader sees of ``markdown``, HTML tags included as the words they are. Never raises for any text."""
    hidden = _NO_LINK.sub(lambda found: found[0].translate(_HIDDEN), storable(markdown))
    text, entities = convert(hidden, config=_config())
    return StyledText(
        text=text.translate(_SHOWN),
        entities=in_order(
            [
                Entity(kind=e.type, offset=e.offset, length=e.length, url=_restored(e.url), language=e.language)
                for e in entities
                if e.length > 0 and e.type != "custom_emoji" and (e.url is None or is_web_link(e.url))
            ]
        ),
    )


def _config() -> RenderConfig:
    config = RenderConfig.isolated()
    symbols = config.markdown_symbol
    symbols.heading_level_1 = symbols.heading_level_2 = symbols.heading_level_3 = symbols.heading_level_4 = ""
    symbols.unordered_list_item = "•"
    return config


def _restored(url: str | None) -> str | None:
    return url and url.translate(_SHOWN)
