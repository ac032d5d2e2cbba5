"""The way of one letter: a placeholder is sent, an answer made, and the placeholder becomes the answer."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.answering.model import Answer, DraftListener, Status
from bot.answering.phrases import phrases
from bot.answering.serial import answer_from_json, answer_to_json
from bot.delivery.drafts import Drafts
from bot.delivery.model import Courier, Letter, Steps
from bot.errors import TransientError

logger = logging.getLogger(__name__)

AnswerLetter = Callable[[Letter, DraftListener], Awaitable[Answer]]
ForgetConversation = Callable[[Letter], Awaitable[None]]
NoteShown = Callable[[Letter, int], Awaitable[None]]
Sent = TypeVar("Sent")

ANSWERS_AT_ONCE = 32
"""Only the making of an answer is dear. A letter that waits for its chat must not take the place of another's."""

GONE = 0
"""The message id of a placeholder in a chat that cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what.

    A courier that fails for a while is asked again after ``first_wait_s``, then after twice that and so
    on up to ``longest_wait_s``, until the waits come to ``courier_s``. ``answer_s`` bounds the making of
    an answer, ``draft_s`` the wait for a draft that is still being shown when the answer is there. A
    letter that the database could not keep track of is resumed after ``stranded_s``.
    """

    first_wait_s: float = 1.0
    longest_wait_s: float = 300.0
    courier_s: float = 3600.0
    answer_s: float = 600.0
    draft_s: float = 10.0
    stranded_s: float = 5.0

    def waits_s(self) -> Iterator[float]:
        """The waits between attempts, one after the other."""
        wait_s, waited_s = self.first_wait_s, 0.0
        while waited_s + wait_s <= self.courier_s:
            yield wait_s
            waited_s += wait_s
            wait_s = min(2 * wait_s, self.longest_wait_s)


class Delivery:
    """Answers letters through a courier, step by step, so that a crash repeats one step and no more.

    A letter always ends with a message, the answer or an apology, unless the chat is gone or the
    courier failed for longer than ``patience`` lasts. Never raises but when cancelled.
    """

    def __init__(
        self,
        answer: AnswerLetter,
        courier: Courier,
        *,
        patience: Patience | None = None,
        note_shown: NoteShown | None = None,
    ) -> None:
        self._answer = answer
        self._note_shown = note_shown
        self._courier = courier
        self._patience = patience or Patience()
        self._making = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._forgetter: ForgetConversation | None = None
        self._attended = asyncio.Event()

    def attend(self, forget: ForgetConversation) -> None:
        """Say what is done about letters that ask to forget; until then they wait."""
        self._forgetter = forget
        self._attended.set()

    async def deliver(self, letter: Letter, steps: Steps) -> None:
        """Bring one letter to its end.

        Names and order of the steps are part of what is stored: letters under way survive an upgrade
        only as long as neither changes.
        """
        if letter.forget:
            await steps.run("forget", partial(self._forget, letter), brief=False)
            return
        message_id = await steps.run("open", partial(self._open, letter, self._courier.open))
        if message_id == GONE:
            return
        record = await steps.run("answer", partial(self._make, letter, message_id), brief=False)
        messages = await steps.run("compose", partial(self._compose, letter, record))
        for part, message in enumerate(messages, start=1):
            if part > 1:
                message_id = await steps.run(f"open {part}", partial(self._open, letter, self._courier.open_more))
            if message_id == GONE:
                return
            await steps.run(f"write {part}", partial(self._write, letter, message_id, message))

    async def _forget(self, letter: Letter) -> None:
        await self._attended.wait()
        assert self._forgetter is not None  # noqa: S101 (set before the event)
        with _survived(letter, "its conversation could not be forgotten"):
            await self._patiently(letter, partial(self._forgetter, letter))

    async def _open(self, letter: Letter, open_message: Callable[[Letter], Awaitable[int]]) -> int:
        message_id = GONE
        with _survived(letter, "no message could be opened for its answer; dropped"):
            message_id = await self._patiently(letter, partial(open_message, letter))
        if self._note_shown is not None and message_id != GONE:
            with _survived(letter, "where its answer is shown was not noted"):
                await self._note_shown(letter, message_id)
        return message_id

    async def _make(self, letter: Letter, message_id: int) -> str:
        drafts = Drafts(partial(self._courier.draft, letter, message_id))
        async with asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(drafts.run())
            answer = await self._answer_or_apologise(letter, drafts.listen)
            drafts.end()
            await asyncio.wait({showing}, timeout=self._patience.draft_s)
            showing.cancel()
        return json.dumps(answer_to_json(answer))

    async def _answer_or_apologise(self, letter: Letter, on_draft: DraftListener) -> Answer:
        answer: Answer | None = None
        try:
            with _survived(letter, "no answer could be made"):
                async with self._making, asyncio.timeout(self._patience.answer_s):
                    answer = await self._answer(letter, on_draft)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            logger.exception("letter %s: the making of its answer was cancelled from within", letter.id)
        return answer or apology(letter)

    async def _compose(self, letter: Letter, record: str) -> list[str]:
        """The messages of an answer; recorded, for after an upgrade the courier may cut otherwise."""
        messages: list[str] = []
        with _survived(letter, "its answer could not be composed"):
            messages += self._courier.compose(letter, answer_from_json(json.loads(record)))
        return messages or self._compose_apology(letter)

    def _compose_apology(self, letter: Letter) -> list[str]:
        messages: list[str] = []
        with _survived(letter, "not even an apology could be composed"):
            messages += self._courier.compose(letter, apology(letter))
        return messages[:1]

    async def _write(self, letter: Letter, message_id: int, message: str) -> None:
        """Write one message; where the chat refuses it for good, an apology stands in its place."""
        try:
            await self._patiently(letter, partial(self._courier.write, letter, message_id, message))
        except (TransientError, OSError):
            logger.exception("letter %s: the answer could not be delivered in time; dropped", letter.id)
        except Exception:
            logger.exception("letter %s: a message of its answer was refused", letter.id)
            await self._write_apology(letter, message_id)

    async def _write_apology(self, letter: Letter, message_id: int) -> None:
        with _survived(letter, "the apology was refused as well; dropped"):
            for message in self._compose_apology(letter):
                await self._patiently(letter, partial(self._courier.write, letter, message_id, message))

    async def _patiently(self, letter: Letter, send: Callable[[], Awaitable[Sent]]) -> Sent:
        """What ``send`` returns, asked again while it fails in a way that may pass (see ``Patience``)."""
        for wait_s in self._patience.waits_s():
            try:
                return await send()
            except (TransientError, OSError) as exc:
                logger.warning(
                    "letter %s: the courier failed (%s); again in %.0f s", letter.id, type(exc).__name__, wait_s
                )
                await asyncio.sleep(wait_s)
        return await send()


@contextmanager
def _survived(letter: Letter, failure: str) -> Iterator[None]:
    """A step is the entry point of a delivery: whatever breaks in it is logged, and costs no other letter."""
    try:
        yield
    except Exception:
        logger.exception("letter %s: %s", letter.id, failure)


def apology(letter: Letter) -> Answer:
    """What the asker reads where no answer could be made or shown."""
    return Answer(
        status=Status.FAILED, text=phrases(letter.lang).failed, lang=letter.lang, standalone_question=letter.text
    )
