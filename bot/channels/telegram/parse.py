"""From the JSON of an update to PTB's object, also where Telegram has gone on since PTB was made."""

from collections.abc import Collection, Mapping
from typing import Any

from telegram import Bot, Update

_WORDS = frozenset({"text", "entities", "caption", "caption_entities", "quote"})
_ABOUT = frozenset(
    {
        "message_id", "date", "chat", "from", "sender_chat", "via_bot", "forward_origin", "is_automatic_forward",
        "message_thread_id", "is_topic_message", "media_group_id",
    }
)  # fmt: skip
_NESTED = ("message", "callback_query", "reply_to_message")
_PRESSED = frozenset({"id", "from", "chat_instance", "data"})


def parse_update(raw: Mapping[str, Any], bot: Bot | None) -> Update:
    """Parse an update, if need be without what this channel doesn't read anyway.

    PTB refuses a whole update when any part, a gift or a sticker of a newer kind, is not as it knows it. Raises
    TypeError, KeyError, ValueError or AttributeError where even the rest makes no sense.
    """
    try:
        return Update.de_json(dict(raw), bot)
    except (TypeError, KeyError, ValueError, AttributeError):
        return Update.de_json(_needed(raw, {"update_id"}), bot)


def _needed(raw: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    kept = {key: value for key, value in raw.items() if key in keys}
    for key in _NESTED:
        if isinstance(raw.get(key), Mapping):
            kept[key] = _needed(raw[key], _PRESSED if key == "callback_query" else _WORDS | _ABOUT)
    return kept
