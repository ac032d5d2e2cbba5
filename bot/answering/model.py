"""What an answer is, and the port of the language model that may write it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from bot.answering.asker_language import AskerLanguage
from bot.corpus.model import Essay, Span

Role = Literal["system", "user", "assistant"]


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"  # by the model, from the passages, with citations
    QUOTED = "quoted"  # without a model: sentences of the essays
    DECLINED = "declined"  # the essays do not say
    FAILED = "failed"  # something broke; the asker is told so


class Notice(StrEnum):
    """What the channel tells the asker beside the answer."""

    MODEL_UNREACHABLE = "model_unreachable"
    MODEL_LATE = "model_late"
    MODEL_BUSY = "model_busy"
    MODEL_REFUSED = "model_refused"
    MODEL_SILENT = "model_silent"  # it answered nothing that can be used
    MODEL_LOST = "model_lost"  # midway through a report
    BROKEN_OFF = "broken_off"  # the answer: it was longer, or would have become so
    OUT_OF_TIME = "out_of_time"  # a report
    OUT_OF_TOKENS = "out_of_tokens"
    UNDIVIDED = "undivided"  # a report was asked for, and there is but one question to answer
    UNPLANNED = "unplanned"  # a report was asked for, and the model did not say of which parts


NO_MODEL = frozenset(
    {Notice.MODEL_UNREACHABLE, Notice.MODEL_LATE, Notice.MODEL_BUSY, Notice.MODEL_REFUSED, Notice.MODEL_SILENT}
)
"""Why the essays are quoted though there is a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a conversation, oldest first in any sequence of them."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question that stands on its own, with what came before it.

    ``text`` is what the asker wrote, ``standalone`` the same as a question of its own (equal to
    ``text`` when it already is one). ``lang`` is the asker's language. ``context`` is the message
    that was replied to or quoted, empty where there was none. ``asked_at`` is when the time for an answer began, in
    seconds of the event loop's clock; None: it begins where the answer does.
    """

    text: str
    standalone: str
    lang: AskerLanguage
    history: Sequence[Turn] = ()
    context: str = ""
    asked_at: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A number in the answer and the span it rests on.

    ``quote`` is byte for byte the corpus text at ``span``. ``link`` is the essay's address with a text fragment, or
    its file and place; ``twin`` is the title of the same essay in another language, named beside this one.
    ``translation`` is what a model made of a quote in another language than the asker's, plain text.
    """

    n: int
    essay: Essay
    passage_id: str
    section: str
    span: Span
    quote: str
    link: str
    twin: str | None = None
    translation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens that a model counted, 0 where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A question that a report was divided into, and how it ended."""

    question: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to the asker. ``text`` is Markdown with ``[n]`` markers; ``timings_ms`` by step.

    ``parts`` are those of a report, none where it is an ordinary answer.
    """

    status: Status
    text: str
    lang: AskerLanguage
    citations: tuple[Citation, ...] = ()
    standalone_question: str = ""
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    notices: tuple[Notice, ...] = ()
    timings_ms: dict[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


DraftListener = Callable[[str], None]
"""Told the whole text so far (Markdown) whenever it grew; must return at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message of a prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a streamed completion. The last one carries ``usage`` and the ``model`` that wrote it.

    ``cut_short`` on the last one: the model would have said more, but for ``max_tokens``.
    """

    text: str = ""
    model: str | None = None
    usage: Usage | None = None
    cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonForm:
    """The form of a structured answer: one JSON object.

    ``schema`` is a JSON Schema of the kind that servers hold models to: objects that list all their
    properties as required and no others, arrays, strings, numbers, booleans, ``enum`` and ``maxItems``.
    ``name`` is of letters, digits and ``_``.
    """

    name: str
    schema: Mapping[str, Any]


class ChatModel(Protocol):
    """A language model that completes a chat."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncIterator[Chunk]:
        """Stream a completion; with ``form`` the text is to be JSON of that form.

        Whether the server holds the model to the form or only asks it for one, the text may be something
        else: read it with ``complete_structured``. A prompt should say what the properties mean, for most
        servers do not show the model the schema.

        Raises ModelUnavailable (ModelLate, ModelBusy, ModelRefused, a 5xx after the client's retries, cut off in
        the middle) and ModelNonsense (broken stream, empty answer, one withheld by a filter). Close
        the iterator to stop early.
        """
        ...
