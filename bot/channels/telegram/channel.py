"""The Telegram channel: connected first, for others need the bot's name; then run."""

import asyncio
import logging
import time
from collections.abc import Sequence

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.answering.asker_language import AskerLanguage
from bot.answering.links import Linker
from bot.channels.phrases import channel_phrases
from bot.channels.telegram.api import make_bot
from bot.channels.telegram.courier import TelegramCourier
from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.flood import Pace, Pacer
from bot.channels.telegram.gate import Gate
from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.typing_sign import TypingSign
from bot.conversation.conversations import Conversations
from bot.delivery.inbox import Inbox
from bot.errors import OperatorError, SettingsError
from bot.retrieval.index import Index
from bot.settings import Settings

_log = logging.getLogger(__name__)

_CONNECT_WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# These write the token (in URLs) or what people said, at INFO or DEBUG.
_TALKATIVE = ("telegram", "httpx", "httpcore", "aiohttp")


class TelegramChannel:
    """``connect``, then ``courier``, ``username`` and ``bot_id`` are there; then ``run``; then ``close``."""

    def __init__(self, settings: Settings, *, pace: Pace | None = None, poll_timeout_s: int = 30) -> None:
        """Raises SettingsError where there is no token, or one that cannot be one."""
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._settings = settings
        self._bot = make_bot(_token(settings), settings.telegram_api_url)
        self._sender = Sender(self._bot, Pacer(pace))
        self._sign = TypingSign(self._sender.show_typing)
        self._poller: Poller | None = None
        self._poll_timeout_s = poll_timeout_s
        self.courier = TelegramCourier(self._sender, self._sign)

    @property
    def username(self) -> str:
        """The bot's name, without ``@``; known once connected."""
        return self._bot.username

    @property
    def bot_id(self) -> int:
        """The bot's id; known once connected."""
        return self._bot.id

    async def connect(self, *, waits_s: Sequence[float] = _CONNECT_WAITS_S) -> None:
        """Ask Telegram who the bot is; while it cannot be reached, again after each wait. Raises OperatorError."""
        for wait_s in (*waits_s, None):
            try:
                await self._bot.initialize()
            except InvalidToken:  # PTB puts the token into its message
                raise OperatorError("Telegram refuses TELEGRAM_BOT_TOKEN; @BotFather gives a new one") from None
            except TelegramError as exc:
                if wait_s is None:
                    raise OperatorError(
                        "Telegram cannot be reached; check the network, HTTPS_PROXY and TELEGRAM_API_URL"
                    ) from exc
                _log.warning("Telegram cannot be reached (%s); trying again in %g s", type(exc).__name__, wait_s)
                await asyncio.sleep(wait_s)
            else:
                _log.info("connected to Telegram as @%s", self.username)
                return

    async def close(self) -> None:
        """Close the connections; calling it again is no error."""
        await self._bot.shutdown()

    def is_alive(self) -> bool:
        """Whether Telegram answered the poller within the time that two polls may take."""
        if self._poller is None or self._poller.last_success is None:
            return False
        return time.monotonic() - self._poller.last_success < 2 * self._poll_timeout_s + 30

    async def run(self, *, inbox: Inbox, conversations: Conversations, index: Index, linker: Linker) -> None:
        """Receive until cancelled. Raises OperatorError where Telegram takes the token back."""
        handlers = Handlers(sender=self._sender, conversations=conversations, index=index, linker=linker)
        gate = Gate(bot_id=self.bot_id, username=self.username, allowed_chats=self._settings.telegram_allowed_chat_ids)
        inbox.attend(handlers.forget)
        await self._introduce()
        try:
            async with asyncio.TaskGroup() as tasks:
                dispatcher = Dispatcher(gate=gate, receive=inbox.receive, handlers=handlers, tasks=tasks)
                self._poller = Poller(self._bot, dispatcher.handle, timeout_s=self._poll_timeout_s)
                tasks.create_task(self._sign.run())
                tasks.create_task(self._poller.run())
        except BaseExceptionGroup as group:
            raise _first(group) from None

    async def _introduce(self) -> None:
        """Have updates come by polling, and the commands in the menu; a failure is no reason not to answer."""
        try:
            await self._bot.delete_webhook()
            await self._bot.set_my_commands(_menu("en"))
            await self._bot.set_my_commands(_menu("zh"), language_code="zh")
        except TelegramError as exc:
            _log.warning("the commands could not be registered with Telegram: %s", type(exc).__name__)


def _menu(lang: AskerLanguage) -> list[BotCommand]:
    said = channel_phrases(lang)
    return [
        BotCommand("ask", said.command_ask),
        BotCommand("deep", said.command_deep),
        BotCommand("essays", said.command_essays),
        BotCommand("new", said.command_new),
        BotCommand("help", said.command_help),
        BotCommand("start", said.command_start),
    ]


def _token(settings: Settings) -> str:
    if settings.telegram_bot_token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set; @BotFather gives one")
    token = settings.telegram_bot_token.get_secret_value()
    if not token or any(char in "/?#%" or char.isspace() or not char.isascii() for char in token):
        raise SettingsError("TELEGRAM_BOT_TOKEN is no token; @BotFather gives one")
    return token


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one exception that ended the tasks, or the group where there are more."""
    if len(group.exceptions) > 1:
        return group
    only = group.exceptions[0]
    return _first(only) if isinstance(only, BaseExceptionGroup) else only
