"""Any OpenAI-compatible server as a ChatModel, through the ``openai`` client."""

import asyncio
import email.utils
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bot.answering.model import ChatMessage, Chunk, JsonForm, Usage
from bot.answering.openai_dialect import REFUSALS, Dialect
from bot.answering.openai_reply import chunks_of, has_come_to_its_end, watch_for_done
from bot.answering.patience import REST_S, Patience
from bot.answering.structured import is_in_form
from bot.errors import ModelBusy, ModelLate, ModelNonsense, ModelRefused, ModelUnavailable, TransientError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"
NO_KEY = "none"  # the client insists on a key; a local server ignores it

CONNECT_TIMEOUT_S = 10.0
STALL_TIMEOUT_S = 30.0  # between two chunks; before the first one the whole deadline may go into reading the prompt
AFTER_END_TIMEOUT_S = 2.0  # for usage and [DONE] after the model finished; some servers send neither
MAX_RETRIES = 1
MAX_COUNT = 10_000_000  # tokens; a server that counts more, or less than none, counts something else
MAX_WAIT_SHARE = 0.25  # of the deadline: a Retry-After beyond it is not waited for, a fallback is sooner

# https://platform.openai.com/docs/api-reference/chat/streaming: why a completion ended, where not by itself.
OUT_OF_TOKENS = "length"
FILTERED = "content_filter"
BUSY, SERVER_ERRORS = 429, 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked of the server, in whatever dialect it understands."""

    messages: Sequence[ChatMessage]
    max_tokens: int
    temperature: float
    form: JsonForm | None


class OpenAIChatModel:
    """A model behind ``base_url``. Use it as an async context manager, or call ``close``.

    ``base_url`` None means OpenAI itself. ``timeout_s`` bounds a whole completion, retries included.
    The library is imported, in a thread, at the first use: that takes 1 to 2 s.
    """

    def __init__(self, base_url: str | None, api_key: str | None, model: str, timeout_s: float) -> None:
        self._base_url = base_url or OPENAI_URL
        self._api_key = api_key or NO_KEY
        self._model = model
        self._timeout_s = timeout_s
        self._client: AsyncOpenAI | None = None
        self._connecting = asyncio.Lock()
        self._dialect = Dialect()
        self._suspected: Dialect | None = None  # a simpler one that worked once, after a refusal of unknown meaning
        self._text_works = False
        self._patience: dict[str, Patience] = {}  # with each form, by its name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; repeating it is no error."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        form: JsonForm | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Stream a completion (see ChatModel). The last chunk has usage and model, and no text.

        A form that failed repeatedly on a server that writes text is not asked for during some minutes: that raises
        ModelUnavailable at once.
        """
        if form is not None and self._patience_with(form).is_resting:
            raise ModelUnavailable("this form failed repeatedly")
        progress = _Progress(model=self._model)
        try:
            async with aclosing(self._stream(messages, max_tokens, temperature, form, progress)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except TransientError:
            self._failed(form)
            raise
        except asyncio.CancelledError:
            if not progress.began:  # whoever waited for it did so in vain
                self._failed(form)
            raise
        self._succeeded(form)

    async def _stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        temperature: float,
        form: JsonForm | None,
        progress: "_Progress",
    ) -> AsyncGenerator[Chunk, None]:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        request = _Request(messages=messages, max_tokens=max_tokens, temperature=temperature, form=form)
        end = object()
        async with self._open(request, deadline) as stream, aclosing(chunks_of(stream)) as chunks:
            while True:
                chunk = end  # also where an error no longer counts
                with _translated(progress):
                    async with asyncio.timeout_at(progress.next_deadline(deadline)):
                        chunk = await anext(chunks, end)
                if chunk is end:
                    if has_come_to_its_end(stream):
                        progress.came_to_its_end()
                    break
                if text := progress.take(chunk):
                    yield Chunk(text=text)
        last = progress.last_chunk()
        if form is not None and not last.cut_short and not is_in_form(progress.text, form):
            self._dialect = self._dialect.with_forms_in_words()
        yield last

    def _patience_with(self, form: JsonForm) -> Patience:
        return self._patience.setdefault(form.name, Patience())

    def _succeeded(self, form: JsonForm | None) -> None:
        if form is None:
            self._text_works = True
        else:
            self._patience_with(form).succeeded()

    def _failed(self, form: JsonForm | None) -> None:
        if form is None:
            self._text_works = False
        elif self._text_works and self._patience_with(form).failed():
            logger.info("%s is not asked for during %d minutes: it failed repeatedly", form.name, REST_S // 60)

    @asynccontextmanager
    async def _open(self, request: _Request, deadline: float) -> AsyncIterator[Any]:
        # No time-out may span a yield, or it would interrupt the consumer instead of us.
        client = await self._connect()
        with _translated(_Progress(model=self._model)):
            async with asyncio.timeout_at(deadline):
                stream = await self._request(client, request)
        # ``async with``, for leaving the loop alone would keep the server generating.
        async with stream:
            yield stream

    async def _request(self, client: "AsyncOpenAI", request: _Request) -> Any:
        from openai import APIStatusError  # noqa: PLC0415 (imported by _connect already)

        dialect, form, is_named = self._dialect, request.form, True
        while True:
            turns: Any = [
                {"role": message.role, "content": message.content}
                for message in dialect.messages(request.messages, form)
            ]
            arguments = dialect.arguments(request.max_tokens, request.temperature, form)
            try:
                stream = await client.chat.completions.create(
                    model=self._model, messages=turns, stream=True, **arguments
                )
            except APIStatusError as exc:
                simpler = dialect.after_refusal(exc.status_code, str(exc), form)
                if simpler is None:
                    raise
                dialect, is_named = simpler, is_named and Dialect.is_named_in(str(exc))
            else:
                # Only now: what is refused in every dialect, such as a prompt that is too long, says nothing of them.
                self._worked(dialect, form, is_named=is_named)
                return stream

    def _worked(self, dialect: Dialect, form: JsonForm | None, *, is_named: bool) -> None:
        """Keep to a simpler dialect that the server asked for, or that worked twice where another did not."""
        if is_named or dialect == self._suspected:
            self._dialect = dialect
        if dialect != self._dialect:
            self._suspected = dialect
        elif form is not None:
            self._suspected = None

    async def _connect(self) -> "AsyncOpenAI":
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)
            return self._client

    def _make_client(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 (1.2 s of import)

        timeout = Timeout(self._timeout_s, connect=min(CONNECT_TIMEOUT_S, self._timeout_s))
        client = AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            max_retries=MAX_RETRIES,
            timeout=timeout,
            http_client=DefaultAsyncHttpxClient(
                timeout=timeout, event_hooks={"response": [self._no_vain_retry, watch_for_done]}
            ),
        )
        _ = client.chat.completions  # imports another 0.6 s worth, better here than on the event loop
        return client

    async def _no_vain_retry(self, response: Any) -> None:
        # The client tries again after any 5xx, and sleeps for as long as Retry-After says (up to 120 s), unless this
        # header forbids it. What is not implemented (501) won't be a second later.
        wait_s = retry_after_s(response.headers, now=time.time())
        is_long = wait_s is not None and wait_s > self._timeout_s * MAX_WAIT_SHARE
        if is_long or response.status_code in REFUSALS:
            response.headers["x-should-retry"] = "false"


