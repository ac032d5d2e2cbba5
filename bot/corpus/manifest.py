"""``corpus.toml``: what the files lack (titles, authors, dates, addresses) and how an archive splits."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from bot.corpus.files import read_regular
from bot.corpus.metadata import Metadata, date_of
from bot.errors import CorpusError

MANIFEST_NAME = "corpus.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An essay of an archive, found by the line that reads its title (``line``, where that differs)."""

    title: str
    line: str
    same_as: str | None = None
    nicknames: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """What the manifest says about one file. At most one way of splitting is set."""

    metadata: Metadata = field(default_factory=Metadata)
    nicknames: tuple[str, ...] = ()
    same_as: str | None = None
    split_at: re.Pattern[str] | None = None
    split_after: re.Pattern[str] | None = None
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Plans by file name, relative to the corpus folder."""

    files: Mapping[str, FilePlan] = field(default_factory=dict)

    def plan(self, file: str) -> FilePlan:
        """The plan of a file; an empty one where the manifest is silent."""
        return self.files.get(file, FilePlan())


def read_manifest(root: Path) -> Manifest:
    """The manifest of a corpus folder; an empty one where there is none.

    Raises CorpusError with the place and the fault where it cannot be used.
    """
    path = root / MANIFEST_NAME
    try:
        content = read_regular(path).decode("utf-8").removeprefix("\ufeff")
    except FileNotFoundError:
        return Manifest()
    except OSError as exc:
        raise CorpusError(f"{MANIFEST_NAME} cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        raise CorpusError(f"{MANIFEST_NAME} is not UTF-8 (byte {exc.start})") from exc
    try:
        table = _Table(tomllib.loads(content), place="")
    except ValueError as exc:  # numbers of thousands of digits are one, too
        raise CorpusError(f"{MANIFEST_NAME} is not valid TOML: {exc}") from exc
    except RecursionError as exc:
        raise CorpusError(f"{MANIFEST_NAME} is nested too deeply") from exc
    files = table.table("files")
    table.finish()
    return Manifest(files={name: _file_plan(files.table(name)) for name in files.names})


class _Table:
    """A table of the manifest that knows its place, so that every fault can say where it is."""

    def __init__(self, content: dict[str, object], *, place: str) -> None:
        self._content = content
        self._place = place
        self._known: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._content)

    def fault(self, name: str, what: str) -> CorpusError:
        place = f"{self._place}.{name}" if self._place else name
        return CorpusError(f"{MANIFEST_NAME}: {place}: {what}")

    def table(self, name: str) -> "_Table":
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise self.fault(name, "must be a table")
        label = name if re.fullmatch(r"[\w-]+", name) else f'"{name}"'
        return _Table(value, place=f"{self._place}.{label}" if self._place else label)

    def tables(self, name: str) -> list["_Table"]:
        values = self._take(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.fault(name, "must be a list of tables")
        place = f"{self._place}.{name}"
        return [_Table(cast("dict[str, object]", value), place=f"{place}[{n}]") for n, value in enumerate(values, 1)]

    def text(self, name: str) -> str | None:
        value = self._take(name, None)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.fault(name, "must be a text, not empty")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._take(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.fault(name, "must be a list of texts")
        return tuple(cast("list[str]", values))

    def date(self, name: str) -> str | None:
        value = self._take(name, None)
        if isinstance(value, date):
            return value.isoformat()[:10]
        found = date_of(value) if isinstance(value, str) else None
        if value is not None and found is None:
            raise self.fault(name, "must be a date such as 2025-01-28")
        return found

    def lang(self, name: str) -> str | None:
        value = self.text(name)
        if value not in (None, "zh", "en"):
            raise self.fault(name, 'must be "zh" or "en"')
        return value

    def url(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not re.match(r"https?://[^\s/]+", value):
            raise self.fault(name, "must be an address that begins with http:// or https://")
        return value

    def pattern(self, name: str) -> re.Pattern[str] | None:
        value = self.text(name)
        try:
            return None if value is None else re.compile(value)
        except (re.error, OverflowError, RecursionError) as exc:
            raise self.fault(name, f"is not a regular expression: {exc}") from exc

    def finish(self) -> None:
        """Raise CorpusError where the table holds a name that nobody asked for."""
        for name in self._content:
            if name not in self._known:
                raise self.fault(name, f"is not known here (known: {', '.join(sorted(self._known))})")

    def _take(self, name: str, default: object) -> object:
        self._known.add(name)
        return self._content.get(name, default)


def _file_plan(table: _Table) -> FilePlan:
    plan = FilePlan(
        metadata=_metadata(table),
        nicknames=table.texts("nicknames"),
        same_as=table.text("same_as"),
        split_at=table.pattern("split_at"),
        split_after=table.pattern("split_after"),
        posts=tuple(_post(post) for post in table.tables("posts")),
    )
    table.finish()
    if sum(map(bool, (plan.split_at, plan.split_after, plan.posts))) > 1:
        raise table.fault("split_at", "split_at, split_after and posts exclude each other")
    return plan


def _post(table: _Table) -> Post:
    metadata = _metadata(table)
    if metadata.title is None:
        raise table.fault("title", "is missing")
    post = Post(
        title=metadata.title,
        line=table.text("line") or metadata.title,
        same_as=table.text("same_as"),
        nicknames=table.texts("nicknames"),
        metadata=metadata,
    )
    table.finish()
    return post


def _metadata(table: _Table) -> Metadata:
    return Metadata(
        title=table.text("title"),
        author=table.text("author"),
        date=table.date("date"),
        url=table.url("url"),
        description=table.text("description"),
        tags=table.texts("tags"),
        lang=table.lang("lang"),
    )
