"""What an ingest did, essay by essay."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.corpus.model import Passage, SkippedFile
from bot.corpus.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What an ingest did.

    ``essays`` and ``passages`` are what the index holds now. The other counts are of essays, which
    are told apart by file and title: ``changed`` ones gained or lost a passage, ``unchanged`` ones
    did not (they may have moved within their file). ``skipped`` files could not be used.
    """

    essays: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    skipped: tuple[SkippedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _EssayName:
    """What tells essays apart from one ingest to the next: a key counts positions, which shift."""

    file: str
    title: str


def summary_of(
    found: Survey, wanted: Mapping[str, Passage], stored: Mapping[str, Passage], *, untouched: int
) -> IngestSummary:
    """From what was ``stored`` to what is ``wanted`` in some files; ``untouched`` passages are in others."""
    before, after = _ids_by_essay(stored), _ids_by_essay(wanted)
    common = before.keys() & after.keys()
    changed = sum(before[essay] != after[essay] for essay in common)
    looked_into = {file.file for file in found.changed}
    others = (record for record in found.known.files.values() if record.file not in looked_into)
    return IngestSummary(
        essays=found.essay_count,
        passages=len(wanted) + untouched,
        added=len(after.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - after.keys()),
        unchanged=len(common) - changed + sum(len({essay.title for essay in record.essays}) for record in others),
        seconds=0.0,
        skipped=found.skipped,
    )


def _ids_by_essay(passages: Mapping[str, Passage]) -> dict[_EssayName, set[str]]:
    ids: dict[_EssayName, set[str]] = {}
    for passage in passages.values():
        essay = _EssayName(file=passage.span.file, title=passage.essay.title)
        ids.setdefault(essay, set()).add(passage.id)
    return ids
