"""What came of each question: a JSON object a line, written as it comes, so that a run can be taken up again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.answering.model import Answer, Status
from bot.evaluation import citations
from bot.evaluation.model import Case
from bot.evaluation.support import support
from bot.retrieval.index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question and its answer; ``run`` names model and settings, ``seconds`` is the time that the asker waited.

    ``is_right``: a citation overlaps a quote that answers. ``unsupported``: sentences of an answer that, as far as code
    can tell, don't stand in what they cite.
    """

    run: str
    id: str
    type: str
    lang: str
    question: str
    is_answerable: bool
    status: str
    seconds: float
    citations: int
    is_right: bool
    unsupported: tuple[str, ...]
    text: str
    notices: tuple[str, ...]


def judged(run: str, case: Case, answer: Answer, *, index: Index) -> Row:
    """The row for one answer."""
    found = {citation.n: index.passage(citation.passage_id) for citation in answer.citations}
    passages = {n: passage for n, passage in found.items() if passage is not None}
    is_written = answer.status is Status.ANSWERED
    return Row(
        run=run,
        id=case.id,
        type=case.type,
        lang=case.lang,
        question=case.question,
        is_answerable=bool(case.evidence),
        status=answer.status.value,
        seconds=round(answer.timings_ms["total"] / 1000, 1),
        citations=len(answer.citations),
        is_right=any(citations.is_right(case, citation) for citation in answer.citations),
        unsupported=support(answer, case.question, passages).unsupported if is_written else (),
        text=answer.text,
        notices=tuple(notice.value for notice in answer.notices),
    )


def append(path: Path, row: Row) -> None:
    """Write one row behind the others."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def kept(path: Path, run: str) -> list[Row]:
    """The rows of that run in order; a line that a kill cut short is passed over."""
    rows = []
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else ():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        lists = {name: tuple(record[name]) for name in ("unsupported", "notices")}
        rows.append(Row(**record | lists))
    return [row for row in rows if row.run == run]
