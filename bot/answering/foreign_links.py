"""Links of an answer lead to its essays and nowhere else: of others the words stay, and the address is code."""

import re
from collections.abc import Iterable, Iterator

from bot.answering.markers import MARKER, outside_code
from bot.answering.plain import escaped
from bot.answering.sources import Source

_LINK = re.compile(
    r"!?\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]"
    r"\(\s{0,3}<?(?P<address>(?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s{1,3}(?:\"[^\"\n]*\"|'[^'\n]*'))?\s{0,3}\)"
)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*<?(?P<address>\S+?)>?(?:[ \t][^\n]*)?(?:\n|\Z)", re.MULTILINE)
# Messengers make links of these by themselves, but for those in code.
_BARE = re.compile(r"<?(?P<address>(?:https?://|tg://|\bwww\.|\bt\.me/)[^\s<>\[\]\"'`，。；：！？、（）《》「」]+)>?")
_MAX_NESTED = 3  # links, one in the words of another
_AFTER_ADDRESS = ".,;:!?)*_"


def without_foreign_links(text: str, known: str = "") -> str:
    """``text`` without addresses that don't stand in ``known``: links become their words, bare ones become code.

    Code stays as it is.
    """
    return outside_code(outside_code(text, lambda prose: _unlinked(prose, known)), lambda prose: _inert(prose, known))


def addresses_in(sources: Iterable[Source]) -> str:
    """The addresses that an answer from ``sources`` may link to: the essays' own, not those that stand in them."""
    return "\n".join(source.passage.essay.url or "" for source in sources)


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in ``text`` of which messengers make links: starts and ends, in order."""
    for match in _BARE.finditer(text):
        yield match.start("address"), match.start("address") + len(match["address"].rstrip(_AFTER_ADDRESS))


def escaped_unlinked(text: str) -> str:
    """Plain ``text`` as Markdown that shows just it and links to nothing: its addresses are code."""
    shown, at = "", 0
    for start, end in bare_addresses(text):
        shown += f"{escaped(text[at:start])}`{text[start:end]}`"
        at = end
    return shown + escaped(text[at:])


def _unlinked(prose: str, known: str) -> str:
    def kept(match: re.Match[str]) -> str:
        if _stands_in(known, match["address"]):
            return match[0]
        marker = f"[{match['words']}]"
        return marker if MARKER.fullmatch(marker) else match["words"]

    prose = _DEFINITION.sub(lambda m: m[0] if _stands_in(known, m["address"]) else "", prose)
    for _ in range(_MAX_NESTED):
        prose = _LINK.sub(kept, prose)
    return prose


def _inert(prose: str, known: str) -> str:
    def kept(match: re.Match[str]) -> str:
        address = match["address"].rstrip(_AFTER_ADDRESS)
        if _stands_in(known, address):
            return match[0]
        return f"`{address}`{match['address'][len(address) :]}"

    return _BARE.sub(kept, prose)


def _stands_in(known: str, address: str) -> bool:
    bare = address.rstrip(f"/{_AFTER_ADDRESS}")
    if not bare.startswith(("http://", "https://")):
        return False
    # ``https://a`` does not stand in ``https://a.org``.
    return re.search(rf"{re.escape(bare)}(?![\w.-]*\w)", known) is not None
