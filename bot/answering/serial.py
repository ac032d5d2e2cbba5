"""An answer as plain JSON and back: for the durable workflow, and for ``--json``."""

from dataclasses import asdict
from typing import Any

from bot.answering.model import NO_MODEL, Answer, Citation, Notice, Part, Status, Usage
from bot.corpus.model import Essay, Span


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Everything of an answer in plain JSON values; ``answer_from_json`` is its inverse."""
    return asdict(answer) | {
        "status": answer.status.value,
        "citations": [asdict(citation) | {"essay": _essay_to_json(citation.essay)} for citation in answer.citations],
        "notices": [notice.value for notice in answer.notices],
        "parts": [_part_record(part) for part in answer.parts],
    }


def answer_from_json(record: dict[str, Any]) -> Answer:
    """The answer that ``answer_to_json`` wrote.

    Raises KeyError, TypeError or ValueError where ``record`` is none.
    """
    return Answer(
        **record
        | {
            "status": Status(record["status"]),
            "citations": tuple(_citation(citation) for citation in record["citations"]),
            "usage": Usage(**record["usage"]),
            "notices": tuple(Notice(notice) for notice in record["notices"]),
            "parts": tuple(
                Part(question=part["question"], status=Status(part["status"])) for part in record.get("parts", ())
            ),
        }
    )


def answer_record(question_id: str | float, answer: Answer) -> dict[str, Any]:
    """The line that ``yinju ask --json`` prints; its form is fixed: other programs read it.

    Of a report it also has the ``parts`` and the ``notices``, and these of what was to be a report and is none, and of
    what a model broke off.
    """
    record: dict[str, Any] = {
        "id": question_id,
        "status": answer.status.value,
        "text": answer.text,
        "citations": [_citation_record(citation) for citation in answer.citations],
        "standalone_question": answer.standalone_question,
        "model": answer.model,
        "usage": asdict(answer.usage),
        "timings_ms": dict(answer.timings_ms),
    }
    if answer.parts:
        record["parts"] = [_part_record(part) for part in answer.parts]
    if answer.parts or set(answer.notices) - NO_MODEL:  # without a model for it, an answer says so by its status
        record["notices"] = [notice.value for notice in answer.notices]
    return record


def _part_record(part: Part) -> dict[str, str]:
    return {"question": part.question, "status": part.status.value}


def _citation_record(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "file": citation.span.file,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "title": citation.essay.title,
        "link": citation.link,
        **({"translation": citation.translation} if citation.translation else {}),
    }


def _essay_to_json(essay: Essay) -> dict[str, Any]:
    return asdict(essay) | {"tags": list(essay.tags), "nicknames": list(essay.nicknames)}


def _citation(record: dict[str, Any]) -> Citation:
    essay = record["essay"]
    lists = {name: tuple(essay.get(name, ())) for name in ("tags", "nicknames")}
    return Citation(
        **record
        | {
            "essay": Essay(**essay | lists | {"span": Span(**essay["span"])}),
            "span": Span(**record["span"]),
        }
    )
