"""A memory for those who bring the history themselves, or want none: the command line."""

from collections.abc import Sequence

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey


class NoHistory:
    """A ``History`` that remembers nothing."""

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """There will be nothing to forget."""
        del key, question_id

    async def recent(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[Turn]:
        """Nothing was said."""
        del key, limit, apart_from
        return ()

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        """Forget it at once."""
        del key, question_id, question, answer

    async def forget(self, key: ConversationKey) -> int:
        """There is nothing to forget."""
        del key
        return 0
