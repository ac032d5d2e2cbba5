"""Markdown, as a language model or the essays write it, to styled text."""

from telegramify_markdown import RenderConfig, convert

from bot.channels.telegram.styled import Entity, StyledText, in_order
from bot.channels.telegram.utf16 import storable

# The converter drops HTML. Answers hold things like ``<think>`` or ``a<b>c`` as plain words, so ``<`` goes through as a
# private character of the same length.
_LESS_THAN_STAND_IN = "\ue0fe"


def from_markdown(markdown: str) -> StyledText:
    """What a reader sees of ``markdown``, HTML tags included as the words they are. Never raises for any text."""
    hidden = storable(markdown).replace("<", _LESS_THAN_STAND_IN)
    text, entities = convert(hidden, config=_config())
    return StyledText(
        text=text.replace(_LESS_THAN_STAND_IN, "<"),
        entities=in_order(
            [
                Entity(kind=e.type, offset=e.offset, length=e.length, url=_restored(e.url), language=e.language)
                for e in entities
                if e.type != "custom_emoji" and e.length > 0
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
    return url and url.replace(_LESS_THAN_STAND_IN, "<")
