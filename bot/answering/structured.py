"""A model's answer as a JSON object: read out of whatever stands around it, and cut to the form that was asked for."""

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from bot.answering.drafting import without_thoughts
from bot.answering.model import ChatMessage, ChatModel, Chunk, JsonForm, Usage
from bot.errors import ModelNonsense, TransientError

MAX_RAW_CHARS = 20_000  # a server may ignore max_tokens
MAX_BRACES = 8  # that may open the object: prose before it has few

_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_DECODER = json.JSONDecoder(strict=False)  # a line break within a string is a small model's commonest slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """A JSON object as a model wrote it, what does not fit the form left out: properties may be missing."""

    value: dict[str, Any]
    model: str | None
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    value: dict[str, Any]
    end: int  # in the text, behind the object


async def complete_structured(
    model: ChatModel, messages: Sequence[ChatMessage], form: JsonForm, *, max_tokens: int, temperature: float = 0.0
) -> Structured:
    """Have ``model`` answer with a JSON object of that ``form``.

    Thoughts, code fences and chatter around the object are passed over, and who chatters on behind it is left.
    Raises ModelUnavailable as the model does, and ModelNonsense also where no object came, or nothing in it fits.
    """
    raw, last = "", Chunk()
    stream: Any = model.stream(messages, max_tokens=max_tokens, temperature=temperature, form=form)
    try:
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                raw, last = raw + chunk.text, chunk
                if len(raw) > MAX_RAW_CHARS or _goes_on(raw):
                    break
    except TransientError:
        if _first_object(raw) is None:  # one that is whole needs no proper end of the stream
            raise
    value = read_object(raw, form)
    if not value:
        raise ModelNonsense(f"the model's answer is no {form.name}")
    return Structured(value=value, model=last.model, usage=last.usage or Usage())


def read_object(raw: str, form: JsonForm) -> dict[str, Any] | None:
    """What fits ``form`` of the first JSON object in ``raw``; None where there is none."""
    found = _first_object(raw)
    return None if found is None else _fitting(found.value, form.schema)


def is_in_form(raw: str, form: JsonForm) -> bool:
    """Whether ``raw`` holds an object with every property that ``form`` requires."""
    return set(form.schema.get("required", ())) <= (read_object(raw, form) or {}).keys()


def _goes_on(raw: str) -> bool:
    found = _first_object(raw) if "}" in raw else None
    return found is not None and bool(without_thoughts(raw)[found.end :].strip("` \t\r\n"))


def _first_object(raw: str) -> _Found | None:
    text = without_thoughts(raw)
    start = -1
    for _ in range(MAX_BRACES):
        start = text.find("{", start + 1)
        if start < 0:
            return None
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        return _Found(value=value, end=end)
    return None


def _fitting(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {name: _fitting(held, known[name]) for name, held in value.items() if _fits(held, known.get(name))}
    if isinstance(value, list):
        of = schema.get("items", {})
        return [_fitting(held, of) for held in value if _fits(held, of)][: schema.get("maxItems")]
    return value


def _fits(value: Any, schema: Mapping[str, Any] | None) -> bool:
    if schema is None or (isinstance(value, bool) and schema.get("type") in {"integer", "number"}):
        return False  # Python's True is a number, JSON's is none
    kind = _KINDS.get(str(schema.get("type")), object)
    return isinstance(value, kind) and ("enum" not in schema or value in schema["enum"])
