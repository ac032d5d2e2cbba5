"""A History that lives as long as the process."""

from collections.abc import Sequence

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey, Thread


class MemoryHistory:
    """Keeps exchanges in a dict; passes the same contract suite as the real one."""

    def __init__(self) -> None:
        self._exchanges: dict[str, tuple[ConversationKey, Turn, Turn]] = {}
        self._under_way: dict[str, ConversationKey] = {}
        self._forgotten: set[str] = set()
        self._shown: dict[tuple[str, int, int], tuple[ConversationKey, str]] = {}

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        self._under_way[question_id] = key

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        known = list(self._exchanges)
        meant = known[: known.index(until) + 1] if until else known
        said = [
            pair
            for said_in, (owner, *pair) in self._exchanges.items()
            if owner == key and said_in != apart_from and said_in in meant
        ]
        turns = [turn for pair in said for turn in pair]
        return tuple(turns[-limit:]) if limit > 0 else ()

    async def append(self, key: ConversationKey, *, question_id: str, question: str, answer: Answer) -> None:
        if question_id in self._forgotten:
            return
        self._under_way.pop(question_id, None)
        said = Turn(role="user", content=question), Turn(role="assistant", content=answer.text)
        self._exchanges.setdefault(question_id, (key, *said))

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        self._shown[key.channel, key.chat, message_id] = (key, question_id)

    async def thread_of(self, key: ConversationKey, *, message_id: int) -> Thread | None:
        _, question_id = self._shown.get((key.channel, key.chat, message_id), (key, ""))
        if question_id not in self._exchanges:
            return None
        return Thread(key=self._exchanges[question_id][0], question_id=question_id)

    async def forget(self, key: ConversationKey) -> int:
        self._forgotten |= {question_id for question_id, owner in self._under_way.items() if owner == key}
        put = {question_id for owner, question_id in self._shown.values() if owner == key}
        gone = [said_in for said_in, (owner, *_) in self._exchanges.items() if owner == key or said_in in put]
        self._shown = {place: noted for place, noted in self._shown.items() if noted[0] != key}
        for question_id in gone:
            del self._exchanges[question_id]
        return 2 * len(gone)
