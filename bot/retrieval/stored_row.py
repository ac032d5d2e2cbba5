"""A passage as a row of text: what a store keeps beside the identifier, and reads back whole."""

import base64
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from bot.corpus.model import Essay, Passage, Span
from bot.retrieval.half_precision import at_half_precision
from bot.retrieval.model import Matrix, StoredPassage


def encode_passage(passage: Passage) -> str:
    """Everything about ``passage`` but its text, as JSON."""
    return json.dumps({"essay": asdict(passage.essay), **_outline(passage)}, ensure_ascii=True, separators=(",", ":"))


def decode_passage(passage_id: str, encoded: str, text: str) -> Passage:
    """The passage that ``encode_passage`` wrote. Raises ValueError, KeyError or TypeError where it is none."""
    record = json.loads(encoded)
    if len(text) != record["end"] - record["start"]:
        raise ValueError("this is not the text of that span")
    return passage_from({**record, "id": passage_id, "text": text}, essay=essay_from(record["essay"]))


def passage_record(passage: Passage) -> dict[str, Any]:
    """Everything about ``passage`` but its essay, for JSON."""
    return {"id": passage.id, "text": passage.text, **_outline(passage)}


def passage_from(record: dict[str, Any], *, essay: Essay) -> Passage:
    """The passage of a ``passage_record``. Raises ValueError, KeyError or TypeError where it is none."""
    file = essay.span.file
    return Passage(
        id=record["id"],
        essay=essay,
        section=record["section"],
        span=Span(file=file, start=record["start"], end=record["end"]),
        text=record["text"],
        sentences=tuple(Span(file=file, start=start, end=end) for start, end in record["sentences"]),
    )


def essay_from(record: dict[str, Any]) -> Essay:
    """The essay whose fields these are. Raises KeyError or TypeError where it is none."""
    lists = {name: tuple(record.get(name, ())) for name in ("tags", "nicknames")}  # rows of old know no nicknames
    return Essay(**{**record, **lists, "span": Span(**record["span"])})


def _outline(passage: Passage) -> dict[str, Any]:
    return {
        "section": passage.section,
        "start": passage.span.start,
        "end": passage.span.end,
        "sentences": [(sentence.start, sentence.end) for sentence in passage.sentences],
    }


def encode_vectors(row: StoredPassage) -> str:
    """The passage's vector and those of its sentences, float16 in base64: one value, written at once."""
    matrix = np.vstack([row.vector[np.newaxis], row.sentence_vectors]) if len(row.sentence_vectors) else row.vector
    return base64.b64encode(matrix.astype("<f2").tobytes()).decode("ascii")


def decode_row(passage: Passage, encoded_vectors: str) -> StoredPassage:
    """The row that ``encode_vectors`` wrote. Raises ValueError where it does not fit the passage."""
    matrix = _matrix(encoded_vectors, rows=1 + len(passage.sentences))
    return StoredPassage(passage=passage, vector=matrix[0], sentence_vectors=matrix[1:])


def _matrix(encoded: str, *, rows: int) -> Matrix:
    matrix = np.frombuffer(base64.b64decode(encoded, validate=True), dtype="<f2").reshape(rows, -1)
    if not np.isfinite(matrix).all():
        raise ValueError("these bytes are no vectors")
    return at_half_precision(matrix)
