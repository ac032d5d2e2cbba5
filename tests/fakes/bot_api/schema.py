"""Checks a request's parameters against a machine-readable description of the Bot API.

The description is that of github.com/PaulSonOfLars/telegram-bot-api-spec: ``methods`` and ``types``, each with
``fields`` of ``name``, ``types`` (any of them will do; ``Array of X`` nests) and ``required``.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[3] / ".." / "shared" / "bench" / "telegram_bot_api" / "api.json"

_PLAIN = {
    "String": lambda value: isinstance(value, str),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "InputFile": lambda _: True,  # uploads are no JSON
}
# Needed to read a form where the description is absent: what of these looks like JSON is still text.
_TEXT_PARAMETERS = frozenset(
    {
        "text",
        "parse_mode",
        "action",
        "callback_query_id",
        "url",
        "language_code",
        "description",
        "short_description",
        "name",
        "secret_token",
        "inline_message_id",
        "business_connection_id",
        "message_effect_id",
    }
)


class Schema:
    """What methods exist and what they take; without a description everything passes."""

    def __init__(self, spec: Mapping[str, Any] | None) -> None:
        self._methods: Mapping[str, Any] = spec["methods"] if spec else {}
        self._types: Mapping[str, Any] = spec["types"] if spec else {}
        self.present = spec is not None

    @classmethod
    def load(cls, path: Path = SPEC) -> "Schema":
        """Read the description beside the checkout, or one that passes everything where there is none."""
        return cls(json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None)

    def knows(self, method: str) -> bool:
        return method in self._methods

    def update_kinds(self) -> frozenset[str]:
        fields = self._types.get("Update", {}).get("fields", [])
        return frozenset(field["name"] for field in fields) - {"update_id"}

    def decode(self, method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as values: what a form or a query string carries as text is read as JSON unless it is a String."""
        fields = {field["name"]: field["types"] for field in self._methods.get(method, {}).get("fields", [])}
        decoded = {}
        for name, value in raw.items():
            types = fields.get(name, ["String"] if name in _TEXT_PARAMETERS else ["?"])
            read = _read(value) if isinstance(value, str) and types != ["String"] else value
            if read is not None:
                decoded[name] = read
        return decoded

    def faults(self, method: str, params: Mapping[str, Any]) -> list[str]:
        """Tell what is wrong with the parameters; empty if nothing, or if the method is newer than the description."""
        if method not in self._methods:
            return []
        return list(self._object(params, self._methods[method].get("fields", []), method))

    def _object(self, value: Mapping[str, Any], fields: list[Mapping[str, Any]], path: str) -> Iterator[str]:
        known = {field["name"]: field for field in fields}
        for name in value:
            if name not in known:
                yield f"{path}: unknown parameter {name!r}"
        for name, field in known.items():
            if name in value:
                yield from self._any_of(value[name], field["types"], f"{path}.{name}")
            elif field["required"]:
                yield f"{path}: {name!r} is required"

    def _any_of(self, value: object, types: list[str], path: str) -> list[str]:
        attempts = [list(self._one(value, kind, path)) for kind in types]
        if not attempts or any(not attempt for attempt in attempts):
            return []
        nearest = min(attempts, key=len)
        return nearest if len(types) == 1 or isinstance(value, Mapping) else [f"{path}: is none of {', '.join(types)}"]

    def _one(self, value: object, kind: str, path: str) -> Iterator[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{path}: is no array"
                return
            for number, item in enumerate(value):
                yield from self._any_of(item, [kind.removeprefix("Array of ")], f"{path}[{number}]")
        elif kind in _PLAIN:
            if not _PLAIN[kind](value):
                yield f"{path}: is no {kind}"
        elif "subtypes" in self._types[kind]:
            yield from self._any_of(value, self._types[kind]["subtypes"], path)
        elif not isinstance(value, Mapping):
            yield f"{path}: is no {kind}"
        else:
            yield from self._object(value, self._types[kind].get("fields", []), f"{path}({kind})")


def _read(text: str) -> Any:
    """Read a value as the Bot API reads text: JSON, or else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return {"True": True, "False": False}.get(text, text)
