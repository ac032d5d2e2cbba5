"""``yinju doctor``: checks what the operator set up; a line each: what, state, what to do."""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.cli.command import Command
from bot.errors import YinjuError
from bot.settings import Settings

State = Literal["ok", "off", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it stands, and what to do about it."""

    what: str
    state: State
    advice: str = ""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--live", action="store_true", help="only ask the running service whether it is well (for health checks)"
    )


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    checks: Sequence[tuple[str, Callable[[Settings], Awaitable[Finding]]]] = (
        ("corpus", _corpus),
        ("index", _index),
        ("model", _model),
        ("telegram", _telegram),
    )
    if args.live:
        checks = [("service", _service)]
    well = True
    for what, check in checks:
        try:
            finding = await check(settings)
        except YinjuError as exc:
            finding = Finding(what=what, state="bad", advice=str(exc))
        well = well and finding.state != "bad"
        print(f"{finding.what:9s} {finding.state:4s} {finding.advice}".rstrip(), flush=True)
    return 0 if well else 1


async def _service(settings: Settings) -> Finding:
    from bot.web.health import probe

    if probe(settings.web_address):
        return Finding(what="service", state="ok", advice=settings.web_address)
    advice = f"nobody answers well at {settings.web_address}: is `yinju serve` running, with the same WEB_ADDRESS?"
    return Finding(what="service", state="bad", advice=advice)


async def _corpus(settings: Settings) -> Finding:
    from bot.corpus.survey import survey

    found = survey(settings.corpus_dir)
    if not found.essay_count and not found.skipped:
        return Finding(what="corpus", state="bad", advice="no essays: put .md or .txt files into CORPUS_DIR")
    state: State = "ok" if all(skipped.kept for skipped in found.skipped) else "bad"
    remarks = (skipped.line for skipped in found.skipped)
    return Finding(what="corpus", state=state, advice="; ".join([f"{found.essay_count} essays", *remarks]))


async def _index(settings: Settings) -> Finding:
    from bot.bootstrap import load_index, open_embedder

    async with open_embedder(settings) as embedder:
        index = load_index(settings, embedder)
    return Finding(what="index", state="ok", advice=f"{len(index.passages)} passages")


async def _model(settings: Settings) -> Finding:
    from bot.answering.model import ChatMessage
    from bot.bootstrap import chat_models

    models = chat_models(settings)
    if not models:
        return Finding(what="model", state="off", advice="LLM_MODEL is not set: answers are quoted from the essays")
    async with models[0] as model:
        async for _ in model.stream([ChatMessage(role="user", content="Say OK.")], max_tokens=8):
            pass
    return Finding(what="model", state="ok", advice=str(settings.llm_model))


async def _telegram(settings: Settings) -> Finding:
    from bot.channels.telegram.channel import TelegramChannel

    if settings.telegram_bot_token is None:
        return Finding(what="telegram", state="off", advice="TELEGRAM_BOT_TOKEN is not set")
    channel = TelegramChannel(settings)
    try:
        await channel.connect()
        return Finding(what="telegram", state="ok", advice=f"@{channel.username}")
    finally:
        await channel.close()


COMMAND = Command(name="doctor", help="check the set-up", add_arguments=_arguments, run=_run)
