"""What a server that speaks chat completions understands of them; found out where it refuses a request."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from bot.answering.model import ChatMessage, JsonForm

# How servers say that they don't know a parameter or its value. Some say so only of forms: a 404 where no provider
# behind a router takes one.
FORM_REFUSALS = frozenset({404, 415, 501})
REFUSALS = frozenset({400, 422}) | FORM_REFUSALS
PARAMETERS = ("max_completion_tokens", "temperature", "stream_options", "response_format", "json_schema", "json_object")

IN_WORDS = "Write one JSON object and nothing else, of the form that this JSON Schema describes:"

# https://platform.openai.com/docs/guides/structured-outputs; llama.cpp, vLLM and Ollama take the same.
ResponseFormat = Literal["json_schema", "json_object"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Of the protocol, what is known to work with a server. It begins with everything."""

    stream_options: bool = True
    temperature: bool = True
    max_completion_tokens: bool = False
    response_format: ResponseFormat | None = "json_schema"
    forms_in_words: bool = False

    def arguments(self, max_tokens: int, temperature: float, form: JsonForm | None) -> dict[str, Any]:
        """The parameters of a request."""
        arguments: dict[str, Any] = {
            "max_completion_tokens" if self.max_completion_tokens else "max_tokens": max_tokens
        }
        if self.temperature:
            arguments["temperature"] = temperature
        if self.stream_options:
            arguments["stream_options"] = {"include_usage": True}
        if form is not None and self.response_format is not None:
            arguments["response_format"] = self._response_format(form)
        return arguments

    def messages(self, messages: Sequence[ChatMessage], form: JsonForm | None) -> list[ChatMessage]:
        """``messages``, with the form described in the last one where the server does not see to it."""
        told = list(messages)
        if form is not None and told and (self.forms_in_words or self.response_format != "json_schema"):
            schema = json.dumps(form.schema, ensure_ascii=False, separators=(",", ":"))
            told[-1] = replace(told[-1], content=f"{told[-1].content}\n\n{IN_WORDS}\n{schema}")
        return told

    def after_refusal(self, status: int, complaint: str, form: JsonForm | None) -> Self | None:
        """The dialect to try next; None where the refusal is about something else, or nothing is left to give up."""
        asked_for_form = form is not None and self.response_format is not None
        if status not in REFUSALS or (status in FORM_REFUSALS and not asked_for_form):
            return None
        if "max_completion_tokens" in complaint and not self.max_completion_tokens:
            return replace(self, max_completion_tokens=True)
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        if "stream_options" in complaint and self.stream_options:
            return replace(self, stream_options=False)
        if asked_for_form:
            return replace(self, response_format="json_object" if self.response_format == "json_schema" else None)
        return replace(self, stream_options=False) if self.stream_options else None

    @staticmethod
    def is_named_in(complaint: str) -> bool:
        """Whether a refusal says that it is about a parameter; one that doesn't may be about anything."""
        return any(parameter in complaint for parameter in PARAMETERS)

    def with_forms_in_words(self) -> Self:
        """For a server that takes a form and does not hold the model to it: the model is told, too."""
        return replace(self, forms_in_words=True)

    def _response_format(self, form: JsonForm) -> dict[str, Any]:
        if self.response_format == "json_object":
            return {"type": "json_object"}
        described = {"name": form.name, "schema": form.schema, "strict": True}
        return {"type": "json_schema", "json_schema": described}
