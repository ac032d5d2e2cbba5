"""A letter as a line of JSON and back: what the durable record of a question holds."""

import json
from dataclasses import asdict

from bot.conversation.model import ConversationKey, Reply
from bot.delivery.model import Letter


def letter_to_json(letter: Letter) -> str:
    """A letter as ASCII JSON, so that no database chokes on what people paste (NUL, half of a surrogate pair)."""
    return json.dumps(asdict(letter))


def letter_from_json(record: str) -> Letter:
    """The letter that ``letter_to_json`` wrote, by this or an earlier version."""
    fields = json.loads(record)
    reply = fields.get("reply")
    return Letter(
        **fields
        | {
            "conversation": ConversationKey(**fields["conversation"]),
            "reply": Reply(**reply) if reply is not None else None,
        }
    )
