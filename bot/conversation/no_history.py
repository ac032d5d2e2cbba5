"""A memory for those who bring the history themselves, or want none: the command line."""

from collections.abc import Sequence

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey


class NoHistory:
    """A ``History`` that remembers nothing."""

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        """There will be nothing to forget."""
        del key, question_id

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        """Nothing was said."""
        del key, limit, apart_from, until
        return ()

    async def asked(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[str]:
        """Nothing was asked."""
        del key, limit, apart_from
        return ()

    async def append(
        self, key: ConversationKey, *, question_id: str, question: str, answer: Answer, continues: str = ""
    ) -> None:
        """Forget it at once."""
        del key, question_id, question, answer, continues

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        """Nothing can be continued."""
        del key, question_id, message_id

    async def answered_in(self, key: ConversationKey, *, message_id: int) -> str | None:
        """No answer is known."""
        del key, message_id
        return None

    async def forget(self, key: ConversationKey) -> int:
        """There is nothing to forget."""
        del key
        return 0
