"""Rules of the Bot API that a description of fields cannot say: lengths, ranges, what may stand together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.bot_api.text import MAX_TEXT_UNITS, entity_faults, units

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_BUTTON_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_LENGTHS = {  # most units of a parameter, by method
    ("answerCallbackQuery", "text"): 200,
    ("setMyDescription", "description"): 512,
    ("setMyShortDescription", "short_description"): 120,
    ("setMyName", "name"): 64,
}


def rule_faults(method: str, params: Mapping[str, Any]) -> Iterator[str]:
    """Find what in this request breaks a documented rule."""
    for (name, parameter), most in _LENGTHS.items():
        if method == name and units(str(params.get(parameter, ""))) > most:
            yield f"{method}.{parameter}: more than {most} characters"
    if method in {"sendMessage", "editMessageText", "sendMessageDraft"}:
        yield from _text_faults(params)
    yield from markup_faults(params.get("reply_markup"))
    if method == "setMyCommands":
        yield from _command_faults(params.get("commands"))
    if method == "sendChatAction" and params.get("action") not in ACTIONS:
        yield "sendChatAction.action: no such action"
    if not _LANGUAGE.fullmatch(str(params.get("language_code", ""))):
        yield f"{method}.language_code: no two-letter code"
    if method == "getUpdates" and not 1 <= params.get("limit", 100) <= 100:
        yield "getUpdates.limit: not within 1 to 100"


def _text_faults(params: Mapping[str, Any]) -> Iterator[str]:
    text, entities = params.get("text"), params.get("entities")
    if params.get("parse_mode"):
        yield "parse_mode: this fake takes entities only"
    if not isinstance(text, str):
        return
    if units(text) > MAX_TEXT_UNITS:
        yield f"message is too long: {units(text)} units"
    if "\x00" in text or any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        yield "text is no valid UTF-8"
    elif isinstance(entities, Sequence):
        yield from entity_faults(text, entities)
    quote = (params.get("reply_parameters") or {}).get("quote", "")
    if units(quote) > 1024:
        yield "reply_parameters.quote: more than 1024 characters"


def markup_faults(markup: object) -> Iterator[str]:
    """Find what is wrong with an inline keyboard: rows, labels, one way to act, callback data of 1 to 64 bytes."""
    rows = markup.get("inline_keyboard") if isinstance(markup, Mapping) else None
    if not isinstance(rows, Sequence):
        return
    for row in rows:
        if len(row) > 8:
            yield "reply_markup: more than 8 buttons in a row"
    for button in (button for row in rows for button in row):
        if not str(button.get("text", "")).strip():
            yield "reply_markup: a button without a label"
        if len(set(button) - _BUTTON_LOOKS) != 1:
            yield f"reply_markup: button {button.get('text')!r} must do exactly one thing"
        size = len(str(button.get("callback_data", "-")).encode())
        if not 1 <= size <= 64:
            yield f"reply_markup: BUTTON_DATA_INVALID, callback_data of {size} bytes"
        if "url" in button and not re.match(r"(https?|tg|ton)://", str(button["url"])):
            yield f"reply_markup: button {button.get('text')!r} has an address that Telegram does not take"


def _command_faults(commands: object) -> Iterator[str]:
    if not isinstance(commands, Sequence):
        return
    if len(commands) > 100:
        yield "setMyCommands: more than 100 commands"
    names = [str(command.get("command")) for command in commands]
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command"))):
            yield f"setMyCommands: BOT_COMMAND_INVALID {command.get('command')!r}"
        if not 1 <= units(str(command.get("description", ""))) <= 256:
            yield f"setMyCommands: BOT_COMMAND_DESCRIPTION_INVALID of {command.get('command')!r}"
    if len(set(names)) != len(names):
        yield "setMyCommands: a command stands twice"
