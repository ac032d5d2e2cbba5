"""A follow-up rewritten by a model: what it is told of the conversation, and whether what it wrote may be used."""

import re
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from bot.answering.drafting import without_thoughts
from bot.answering.markers import without_markers
from bot.answering.model import ChatMessage, ChatModel, Turn
from bot.answering.prompt import quoted_material, shorten
from bot.answering.verification.folding import folded
from bot.answering.verification.names import read_words, unsupported_names
from bot.answering.verification.numbers import read_figures, unsupported_figures
from bot.conversation.dependence import what_is_said
from bot.corpus.language import ENGLISH, HAN, language_of
from bot.retrieval.opencc import simplified
from bot.retrieval.terms import terms

REWRITE_TOKENS = 120
MAX_REWRITTEN_CHARS = 400
MAX_TURN_CHARS = 400
MAX_OLD_TURN_CHARS = 120
NEW_TURNS = 4  # two questions and their answers
MAX_SAID_CHARS = 3_000
KNOWN_SHARE = 0.5  # of its terms stand in the question or before it
KNOWN_SHARE_ACROSS_LANGUAGES = 0.1  # what is filled in is translated then

_RULES = """\
Rewrite the last question of a conversation so that it can be understood without the conversation: \
replace pronouns and fill in what was left out. Keep its language and its wording otherwise. \
Never answer it. Write the question alone, on one line. If it can be understood as it is, repeat it."""
_MARKS = " \"'“”「」`*"
_LABEL = re.compile(
    r"\A(?:(?:这是|以下是)?(?:(?:改写|重写|完整|独立|最后|最终|新)(?:后|成)?的?){0,3}(?:问题|提问|问句|版本)(?:是|为)?"
    r"|(?:the )?(?:(?:stand-?alone|rewritten|rephrased|last|final|new) ){0,3}(?:question|query|version)(?: is)?"
    r")\W{0,3}[：:]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:\w+://|\bwww\.|\w\.[a-z]{2,}/|\]\()\S*", re.IGNORECASE)


async def rewrite(
    model: ChatModel, question: str, history: Sequence[Turn], *, returns_to: Sequence[Turn] = ()
) -> str | None:
    """``question`` as ``model`` writes it in the light of ``history`` (oldest first); None where that is of no use.

    One that says the same as ``question`` comes as well: the model takes it for complete. ``returns_to`` is the
    question, with its answer, that it comes back to. Raises what the model raises.
    """
    text = ""
    stream: Any = model.stream(_prompt(question, history, returns_to), max_tokens=REWRITE_TOKENS)
    async with aclosing(stream) as chunks:
        async for chunk in chunks:
            text += chunk.text
    # Small models like to repeat, to answer, to explain or to say nothing; none of these is a question of its own.
    lines = [_without_label(line) for line in without_thoughts(text).strip().splitlines()]
    said = [line for line in lines if line]
    return said[0] if len(said) == 1 and _may_be_meant(said[0], question, history) else None


def _without_label(line: str) -> str:
    """``line`` without what says that it is the question, and without marks around it."""
    return _LABEL.sub("", line.strip().strip(_MARKS)).strip(_MARKS)


def _prompt(question: str, history: Sequence[Turn], returns_to: Sequence[Turn]) -> list[ChatMessage]:
    parts = [f"<conversation>\n{_lines(history)}\n</conversation>"]
    if returns_to:
        parts.append(f"The last question comes back to this:\n{_lines(returns_to)}")
    parts.append(f"The last question:\n{_line(question, MAX_REWRITTEN_CHARS)}")
    return [ChatMessage(role="system", content=_RULES), ChatMessage(role="user", content="\n\n".join(parts))]


def _lines(turns: Sequence[Turn]) -> str:
    """``turns``, the older ones shorter, and the oldest of too many left out."""
    lines: list[str] = []
    for back, turn in enumerate(reversed(turns)):
        lines.append(f"{turn.role}: {_line(turn.content, MAX_TURN_CHARS if back < NEW_TURNS else MAX_OLD_TURN_CHARS)}")
        if sum(map(len, lines)) > MAX_SAID_CHARS:
            lines.pop()
            break
    return "\n".join(reversed(lines))


def _line(text: str, max_chars: int) -> str:
    return quoted_material(shorten(" ".join(text.split()), max_chars))


def _may_be_meant(said: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether ``said`` may be ``question`` with what was left out: a question in its language, and nothing invented."""
    if len(said) > MAX_REWRITTEN_CHARS:
        return False
    told = [_line(without_markers(turn.content), MAX_TURN_CHARS) for turn in history]
    known = "\n".join([question, *told])
    if terms(said) == terms(question):
        return True
    if any(terms(said) == terms(text) for text in told) or not _is_in_language_of(question, said, told):
        return False
    if any(address not in known for address in _ADDRESS.findall(said)):
        return False
    is_foreign = all(language_of(text) != language_of(said) for text in told)
    share = KNOWN_SHARE_ACROSS_LANGUAGES if is_foreign else KNOWN_SHARE
    return _known_share(said, known) >= share and not _invents(said, known, is_foreign=is_foreign)


def _is_in_language_of(question: str, said: str, told: Sequence[str]) -> bool:
    # A bare name (``H20?``) is in no language.
    if not HAN.search(question) and not ENGLISH.search(question):
        return language_of(said) in {language_of(question), *(language_of(text) for text in told)}
    return language_of(said) == language_of(question)


def _known_share(said: str, known: str) -> float:
    known = simplified(known)
    before = set(terms(known))
    content = terms(what_is_said(simplified(said)))
    found = sum(term in before or (HAN.fullmatch(term) is not None and term in known) for term in content)
    return found / len(content) if content else 0.0


def _invents(said: str, known: str, *, is_foreign: bool) -> bool:
    said, known = folded(said), folded(known)
    words = read_words(known)
    return any(unsupported_figures(read_figures(said), read_figures(known))) or any(
        unsupported_names(said, words, words, is_foreign=is_foreign)
    )
