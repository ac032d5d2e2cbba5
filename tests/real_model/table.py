"""A real model's answers to the golden questions: ``python -m tests.real_model.table``.

With the model and settings of the environment or ``.env`` (at least LLM_MODEL and OPENAI_BASE_URL; a slow machine wants
a larger LLM_TIMEOUT_S), the whole bot is asked 20 questions that the essays answer and all that they don't. A question
is written down as soon as it is answered, and a second run goes on behind it. Prints a table in Markdown, and leaves
it beside ``table.json`` in ``DATA_DIR/real_model``.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bot.answering.model import Status
from bot.bootstrap import App
from bot.cli.opening import open_ready_app
from bot.conversation.follow_up import FollowUps
from bot.corpus.model import Span
from bot.evaluation.golden import corpus_texts, read_golden
from bot.evaluation.model import Case
from bot.settings import Settings, load_settings
from tests.real_model.questions import FIRST_HITS, chosen, unanswerable
from tests.real_model.record import Row, append, judged, kept

GOLDEN = Path(__file__).resolve().parents[2] / "seeds" / "golden" / "dev.jsonl"
SHOWN_CHARS = 300
STATUSES = (Status.ANSWERED, Status.QUOTED, Status.DECLINED, Status.FAILED)


def main() -> None:
    """Ask what has not been asked yet, and show the table."""
    parser = argparse.ArgumentParser(description="a real model's answers to the golden questions")
    parser.add_argument("--golden", type=Path, default=GOLDEN, help="questions with known answers")
    parser.add_argument("--answerable", type=int, default=20, metavar="N", help="of those that the essays answer")
    parser.add_argument("--only", nargs="+", metavar="ID", help="ask these of them")
    args = parser.parse_args()
    settings = load_settings()
    if settings.llm_model is None:
        parser.error("LLM_MODEL is not set: there is no model to ask")
    folder = settings.data_dir / "real_model"
    folder.mkdir(parents=True, exist_ok=True)
    rows = asyncio.run(asked(settings, args.golden, folder / "answers.jsonl", count=args.answerable, only=args.only))
    table = "\n".join(lines(rows))
    (folder / "table.md").write_text(table + "\n", encoding="utf-8")
    figures = {"figures": summary(rows), "rows": [asdict(row) for row in rows]}
    (folder / "table.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table)


async def asked(settings: Settings, golden: Path, record: Path, *, count: int, only: Sequence[str] | None) -> list[Row]:
    """The rows of all questions, in order; those that ``record`` holds already are not asked again."""
    cases = read_golden(golden, corpus_texts(settings.corpus_dir))
    run = run_name(settings)
    async with open_ready_app(settings) as app:
        wanted = [*chosen(cases, {case.id: await _hits(app, case) for case in cases}, count), *unanswerable(cases)]
        done = {row.id: row for row in kept(record, run)}
        for case in wanted:
            if case.id in done or (only and case.id not in only):
                continue
            answer = await app.conversations.answer(case.question, case.history)
            done[case.id] = judged(run, case, answer, index=app.index)
            append(record, done[case.id])
            sys.stderr.write(f"{case.id} {case.type}: {answer.status.value}, {done[case.id].seconds} s\n")
    return [done[case.id] for case in wanted if case.id in done]


async def _hits(app: App, case: Case) -> list[Span]:
    # Without the model, whose chance which questions are asked must not hang on.
    question = await FollowUps().standalone(case.question, case.history)
    found = await app.searcher.search(question, k=FIRST_HITS)
    return [hit.passage.span for hit in found]


def run_name(settings: Settings) -> str:
    """Model and settings, as far as answers hang on them."""
    return (
        f"{settings.llm_model}, format {settings.answer_format}, {settings.answer_drafts} draft(s),"
        f" plan {settings.query_plan}, decline below {settings.decline_below}, {settings.llm_timeout_s:.0f} s"
    )


def summary(rows: Sequence[Row]) -> dict[str, float | int]:
    """The figures."""
    answerable = [row for row in rows if row.is_answerable]
    others = [row for row in rows if not row.is_answerable]
    figures: dict[str, float | int] = {"answerable": len(answerable), "unanswerable": len(others)}
    for status in STATUSES:
        figures[f"answerable_{status.value}"] = sum(row.status == status for row in answerable)
        figures[f"unanswerable_{status.value}"] = sum(row.status == status for row in others)
    written = [row for row in answerable if row.status == Status.ANSWERED]
    figures["right_citation"] = sum(row.is_right for row in answerable)
    figures["right_citation_answered"] = sum(row.is_right for row in written)
    figures["right_citation_quoted"] = figures["right_citation"] - figures["right_citation_answered"]
    figures["unanswerable_unsupported"] = sum(bool(row.unsupported) for row in others)
    figures["median_s"] = median(row.seconds for row in rows) if rows else 0.0
    figures["longest_s"] = max((row.seconds for row in rows), default=0.0)
    return figures


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table, the figures, and what was said to questions that have no answer."""
    yield from (
        "| question | type | outcome | right citation | citations | seconds |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    for row in rows:
        right = ("yes" if row.is_right else "no") if row.is_answerable else ""
        outcome = ", ".join([row.status, *row.notices])
        yield f"| {row.id} | {row.type}, {row.lang} | {outcome} | {right} | {row.citations} | {row.seconds} |"
    yield ""
    yield from (f"- {name}: {value}" for name, value in summary(rows).items())
    answered = [row for row in rows if not row.is_answerable and row.status == Status.ANSWERED]
    yield f"\n{len(answered)} questions without an answer were answered; for a person to judge:\n"
    for row in answered:
        text = " ".join(row.text.split())[:SHOWN_CHARS]
        found = f" Not in what is cited: {' / '.join(row.unsupported)}" if row.unsupported else ""
        yield f"- {row.id}: {row.question}\n  {text}{found}"


if __name__ == "__main__":
    main()
