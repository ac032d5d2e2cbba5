"""``yinju eval``: golden questions put to the search or to the whole bot; figures, and a report."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__
from bot.cli.command import Command, count
from bot.cli.plan_option import add_plan_option, with_plan_option
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.bars import Bar
    from bot.evaluation.kinds import Plan
    from bot.evaluation.model import Case, Evaluation

WRONG_USAGE = 2


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("search", "answers"), help="what is judged: the search, or whole answers")
    parser.add_argument("golden", type=Path, metavar="GOLDEN.jsonl", help="questions with known answers")
    parser.add_argument("-k", type=count, default=10, metavar="N", help="hits a question, for search (default 10)")
    add_plan_option(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the report (default DATA_DIR/eval)")
    parser.add_argument("--baseline", type=Path, metavar="OLD.json", help="an earlier report.json to compare with")
    parser.add_argument(
        "--min",
        type=_bar,
        action="append",
        default=[],
        metavar="[GROUP/]FIGURE=X",
        help="exit with 1 where a figure is below X, as in hit@2k=0.88 or crosslingual/hit@2k=0.9; repeatable",
    )


def _bar(text: str) -> "Bar":
    from bot.evaluation.bars import parse_bar

    try:
        return parse_bar(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError("something like hit@2k=0.88 or crosslingual/hit@2k=0.9 was expected") from exc


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from bot.evaluation.files import write_report
    from bot.evaluation.golden import corpus_texts, read_golden
    from bot.evaluation.kinds import plan
    from bot.evaluation.report import earlier_scores, make_report
    from bot.evaluation.summary import summary

    settings = with_plan_option(args, settings)
    texts = corpus_texts(settings.corpus_dir)
    cases = read_golden(args.golden, texts, warn=lambda slip: print(slip, file=sys.stderr))
    how = plan(args.kind)
    for fault in _unknown(args.min, how, cases):
        sys.stderr.write(f"yinju eval {args.kind}: {fault}\n")
        return WRONG_USAGE
    earlier = earlier_scores(args.baseline, args.kind) if args.baseline else {}
    folder = args.out or settings.data_dir / "eval"
    evaluation = await _evaluate(args, settings, cases=cases, texts=texts, how=how)
    report = make_report(evaluation, bars=args.min, earlier=earlier)
    write_report(report, folder, essays=settings.corpus_dir)
    print("\n".join(summary(report)))
    print(f"{evaluation.timing.seconds:.1f} s; the report: {folder / 'report.html'}")
    return 0 if all(verdict.passed for verdict in report.verdicts) else 1


def _unknown(bars: "Sequence[Bar]", how: "Plan", cases: "Sequence[Case]") -> Iterator[str]:
    from bot.evaluation.figures import groups

    known_figures, known_groups = [figure.name for figure in how.figures], groups(cases)
    for bar in bars:
        if bar.figure not in known_figures:
            yield f"--min {bar.name}: the figures are {', '.join(known_figures)}"
        elif bar.group not in known_groups:
            yield f"--min {bar.name}: the groups are {', '.join(known_groups)}"


async def _evaluate(
    args: argparse.Namespace,
    settings: Settings,
    *,
    cases: "tuple[Case, ...]",
    texts: dict[str, str],
    how: "Plan",
) -> "Evaluation":
    from bot.cli.opening import open_ready_app
    from bot.cli.progress import counting
    from bot.evaluation.model import Evaluation
    from bot.evaluation.run import run

    async with open_ready_app(settings) as app:
        with counting("Asking the golden questions", len(cases)) as done:
            finished = await run(cases, how.judge(app, texts, args.k), done=lambda: done(1))
    return Evaluation(
        kind=args.kind,
        about=_about(args, settings, cases),
        figures=how.figures,
        outcomes=how.outcomes,
        judgements=finished.judgements,
        timing=finished.timing,
    )


def _about(args: argparse.Namespace, settings: Settings, cases: "Sequence[Case]") -> dict[str, str | int]:
    from bot.corpus.load import fingerprint

    about: dict[str, str | int] = {
        "golden": args.golden.name,
        "golden_sha256": sha256(args.golden.read_bytes()).hexdigest(),
        "questions": len(cases),
        "corpus": fingerprint(settings.corpus_dir),
        "yinju": __version__,
        "embedder": settings.embedding_model or settings.embedder,
    }
    if settings.llm_model:
        about["query_plan"] = settings.query_plan
    if args.kind == "search":
        return about | {"k": args.k}
    return about | {"model": settings.llm_model or "none: the essays are quoted"}


COMMAND = Command(name="eval", help="judge search or answers by golden questions", add_arguments=_arguments, run=_run)