class _Progress:
    """What was read of a stream so far, and whether it may end here."""

    def __init__(self, *, model: str) -> None:
        self._model = model
        self._usage = Usage()
        self._said: list[str] = []
        self._reason = ""
        self.began = False

    @property
    def finished(self) -> bool:
        return bool(self._reason)

    @property
    def text(self) -> str:
        return "".join(self._said)

    def next_deadline(self, deadline: float) -> float:
        now = asyncio.get_running_loop().time()
        if self.finished:
            return min(deadline, now + AFTER_END_TIMEOUT_S)
        return min(deadline, now + STALL_TIMEOUT_S) if self.began else deadline

    def came_to_its_end(self) -> None:
        """Note that the server said so, if not why."""
        self._reason = self._reason or "stop"

    def take(self, chunk: Any) -> str:
        """Note what ``chunk`` says; returns the text in it. A chunk of an unknown form says nothing."""
        self.began = True
        if isinstance(model := getattr(chunk, "model", None), str) and model:
            self._model = model
        if (usage := getattr(chunk, "usage", None)) is not None:
            self._usage = Usage(
                prompt_tokens=_count(usage, "prompt_tokens"), completion_tokens=_count(usage, "completion_tokens")
            )
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list) or not choices:
            return ""
        self._reason = self._reason or str(getattr(choices[0], "finish_reason", None) or "")
        text = getattr(getattr(choices[0], "delta", None), "content", None)
        if not isinstance(text, str):
            return ""
        self._said.append(text)
        return text

    def last_chunk(self) -> Chunk:
        if not self.text.strip():
            raise ModelNonsense("the model's answer was empty")
        if not self.finished:
            raise ModelUnavailable("the model's answer was cut off: the stream ended without a finish_reason or [DONE]")
        if self._reason == FILTERED:
            raise ModelNonsense("the model's answer was withheld by a filter")
        return Chunk(model=self._model, usage=self._usage, cut_short=self._reason == OUT_OF_TOKENS)


@contextmanager
def _translated(progress: _Progress) -> Iterator[None]:
    """Turn the library's errors into ours; none counts once the model has finished."""
    import openai  # noqa: PLC0415 (imported by _connect already)

    try:
        yield
    except (openai.APIError, TimeoutError, ValueError) as exc:
        if progress.finished:
            return
        if isinstance(exc, ValueError):
            raise ModelNonsense(f"the model's stream is broken ({type(exc).__name__})") from exc
        # An error's own words may repeat the question or the key, so only its kind is told.
        status = getattr(exc, "status_code", None)
        kind = ModelLate if isinstance(exc, (TimeoutError, openai.APITimeoutError)) else _kind(status)
        raise kind(f"{type(exc).__name__}{f' {status}' if status else ''}") from exc


def _kind(status: int | None) -> type[ModelUnavailable]:
    if status == BUSY:
        return ModelBusy
    return ModelRefused if status is not None and status < SERVER_ERRORS else ModelUnavailable


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """How long a response asks to wait, in seconds; None where it doesn't say, or not in a known form."""
    value = headers.get("retry-after-ms")
    try:
        if value is not None:
            return float(value) / 1000
        value = headers.get("retry-after", "")
        return float(value)
    except ValueError:
        pass
    try:
        return email.utils.parsedate_to_datetime(str(value)).timestamp() - now
    except ValueError:
        return None


def _count(usage: Any, name: str) -> int:
    count = getattr(usage, name, None)
    return count if isinstance(count, int) and 0 <= count <= MAX_COUNT else 0
