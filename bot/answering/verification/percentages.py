"""Comparisons that are belied by the percentages they compare."""

import re
from collections.abc import Iterator

_COMPARED = re.compile(
    r"(?<![\d.])(\d{1,6}(?:\.\d{1,6})?) ?%"
    r"(?! (?:high|great|larg|bigg|more|low|small|less))"  # `10% higher than` tells the difference
    r"[^\d.。%]{0,30}?(?:(高于|超过|大于|多于|\b(?:(?:high|great|larg|bigg)er|more) than)"
    r"|低于|小于|少于|\b(?:(?:low|small)er|less) than)"
    r"[^,。%]{0,30}?(?<![A-Za-z\d.-])(\d{1,6}(?:\.\d{1,6})?) ?%",
    re.IGNORECASE,
)


def misjudged_percentages(said: str) -> Iterator[str]:
    """What of ``said`` (folded) can't be, whatever it rests on: `3.9%, higher than the 14.3%`."""
    for match in _COMPARED.finditer(said):
        one, other = float(match[1]), float(match[3])
        if one != other and (one > other) != bool(match[2]):
            yield match[0]
