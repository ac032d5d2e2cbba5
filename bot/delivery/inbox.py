"""The inbox: every question received is kept until it is answered, through crashes and restarts."""

from bot.conversation.model import ConversationKey
from bot.delivery.dbos_workflow import DbosWorkflow
from bot.delivery.deliver import AnswerLetter, Delivery, ForgetConversation, NoteShown, Patience
from bot.delivery.model import Courier, Letter, Steps
from bot.delivery.serial import letter_from_json, letter_to_json


class Inbox:
    """Takes letters in and answers each once; one at a time of each conversation, in the order received.

    ``database_url`` is that of a SQLite file (created if absent) of which this process is the only
    user. ``answer`` makes an answer and may raise: the asker then reads an apology.
    ``note_shown`` is told the id of each message opened for an answer, before that is there. At most
    one inbox is open in a process at a time.
    """

    def __init__(
        self,
        database_url: str,
        answer: AnswerLetter,
        courier: Courier,
        *,
        patience: Patience | None = None,
        note_shown: NoteShown | None = None,
    ) -> None:
        patience = patience or Patience()
        self._delivery = Delivery(answer, courier, patience=patience, note_shown=note_shown)
        self._workflow = DbosWorkflow(database_url, run=self._deliver, stranded_s=patience.stranded_s)

    def attend(self, forget: ForgetConversation) -> None:
        """Say what is done about letters that ask to forget; until then they, and their lines, wait.

        ``forget`` forgets the conversation and tells its asker. It may run twice after a crash.
        """
        self._delivery.attend(forget)

    async def start(self) -> None:
        """Open the record and resume what was unfinished; ``answer`` and the courier must be ready.

        Raises OperatorError where the database cannot be used or another process uses it.
        """
        await self._workflow.start()

    async def receive(self, letter: Letter) -> bool:
        """Keep a letter, to be answered soon; it is durable once this returned.

        Returns False, and does nothing, where a letter of the same id was received before (in the last
        thirty days at least). Raises TransientError where the database cannot be written now: the
        letter was not received.
        """
        return await self._workflow.enqueue(letter.id, line=_line(letter.conversation), payload=letter_to_json(letter))

    async def close(self) -> None:
        """Stop within a few seconds; what is unfinished is resumed by the next ``start``. Repeating it is no error."""
        await self._workflow.close()

    async def _deliver(self, payload: str, steps: Steps) -> None:
        await self._delivery.deliver(letter_from_json(payload), steps)


def _line(key: ConversationKey) -> str:
    """The waiting line of a conversation: of those who stand in one line, one at a time is served."""
    return f"{key.channel}:{key.chat}:{key.topic}:{key.asker}"
