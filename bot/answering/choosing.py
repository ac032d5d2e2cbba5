"""Which of several drafts of an answer is given: the one of whose content most stands on the passages."""

from collections.abc import Awaitable, Callable, Sequence

from bot.answering.verification.verify import Verified
from bot.answering.writing import Written
from bot.retrieval.terms import terms

Verify = Callable[[Written], Awaitable[Verified]]


async def best_draft(drafts: Sequence[Written], verify: Verify) -> Written:
    """The draft to give; the first of several that are as good. At least one is needed.

    Where half of them or more say that the passages do not answer, that is what is given. Else it is a draft of which
    nothing fails its checks, and of several the one with the most different words in sentences that hold; where every
    one fails in something, the most of these.
    """
    if len(drafts) == 1:
        return drafts[0]
    verdicts = [draft for draft in drafts if draft.completion.insufficient]
    if len(verdicts) * 2 >= len(drafts):
        return verdicts[0]
    answers = [draft for draft in drafts if not draft.completion.insufficient]
    worths = [_worth(await verify(answer)) for answer in answers]
    return answers[worths.index(max(worths))]


def _worth(verified: Verified) -> tuple[bool, int]:
    words = {term for sentence in verified.supported for term in terms(sentence)}
    return verified.tally.dropped == 0 and bool(words), len(words)
