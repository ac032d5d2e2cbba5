"""What a follow-up asks by itself, beside the subject that it hangs on, and what its asker has been shown."""

from collections.abc import Mapping
from dataclasses import dataclass

# Of the 59 follow-ups of the scripted conversations 38 had their answer among the quotes without these two, 45
# with them; half or twice as much of either moves that by three at most.
OWN_WEIGHT = 1.2
SHOWN_COST = 0.25
LETTERS_COMPARED = 60  # of a sentence; a long one is shown in part


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What sets the sentences of passages apart for a follow-up.

    ``own`` tells of each passage, by its id, how near its sentences are to the words of the follow-up alone; ``said``
    is what the bot said before, in ``letters``.
    """

    own: Mapping[str, tuple[float, ...]]
    said: str

    def lead(self, passage_id: str, place: int, shown: str) -> float:
        """What the sentence at ``place`` of a passage gains or loses beside others; ``shown`` as it is quoted.

        A sentence that was quoted before has to be clearly better than those that were not.
        """
        was_shown = letters(shown)[:LETTERS_COMPARED] in self.said
        return OWN_WEIGHT * self.own[passage_id][place] - SHOWN_COST * was_shown


def letters(text: str) -> str:
    """``text`` without blanks and marks, however these were set or escaped."""
    return "".join(char for char in text.casefold() if char.isalnum())
