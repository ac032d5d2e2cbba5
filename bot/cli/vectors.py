"""``yinju vectors``: writes the vectors of the corpus into the corpus folder, so that others embed nothing."""

import argparse

from bot.cli.command import Command, no_arguments
from bot.settings import Settings


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    del args
    from bot.bootstrap import open_embedder
    from bot.cli.progress import ingest_progress
    from bot.retrieval.vector_cache import export_vectors

    async with open_embedder(settings) as embedder:
        with ingest_progress() as progress:
            count = await export_vectors(corpus_dir=settings.corpus_dir, embedder=embedder, progress=progress)
    print(f"{count} vectors written")
    return 0


COMMAND = Command(
    name="vectors",
    help="write the corpus's vectors beside it, for a first start without embedding",
    add_arguments=no_arguments,
    run=_run,
)
