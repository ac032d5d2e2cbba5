"""What was said before: turns of conversations for follow-ups to hang on."""

from bot.answering.model import Turn

SAID = [
    Turn(role="user", content="离职那位说迪普希克很坏，坏在哪"),
    Turn(role="assistant", content="他说了两个坏。第一个是抬高了招人门槛[1]。"),
]
WITH_WHAT_WAS_SAID = "离职那位说迪普希克很坏，坏在哪 他说了两个坏。第一个是抬高了招人门槛。 第二个呢"
"""``第二个呢`` after ``SAID``, made a question of its own from the words alone."""


def turns(*asked: str) -> list[Turn]:
    """Questions, each answered with next to nothing."""
    return [turn for text in asked for turn in (Turn(role="user", content=text), Turn(role="assistant", content="嗯"))]
