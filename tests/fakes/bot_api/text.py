"""Message text as Telegram counts it (UTF-16 code units), and the entities in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

Entity = dict[str, Any]

MAX_TEXT_UNITS = 4096
MAX_ENTITIES = 100  # further ones are ignored in silence, which loses links
_LINK = re.compile(r"(https?://[^\s/]+|tg://|ton://)", re.IGNORECASE)
# What Telegram marks up by itself in what people write; a word character on either side spoils each.
_MARKED = re.compile(
    r"(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<url>https?://\S+)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{2,32}(?!\w))"
)
_NO_NESTING = {"code", "pre"}
_QUOTES = {"blockquote", "expandable_blockquote"}


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Take the stretch of text that an entity covers; raises UnicodeDecodeError inside a surrogate pair."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def mark_up(text: str) -> list[Entity]:
    """Find the entities that Telegram finds by itself in a text that a person wrote."""
    return [
        {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match.group())}
        for match in _MARKED.finditer(text)
    ]


def trim(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Text without white space around it, as Telegram shows it, with its entities moved and cut to fit."""
    lead, kept = units(text) - units(text.lstrip()), text.strip()
    moved = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, units(kept))
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, sorted(moved, key=lambda entity: (entity["offset"], -entity["length"], entity["type"]))


def entity_faults(text: str, entities: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Find what is wrong with entities: range, a character cut in two, nesting, a link that is none, too many."""
    if len(entities) > MAX_ENTITIES:
        yield f"{len(entities)} entities, of which Telegram keeps {MAX_ENTITIES}"
    total = units(text)
    for entity in entities:
        kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int):
            yield f"entity {kind!r} has no range"
        elif offset < 0 or length <= 0 or offset + length > total:
            yield f"entity {kind!r} covers {offset}+{length} of a text of {total} units"
        elif _splits_a_character(text, offset) or _splits_a_character(text, offset + length):
            yield f"entity {kind!r} at {offset}+{length} cuts a character in two"
        if kind == "text_link" and not _LINK.match(str(entity.get("url", ""))):
            yield "a text_link whose address Telegram does not take"
    yield from _nesting_faults(entities)


def _splits_a_character(text: str, position: int) -> bool:
    encoded = text.encode("utf-16-le")
    if not 0 < 2 * position < len(encoded):
        return False
    return 0xDC00 <= int.from_bytes(encoded[2 * position : 2 * position + 2], "little") <= 0xDFFF


def _nesting_faults(entities: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ranged = [e for e in entities if isinstance(e.get("offset"), int) and isinstance(e.get("length"), int)]
    ranged.sort(key=lambda e: (e["offset"], -e["length"]))
    open_ones: list[Mapping[str, Any]] = []
    for entity in ranged:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        open_ones = [outer for outer in open_ones if outer["offset"] + outer["length"] > start]
        for outer in open_ones:
            if outer["offset"] + outer["length"] < end:
                yield f"entities {outer['type']!r} and {entity['type']!r} overlap at {start}"
            elif outer["type"] in _NO_NESTING or (entity["type"] in _NO_NESTING and outer["type"] not in _QUOTES):
                yield f"{entity['type']!r} inside {outer['type']!r} at {start}"
            elif outer["type"] in _QUOTES and entity["type"] in _QUOTES:
                yield f"a quotation inside a quotation at {start}"
        open_ones.append(entity)
    for one, other in pairwise(ranged):
        if (one["type"], one["offset"], one["length"]) == (other["type"], other["offset"], other["length"]):
            yield f"entity {one['type']!r} twice at {one['offset']}"
