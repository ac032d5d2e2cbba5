"""Text with message entities: what Telegram shows, without any markup that text could break."""

import json
from dataclasses import asdict, dataclass, replace

from bot.channels.telegram.utf16 import unit_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A style or a link; ``offset`` and ``length`` in UTF-16 units. Kinds: https://core.telegram.org/bots/api#messageentity."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """Offset after the last unit."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class StyledText:
    """A text and its entities, ordered by where they begin, the longer first."""

    text: str
    entities: tuple[Entity, ...] = ()

    def to_json(self) -> str:
        """The same text always gives the same JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def rstrip(self) -> "StyledText":
        """As the method of ``str``."""
        text = self.text.rstrip()
        end = unit_count(text)
        clipped = (replace(e, length=min(e.end, end) - e.offset) for e in self.entities if e.offset < end)
        return StyledText(text=text, entities=tuple(clipped))

    @classmethod
    def from_json(cls, message: str) -> "StyledText":
        """What ``to_json`` was called on."""
        parsed = json.loads(message)
        return cls(text=parsed["text"], entities=tuple(Entity(**entity) for entity in parsed["entities"]))


class StyledWriter:
    """Builds a StyledText from its beginning to its end."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._entities: list[Entity] = []
        self._units = 0

    def write(self, text: str, *kinds: str, url: str | None = None) -> None:
        """Add ``text`` in the styles ``kinds``, linked to ``url`` where there is one."""
        length = unit_count(text)
        if length:
            self._entities += [Entity(kind=kind, offset=self._units, length=length) for kind in kinds]
            if url is not None:
                self._entities.append(Entity(kind="text_link", offset=self._units, length=length, url=url))
        self._texts.append(text)
        self._units += length

    def append(self, styled: StyledText) -> None:
        """Add a text that is styled already."""
        self._entities += [replace(entity, offset=entity.offset + self._units) for entity in styled.entities]
        self._texts.append(styled.text)
        self._units += unit_count(styled.text)

    def done(self) -> StyledText:
        """All that was written."""
        return StyledText(text="".join(self._texts), entities=in_order(self._entities))


def in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    """Entities by where they begin, the longer first; equal ones keep their order."""
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))
