"""Golden questions from a file: a JSON object a line, with quotes that must stand in the essays exactly once."""

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.answering.model import Turn
from bot.corpus.load import load_essays
from bot.corpus.model import Span
from bot.errors import in_words
from bot.evaluation.model import TO_BE_DECLINED, Case, GoldenUnusable, Target

LANGUAGES = ("zh", "en")
ANSWERED = frozenset({"factoid", "explain", "paraphrase", "crosslingual", "multi_hop", "followup"})
"""The types of questions that the essays answer."""
FIELDS = frozenset(
    {"id", "type", "lang", "question", "history", "evidence", "alternates", "answer_points", "must_not", "note"}
)
SHOWN_CHARS = 40  # of a quote that was not found


def read_golden(
    path: Path, texts: Mapping[str, str], *, warn: Callable[[str], None] = lambda _: None
) -> tuple[Case, ...]:
    """The questions of ``path`` in order; blank lines are skipped. ``texts``: the corpus, by file.

    ``warn`` is called with a sentence on each likely slip: a field that nothing reads, a question of a type that the
    essays answer without evidence. Raises GoldenUnusable, naming the line, where the file or a line cannot be used: no
    JSON object, a field that is missing or of the wrong kind, an id that was there before, evidence for a question that
    is to be declined, an evidence file that no corpus file's name or more than one begins with, a quote that the file
    does not hold exactly once.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise GoldenUnusable(f"{path}: the questions cannot be read ({in_words(exc)})") from exc
    cases: dict[str, Case] = {}
    # Not splitlines(): a line separator of Unicode may stand in a JSON string as it is.
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            try:
                record = _record(line)
                case = _case(record, texts)
                _check_new(case, cases)
            except ValueError as exc:
                raise GoldenUnusable(f"{path}, line {number}: {exc}") from exc
            cases[case.id] = case
            for slip in _slips(record, case):
                warn(f"{path}, line {number}: {case.id}: {slip}")
    if not cases:
        raise GoldenUnusable(f"{path}: there is no question in it")
    return tuple(cases.values())


def corpus_texts(corpus_dir: Path) -> dict[str, str]:
    """The text of every essay file, by its path in the corpus. Raises CorpusError as ``load_essays`` does."""
    files = dict.fromkeys(essay.span.file for essay in load_essays(corpus_dir))
    return {file: (corpus_dir / file).read_bytes().decode("utf-8") for file in files}


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except RecursionError as exc:
        raise ValueError("this is JSON within JSON, too deep to read") from exc
    except ValueError as exc:
        where = f" ({exc.msg} at column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
        raise ValueError(f"this is no JSON{where}") from exc
    if not isinstance(record, dict):
        raise ValueError("a JSON object was expected")  # noqa: TRY004 (told to the operator, like the rest)
    return record


def _case(record: dict[str, Any], texts: Mapping[str, str]) -> Case:
    question_id = _text(record, "id")
    try:
        return Case(
            id=question_id,
            type=_type(record),
            lang=_lang(record),
            question=_text(record, "question"),
            history=tuple(_turn(turn) for turn in _list(record, "history")),
            evidence=tuple(_target(target, texts) for target in _list(record, "evidence")),
            alternates=tuple(_target(target, texts) for target in _list(record, "alternates")),
            answer_points=_texts(record, "answer_points"),
            must_not=_texts(record, "must_not"),
        )
    except ValueError as exc:
        raise ValueError(f"{question_id}: {exc}") from exc


def _slips(record: Mapping[str, Any], case: Case) -> Iterator[str]:
    for name in record:
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1)
            yield f"nothing reads “{name}”{f'; is “{near[0]}” meant?' if near else ''}"
    if case.type in ANSWERED and not case.evidence:
        yield f"a question of type {case.type} without evidence counts neither as answered nor as declined"


def _check_new(case: Case, cases: Mapping[str, Case]) -> None:
    if case.id in cases:
        raise ValueError(f"{case.id}: this id was there before")


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{name}" must be a text that is not empty')
    return value


def _type(record: Mapping[str, Any]) -> str:
    kind = _text(record, "type")
    if kind in TO_BE_DECLINED and (record.get("evidence") or record.get("alternates")):
        raise ValueError(f"a question of type {kind} is one that the essays do not answer: it takes no evidence")
    return kind


def _lang(record: Mapping[str, Any]) -> str:
    lang = _text(record, "lang")
    if lang not in LANGUAGES:
        raise ValueError(f'"lang" must be "zh" or "en", not “{lang}”')
    return lang


def _list(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = record.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError(f'"{name}" must be a list of objects')
    return value


def _texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = record.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'"{name}" must be a list of texts')
    return tuple(value)


def _turn(record: Mapping[str, Any]) -> Turn:
    role = record.get("role")
    if role not in ("user", "assistant"):
        raise ValueError('"role" in the history must be "user" or "assistant"')
    return Turn(role=role, content=_text(record, "content"))


def _target(record: Mapping[str, Any], texts: Mapping[str, str]) -> Target:
    file, quote = _file(_text(record, "file"), texts), _text(record, "quote")
    shown = quote if len(quote) <= SHOWN_CHARS else quote[:SHOWN_CHARS] + "…"
    start = texts[file].find(quote)
    if start < 0:
        raise ValueError(f"{file} does not hold the quote “{shown}”")
    if texts[file].find(quote, start + 1) >= 0:
        raise ValueError(f"{file} holds the quote “{shown}” more than once")
    return Target(span=Span(file=file, start=start, end=start + len(quote)), quote=quote)


def _file(name: str, texts: Mapping[str, str]) -> str:
    """The one file of that path, or whose name begins so."""
    if name in texts:
        return name
    found = [file for file in texts if file.rpartition("/")[2].startswith(name)]
    if len(found) != 1:
        raise ValueError(f"{len(found) or 'no'} essay file{'s' * (len(found) != 1)} begin with “{name}”")
    return found[0]
