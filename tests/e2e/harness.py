"""The bot as its users run it: a process of its own, between a fake Telegram and, if wanted, a fake model."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.answering.asker_language import AskerLanguage
from bot.answering.phrases import phrases
from bot.channels.phrases import channel_phrases
from tests.fakes.bot_api import FakeBotApi, FakeChat, FakeMessage, Limits
from tests.fakes.bot_api.people import Said
from tests.fakes.openai_server import FakeOpenAI

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
LANGUAGES: tuple[AskerLanguage, ...] = ("zh", "zh-Hant", "en")
READY_S = 60.0
ANSWER_S = 30.0
QUIET_S = 1.2  # how long a bot is watched that should say nothing
CAT = "谁的小猫叫伽罗瓦？"


def ingest(data_dir: Path, empty_dir: Path) -> None:
    """Make an index of the essays; their vectors come from the cache beside them."""
    subprocess.run(
        [sys.executable, "-m", "bot", "ingest", "--json"],
        env=_environment(data_dir=data_dir),
        cwd=empty_dir,
        check=True,
        capture_output=True,
        timeout=150,
    )


def _environment(*, data_dir: Path, **more: str) -> dict[str, str]:
    own = {"DATA_DIR": str(data_dir), "CORPUS_DIR": str(SEEDS), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    return {**os.environ, **own, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True, kw_only=True)
class BotProcess:
    """``yinju serve`` in an empty folder. It can be stopped, killed, and started again over the same data."""

    server: FakeBotApi
    folder: Path
    environment: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    _exit_codes: list[int] = field(default_factory=list)

    @property
    def log_file(self) -> Path:
        return self.folder / "bot.log"

    @property
    def log(self) -> str:
        """Everything that it wrote to stdout and stderr, over all starts."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it asks for updates."""
        begun = time.monotonic()
        self.starts += 1
        with self.log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "serve",
                env=self.environment,
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if ready:
            await self.server.wait_for(
                lambda: self._fell() or any(call.at > begun for call in self.server.calls_of("getUpdates")),
                timeout=READY_S,
                what="the first getUpdates",
            )
            assert not self._fell(), f"the bot ended before it was ready:\n{self.log[-3000:]}"

    def _fell(self) -> bool:
        return self.process is not None and self.process.returncode is not None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def kill(self) -> None:
        """Kill it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
        try:
            async with asyncio.timeout(20):
                return await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"the bot did not end on {number.name}:\n{self.log[-3000:]}") from None


@dataclass(slots=True, kw_only=True)
class Stage:
    """A bot with all that it talks to."""

    server: FakeBotApi
    bot: BotProcess
    model: FakeOpenAI | None = None

    async def cut_power(self) -> None:
        """Kill the bot; calls that were held die with it, as if the server never saw or never answered them."""
        await self.bot.kill()
        await asyncio.sleep(0.3)  # until the server has noticed
        self.server.faults.clear()

    async def answered(self, said: Said, *, timeout: float = ANSWER_S) -> list[FakeMessage]:
        """Wait for the finished answer to a message: the bot's reply, and the messages in which it continues."""

        def finished() -> list[FakeMessage] | None:
            assert self.bot.is_running, f"the bot ended:\n{self.bot.log[-3000:]}"
            sent = self.answer_so_far(said)
            return sent if is_finished(sent) else None

        found = await self.server.wait_for(finished, timeout=timeout, what=f"an answer to {said.message.text!r}")
        assert found is not None
        return found

    def answer_so_far(self, said: Said) -> list[FakeMessage]:
        """Find the bot's replies to a message, each with the messages right after it that reply to nothing."""
        found: list[FakeMessage] = []
        answering = False
        for message in self.server.from_bot(said.message.chat):
            answering = message.reply_to is said.message or (answering and message.reply_to is None)
            if answering:
                found.append(message)
        return found

    async def answer(self, said: Said, *, timeout: float = ANSWER_S) -> FakeMessage:
        """Wait for the finished answer to a message, which must be one message."""
        replies = await self.answered(said, timeout=timeout)
        assert len(replies) == 1, self.server.transcript(said.message.chat)
        return replies[0]

    async def standing(self, chat: FakeChat, *, count: int = 1, timeout: float = 15) -> list[FakeMessage]:
        """Wait until the bot has so many messages standing in the chat."""
        return await self.server.wait_for(
            lambda: found if len(found := self.server.from_bot(chat)) >= count else None,
            timeout=timeout,
            what=f"message {count} of the bot",
        )

    async def settled(self) -> None:
        """Wait until the bot has taken every update and had time to act on it."""
        await self.server.wait_for(lambda: not self.server.updates.waiting, timeout=15, what="all updates confirmed")
        await asyncio.sleep(QUIET_S)


def is_placeholder(message: FakeMessage) -> bool:
    """Whether a message still says only that the bot is looking."""
    return message.text in {channel_phrases(lang).placeholder for lang in LANGUAGES}


def is_finished(messages: Sequence[FakeMessage]) -> bool:
    """Whether an answer stands whole: with its sources, or with words that there are none."""
    if not messages or any(is_placeholder(message) or message.text == "…" for message in messages):
        return False
    headings = {channel_phrases(lang).sources for lang in LANGUAGES}
    if any(headings & set(message.stretches("bold")) for message in messages):
        return True
    return any(said in messages[-1].text for said in _endings())


def quotes(message: FakeMessage) -> list[str]:
    """Read the quotations that can be unfolded under an answer."""
    return message.stretches("expandable_blockquote")


def _endings() -> list[str]:
    """Tell what an answer without sources says."""
    spoken = [phrases(lang) for lang in LANGUAGES]
    return [text for said in spoken for text in (said.declined, said.declined_empty, said.failed, said.not_a_question)]


@asynccontextmanager
async def staged(
    ingested: Path,
    folder: Path,
    *,
    model: FakeOpenAI | None = None,
    limits: Limits | None = None,
    settings: Sequence[tuple[str, str]] = (),
    start: bool = True,
) -> AsyncIterator[Stage]:
    """Put a bot on stage, over a copy of the prepared data; everything is taken down at the end."""
    data_dir, empty_dir = folder / "data", folder / "run"
    shutil.copytree(ingested, data_dir)
    empty_dir.mkdir()
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(FakeBotApi(limits=limits))
        more = {
            "TELEGRAM_API_URL": server.url,
            "TELEGRAM_BOT_TOKEN": server.token,
            "WEB_ADDRESS": f"127.0.0.1:{free_port()}",
            **dict(settings),
        }
        if model is not None:
            await stack.enter_async_context(model)
            more |= {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-test", "LLM_MODEL": model.model}
        bot = BotProcess(server=server, folder=empty_dir, environment=_environment(data_dir=data_dir, **more))
        if start:
            await bot.start()
        try:
            yield Stage(server=server, bot=bot, model=model)
        finally:
            if bot.is_running:
                await bot.kill()


MARKS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"


def paragraphs(count: int, *, chars: int) -> list[str]:
    """Paragraphs of some ``chars`` characters that can be told apart; each says, and cites, what the cat is called."""
    said = "我家小猫的名字叫伽罗瓦，"
    return [f"{mark}段：{said * (chars // len(said))}以纪念我最喜欢的数学家。[1]" for mark in MARKS[:count]]
