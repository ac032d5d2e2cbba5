"""What a file says about itself: YAML front matter, and blocks such as ``> **作者**: Dio-晶``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone

import yaml

from bot.corpus.blocks import Line
from bot.corpus.markup import UNSEEN, VISIBLE

OPENING = re.compile(rf"[{UNSEEN}]?---[ \t]*(?:\r\n|\n|\r)")
CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
SIMPLE_LINE = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
LABELLED = re.compile(r"\s*\*\*(?P<label>[^*:：]{1,20})[:：]?\*\*\s*[:：]?\s*(?P<value>.*)$")
DATE = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})")
TIMESTAMP = re.compile(r"\d{9,10}(?:\d{3})?$")
WHOLE_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?")
ADDRESS_IN_TEXT = re.compile(
    r"https?://(?:\([^\s()<>\]\"]*\)|[^\s()<>\]\"])+"
)  # a bracket that it opened is part of it

EXPORT_ZONE = timezone(timedelta(hours=8))  # the sites that write bare timestamps keep the time of China

FIELD_OF_LABEL = {
    "title": "title", "标题": "title", "题目": "title",
    "author": "author", "authors": "author", "作者": "author",
    "date": "date", "published": "date", "time": "date", "时间": "date", "日期": "date", "发布时间": "date",
    "url": "url", "link": "url", "source": "url", "canonical_url": "url", "原文": "url", "链接": "url", "来源": "url",
    "description": "description", "summary": "description", "摘要": "description", "简介": "description",
    "tags": "tags", "keywords": "tags", "标签": "tags",
    "votes": "votes", "赞同": "votes", "点赞": "votes",
    "lang": "lang", "language": "lang", "语言": "lang",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Facts about an essay, each None where the file does not state it."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    votes: int | None = None
    lang: str | None = None

    def over(self, other: "Metadata") -> "Metadata":
        """These facts, and the other's where these are silent."""
        return Metadata(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The YAML at the head of a file: what it says, where its lines stand, and where the text goes on."""

    metadata: Metadata
    start: int
    end: int
    text_start: int
    fault: str | None = None


def read_front_matter(text: str) -> FrontMatter | None:
    """The front matter of a file, or None. Broken YAML is read line by line, with its fault told."""
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None or not VISIBLE.search(text, opening.end(), closing.start()):
        return None
    source = text[opening.end() : closing.start()]
    fault = None
    try:
        # The base loader makes strings of all scalars: a title 2024 or 'no' stays as it is written.
        facts = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as exc:
        fault = f"its front matter is broken YAML ({_yaml_fault(exc)}); it was read line by line"
        facts = _simple_facts(source)
    except RecursionError:
        fault = "its front matter is nested too deeply; it was read line by line"
        facts = _simple_facts(source)
    if not isinstance(facts, dict):
        return None  # a rule at the head of a text, not front matter
    return FrontMatter(
        metadata=metadata_of(facts), start=opening.end(), end=closing.start(), text_start=closing.end(), fault=fault
    )


def read_labelled(lines: Sequence[Line]) -> Metadata | None:
    """The facts of a quoted block with at least two labelled lines, all of its lines labelled; else None."""
    found = [LABELLED.match(line.text) for line in lines if line.quoted]
    if len(found) < max(2, len(lines)) or not all(found):
        return None
    return metadata_of({match["label"].strip(): match["value"].strip() for match in found if match})


def metadata_of(facts: Mapping[object, object]) -> Metadata:
    """Facts by the names that people give them, Chinese or English; what is unknown or empty is left out."""
    known: dict[str, object] = {}
    for label, value in facts.items():
        field = FIELD_OF_LABEL.get(str(label).strip().lower())
        if field is not None and field not in known and value not in ("", None):
            known[field] = value
    return Metadata(
        title=_text(known.get("title")),
        author=_text(known.get("author")),
        date=date_of(_text(known.get("date")) or ""),
        url=_address(_text(known.get("url")) or ""),
        description=_text(known.get("description")),
        tags=_tags(known.get("tags")),
        votes=_number(_text(known.get("votes")) or ""),
        lang=_text(known.get("lang")),
    )


def date_of(text: str) -> str | None:
    """The ISO date that a text states (``2025-3-30``, ``2025年03月30日``, seconds since 1970), or None."""
    text = text.strip()
    if TIMESTAMP.match(text):
        return datetime.fromtimestamp(int(text[:10]), tz=EXPORT_ZONE).date().isoformat()
    found = DATE.search(text)
    if found is None:
        return None
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=EXPORT_ZONE).date().isoformat()
    except ValueError:
        return None


def _simple_facts(source: str) -> dict[str, str]:
    return {label: value.rstrip() for label, value in SIMPLE_LINE.findall(source)}


def _yaml_fault(exc: yaml.YAMLError) -> str:
    mark = getattr(exc, "problem_mark", None)
    place = f", line {mark.line + 2}" if mark else ""  # counted from the fence above, from 1
    return f"{getattr(exc, 'problem', None) or 'unreadable'}{place}"


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = ", ".join(part for part in value if isinstance(part, str))
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(tag for part in value if (tag := _text(part)))
    return tuple(tag for tag in re.split(r"[\s,，、;；]+", value) if tag) if isinstance(value, str) else ()


def _address(text: str) -> str | None:
    if whole := WHOLE_ADDRESS.fullmatch(text):
        return whole[1]
    found = ADDRESS_IN_TEXT.search(text)
    return found[0] if found else None


def _number(text: str) -> int | None:
    digits = text.replace(",", "").replace(" ", "")
    return int(digits) if re.fullmatch(r"\d{1,12}", digits) else None
