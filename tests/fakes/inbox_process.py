"""A process that answers letters through an inbox in a folder.

``python -m tests.fakes.inbox_process FOLDER LETTER POINT``

It first finishes what it finds unfinished, then receives LETTER and kills itself at POINT (see ``FileCourier``,
and ``received``, ``answering``, ``answered`` of its own). With the point ``never`` it ends when all is answered.
"""

import asyncio
import sys
from pathlib import Path

from bot.answering.model import Answer, DraftListener, Status
from bot.conversation.model import ConversationKey
from bot.delivery.inbox import Inbox
from bot.delivery.model import Letter
from tests.fakes.courier import ChatLog, FileCourier, kill_at

PARTS = 3


def expected(letter_id: str) -> list[str]:
    """The messages that answer a letter."""
    return [f"{letter_id}, part {part}" for part in range(1, PARTS + 1)]


def letter(letter_id: str) -> Letter:
    """A letter, all of one conversation."""
    key = ConversationKey(channel="test", chat=1, topic=0, asker=1)
    return Letter(id=letter_id, conversation=key, message_id=1, text=f"question {letter_id}", lang="en")


async def answered(log: ChatLog, letter_id: str) -> None:
    """Wait until a letter has its answer."""
    while log.answers(letter_id) != expected(letter_id):
        await asyncio.sleep(0.02)


async def main(folder: Path, letter_id: str, point: str) -> None:
    """See above."""
    courier = FileCourier(folder / "chat.jsonl", hook=kill_at(point, letter_id))
    log = courier.log

    async def answer(letter: Letter, on_draft: DraftListener) -> Answer:
        log.append(kind="answer", letter=letter.id)
        on_draft("Well,")
        await asyncio.sleep(0.02)
        courier.reach("answering", letter.id)
        text = "\n\n".join(expected(letter.id))
        courier.reach("answered", letter.id)
        return Answer(status=Status.ANSWERED, text=text, lang="en")

    inbox = Inbox(f"sqlite:///{folder / 'inbox.db'}", answer, courier)
    await inbox.start()
    for event in log.events("received"):
        assert not await inbox.receive(letter(event["letter"])), "a redelivered letter was taken for a new one"
        await answered(log, event["letter"])
    assert await inbox.receive(letter(letter_id))
    log.append(kind="received", letter=letter_id)
    courier.reach("received", letter_id)
    await answered(log, letter_id)
    await inbox.close()


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]), timeout=60))
