"""From an update to what is done about it: questions are stored, everything else is answered at once."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Update

from bot.channels.telegram.gate import Gate
from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.model import Callback, Command, Forget, Hint, HintKind, Ignored, Place, Question
from bot.channels.telegram.sender import ChatGone
from bot.delivery.model import Letter
from bot.errors import TransientError, YinjuError

_log = logging.getLogger(__name__)

_STORE_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_WAITING_A_CHAT = 5


class Dispatcher:
    """Hands a question to ``receive`` and returns when it is durable; the rest runs in ``tasks``.

    At most five commands, buttons and hints of a chat wait for an answer; further ones are dropped, for whoever sends
    that many looks for no answer, and each waits for the chat's flood limits.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        receive: Callable[[Letter], Awaitable[bool]],
        handlers: Handlers,
        tasks: asyncio.TaskGroup,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gate = gate
        self._receive = receive
        self._handlers = handlers
        self._tasks = tasks
        self._sleep = sleep
        self._waiting: Counter[Place] = Counter()

    async def handle(self, update: Update) -> None:
        """Do what ``update`` asks for."""
        match self._gate.read(update):
            case Question(letter=letter, album=album):
                if album:
                    self._handlers.asked_by_album(album)
                await self._store(letter)
            case Forget(letter=letter):
                await self._store(letter)
            case Command() as command:
                self._spawn(command.place, partial(self._handlers.command, command))
            case Callback() as callback:
                self._spawn(callback.place, partial(self._handlers.callback, callback))
            case Hint() as hint:
                self._spawn(hint.place, partial(self._handlers.hint, hint))
            case Ignored(reason=reason):
                _log.debug("update %d ignored: %s", update.update_id, reason)

    async def _store(self, letter: Letter) -> None:
        """Keep the question; where that fails for a minute, its asker is told."""
        for wait_s in _STORE_WAITS_S:
            try:
                is_new = await self._receive(letter)
            except (TransientError, OSError) as exc:
                _log.error("letter %s could not be stored (%s); trying again in %g s", letter.id, exc, wait_s)
                await self._sleep(wait_s)
            else:
                _log.info("letter %s: %s", letter.id, "received" if is_new else "known already")
                return
        _log.error("letter %s was given up; its asker is told", letter.id)
        self._apologise(letter)

    def _apologise(self, letter: Letter) -> None:
        place = Place(chat=letter.conversation.chat, topic=letter.conversation.topic)
        hint = Hint(kind=HintKind.NOT_STORED, place=place, message_id=letter.message_id, lang=letter.lang)
        self._spawn(place, partial(self._handlers.hint, hint))

    def _spawn(self, place: Place, work: Callable[[], Awaitable[None]]) -> None:
        if self._waiting[place] >= _WAITING_A_CHAT:
            _log.info("chat %d has %d commands waiting; one more was dropped", place.chat, _WAITING_A_CHAT)
            return
        self._waiting[place] += 1
        self._tasks.create_task(self._finish(place, work))

    async def _finish(self, place: Place, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except ChatGone as exc:
            _log.info("chat %d cannot be written to: %s", place.chat, exc)
        except YinjuError as exc:
            _log.warning("chat %d got no answer to a command: %s", place.chat, exc)
        except Exception:  # noqa: BLE001 (the entry point of commands: one must not end the channel)
            _log.exception("a command failed in chat %d", place.chat)
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place]
