"""A History that lives as long as the process."""

from collections.abc import Sequence

from bot.answering.model import Answer, Turn
from bot.conversation.model import ConversationKey


class MemoryHistory:
    """Keeps exchanges in a dict; passes the same contract suite as the real one."""

    def __init__(self) -> None:
        self._exchanges: dict[str, tuple[ConversationKey, Turn, Turn]] = {}
        self._continued: dict[str, str] = {}
        self._under_way: dict[str, ConversationKey] = {}
        self._forgotten: set[str] = set()
        self._shown: dict[tuple[str, int, int], tuple[ConversationKey, str]] = {}

    async def begin(self, key: ConversationKey, *, question_id: str) -> None:
        self._under_way[question_id] = key

    async def recent(
        self, key: ConversationKey, *, limit: int, apart_from: str = "", until: str = ""
    ) -> Sequence[Turn]:
        turns: list[Turn] = []
        place = until or self._newest(key, apart_from)
        while place in self._exchanges and place != apart_from:
            owner, *said = self._exchanges[place]
            turns = [*said, *turns]
            place = self._continued.get(place) or self._newest(owner, apart_from, before=place)
        return tuple(turns[-limit:]) if limit > 0 else ()

    def _newest(self, key: ConversationKey, apart_from: str, before: str = "") -> str:
        known = list(self._exchanges)
        known = known[: known.index(before)] if before else known
        own = [place for place in known if self._exchanges[place][0] == key and place != apart_from]
        return own[-1] if own else ""

    async def asked(self, key: ConversationKey, *, limit: int, apart_from: str = "") -> Sequence[str]:
        own = [
            question.content
            for place, (owner, question, _) in self._exchanges.items()
            if owner == key and place != apart_from
        ]
        return tuple(own[-limit:]) if limit > 0 else ()

    async def append(
        self, key: ConversationKey, *, question_id: str, question: str, answer: Answer, continues: str = ""
    ) -> None:
        if question_id in self._forgotten:
            return
        self._under_way.pop(question_id, None)
        said = Turn(role="user", content=question), Turn(role="assistant", content=answer.text)
        if question_id not in self._exchanges:
            self._exchanges[question_id] = (key, *said)
            self._continued[question_id] = continues

    async def note_shown(self, key: ConversationKey, *, question_id: str, message_id: int) -> None:
        self._shown[key.channel, key.chat, message_id] = (key, question_id)

    async def answered_in(self, key: ConversationKey, *, message_id: int) -> str | None:
        _, question_id = self._shown.get((key.channel, key.chat, message_id), (key, ""))
        return question_id if question_id in self._exchanges else None

    async def forget(self, key: ConversationKey) -> int:
        self._forgotten |= {question_id for question_id, owner in self._under_way.items() if owner == key}
        gone = [said_in for said_in, (owner, *_) in self._exchanges.items() if owner == key]
        self._shown = {place: noted for place, noted in self._shown.items() if noted[0] != key}
        for question_id in gone:
            del self._exchanges[question_id]
        return 2 * len(gone)
