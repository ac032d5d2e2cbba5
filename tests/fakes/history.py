"""A History that lives as long as the process."""

from collections.abc import Sequence

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey


class MemoryHistory:
    """Keeps exchanges in a dict; passes the same contract suite as the real one."""

    def __init__(self) -> None:
        self._exchanges: dict[str, tuple[ConversationKey, Turn, Turn]] = {}
        self._under_way: dict[str, ConversationKey] = {}
        self._forgotten: set[str] = set()

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        self._under_way[question_id] = key

    async def recent(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[Turn]:
        said = [pair for said_in, (owner, *pair) in self._exchanges.items() if owner == key and said_in != apart_from]
        turns = [turn for pair in said for turn in pair]
        return tuple(turns[-limit:]) if limit > 0 else ()

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        if question_id in self._forgotten:
            return
        self._under_way.pop(question_id, None)
        said = Turn(role="user", content=question), Turn(role="assistant", content=answer.text)
        self._exchanges.setdefault(question_id, (key, *said))

    async def forget(self, key: ConversationKey) -> int:
        self._forgotten |= {question_id for question_id, owner in self._under_way.items() if owner == key}
        gone = [question_id for question_id, (owner, *_) in self._exchanges.items() if owner == key]
        for question_id in gone:
            del self._exchanges[question_id]
        return 2 * len(gone)
