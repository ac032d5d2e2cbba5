"""The index in files that are mapped into memory: what a start opens instead of reading the whole store.

A cache of the store, written by ``ingest`` alone. ``snapshot.json`` names the segments and what they are of;
it is written last, so that a kill leaves the snapshot of before. A segment never changes. What is new comes
in a segment of its own, with all passages of the file that it stands in, and that file's rows in older ones
count no longer; small segments are merged, so that there are about as many as the corpus has digits
(O'Neil et al., The Log-Structured Merge-Tree, 1996). The space of the vectors is learned anew, and all is
merged into one, when a quarter of the corpus is new to it; in a small corpus each time.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np

from bot.corpus.model import Language
from bot.errors import IndexDamaged
from bot.retrieval.array_file import read_arrays, write_arrays
from bot.retrieval.index import Index
from bot.retrieval.model import StoredPassage, Vector
from bot.retrieval.placed_vectors import Placement, learned_space, placed_factors
from bot.retrieval.segment import Part, Segment, whole
from bot.retrieval.segment_build import merged, segment_of
from bot.retrieval.vector_space import VectorSpace

FOLDER = "snapshot"  # in the data folder
MANIFEST = "snapshot.json"
SPACE_SUFFIX, FACTORS_SUFFIX, SEGMENT_SUFFIX = ".space", ".factors", ".segment"
MADE_BY = (
    "terms.py",
    "opencc.py",
    "segment_build.py",
    "placed_vectors.py",
    "vector_space.py",
    "array_file.py",
)  # see ``_rules``
RUNS = "runs-"
ROWS_A_RUN = 4_096  # passages held in memory while a snapshot is made
SMALL = 4_096  # passages: merged at every change, which takes no longer than a second or two
LEARNED_ANEW_AT = 0.25  # of the passages new or gone since the space was learned
DAMAGED = "the snapshot of the index is damaged"


Means = Mapping[Language, Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """A segment: its name, and the files whose rows in it count no longer."""

    name: str
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot consists of. ``revision`` is that of the store, ``sizes_bytes`` those of the files by name."""

    identity: str
    revision: str
    space: str
    segments: tuple[SegmentEntry, ...]
    sizes_bytes: Mapping[str, int]
    rules: str

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The manifest in ``folder``; None where there is none of a whole snapshot."""
        try:
            record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            entries = (SegmentEntry(name=entry["name"], gone=tuple(entry["gone"])) for entry in record.pop("segments"))
            found = cls(segments=tuple(entries), **record)
            is_whole = all((folder / name).stat().st_size == size for name, size in found.sizes_bytes.items())
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return found if is_whole and found.rules == _rules() else None

    def write(self, folder: Path) -> None:
        """Write the file whole or not at all, then remove what it does not name."""
        written = folder / f"{MANIFEST}.new"
        written.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.replace(folder / MANIFEST)
        for path in folder.iterdir():
            if path.name != MANIFEST and path.name not in self.sizes_bytes:
                path.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An opened snapshot."""

    manifest: Manifest
    index: Index
    space: VectorSpace


def open_snapshot(folder: Path, manifest: Manifest) -> Snapshot:
    """The snapshot that ``manifest`` describes. Raises IndexDamaged where it cannot be used."""
    try:
        space = _read_space(folder / f"{manifest.space}{SPACE_SUFFIX}")
        parts = [_part(folder, entry) for entry in manifest.segments]
        factors = [read_arrays(folder / f"{entry.name}{FACTORS_SUFFIX}") for entry in manifest.segments]
        index = Index(parts=parts, placement=Placement(space=space, factors=factors))
    except (KeyError, ValueError, IndexError, TypeError) as exc:
        raise IndexDamaged(DAMAGED) from exc
    return Snapshot(manifest=manifest, index=index, space=space)


def forget_snapshot(folder: Path) -> None:
    """From now on there is none. Raises OSError."""
    (folder / MANIFEST).unlink(missing_ok=True)


def make_snapshot(folder: Path, rows: Iterable[StoredPassage], *, identity: str, known_means: Means) -> Manifest:
    """Write the files of a snapshot of ``rows``, in any order; it is there when its manifest is written.

    ``known_means`` are the embedder's. Raises OSError, and what ``rows`` raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{RUNS}*"):  # by an ingest that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=RUNS) as runs:
        parts = [whole(_saved(Path(runs) / f"{n}", segment_of(run))) for n, run in enumerate(_runs(rows))]
        return _merged_to_one(folder, parts or [whole(segment_of([]))], identity=identity, known_means=known_means)


def extend_snapshot(
    folder: Path, snapshot: Snapshot, rows: Sequence[StoredPassage], *, files: Collection[str], known_means: Means
) -> Manifest:
    """Write what changes when ``files`` of the corpus change; ``rows`` are all that they hold now.

    The snapshot is there when the manifest is written. Costs as much as ``rows`` are, if now and then
    as much as the whole corpus. Raises OSError, and IndexDamaged where the snapshot cannot be read.
    """
    entries = [
        SegmentEntry(name=entry.name, gone=tuple(sorted({*entry.gone, *files}.intersection(part.segment.files))))
        for entry, part in zip(snapshot.manifest.segments, snapshot.index.parts, strict=True)
    ]
    parts = [_without(part.segment, entry.gone) for part, entry in zip(snapshot.index.parts, entries, strict=True)]
    new = whole(segment_of(rows))
    identity = snapshot.manifest.identity
    if _is_due_anew(parts, len(rows)):
        return _merged_to_one(folder, [*parts, new], identity=identity, known_means=known_means)
    merging = [new]
    while len(parts) > 1 and len(parts[-1].rows) <= 2 * sum(len(part.rows) for part in merging):
        merging.append(parts.pop())
        entries.pop()
    if any(len(part.rows) for part in merging):
        entries.append(SegmentEntry(name=_next_name(folder)))
        _write_segment(folder, entries[-1].name, merging[::-1], snapshot.space)
    return _manifest(folder, entries, snapshot.manifest.space, identity=identity)


def _is_due_anew(parts: Sequence[Part], new_rows: int) -> bool:
    first, *others = parts
    wanted = len(first.rows) + sum(len(part.rows) for part in others) + new_rows
    changed = wanted - len(first.rows) + len(first.segment) - len(first.rows)
    return wanted <= SMALL or changed > LEARNED_ANEW_AT * len(first.segment)


def _merged_to_one(folder: Path, parts: Sequence[Part], *, identity: str, known_means: Means) -> Manifest:
    name = _next_name(folder)
    space = learned_space(parts, known_means)
    arrays = {"offset": space.offset, "turn": space.turn, **{f"centre {lang}": c for lang, c in space.centres.items()}}
    write_arrays(folder / f"{name}{SPACE_SUFFIX}", arrays)
    _write_segment(folder, name, parts, space)
    return _manifest(folder, [SegmentEntry(name=name)], name, identity=identity)


def _write_segment(folder: Path, name: str, parts: Sequence[Part], space: VectorSpace) -> None:
    path = folder / f"{name}{SEGMENT_SUFFIX}"
    write_arrays(path, merged(parts))
    write_arrays(folder / f"{name}{FACTORS_SUFFIX}", placed_factors(Segment(read_arrays(path)), space))


def _manifest(folder: Path, entries: Sequence[SegmentEntry], space: str, *, identity: str) -> Manifest:
    names = [f"{entry.name}{suffix}" for entry in entries for suffix in (SEGMENT_SUFFIX, FACTORS_SUFFIX)]
    sizes = {name: (folder / name).stat().st_size for name in [*names, f"{space}{SPACE_SUFFIX}"]}
    return Manifest(
        identity=identity, revision="", space=space, segments=tuple(entries), sizes_bytes=sizes, rules=_rules()
    )


def _rules() -> str:
    """A hash of the code that says what is in a snapshot: one that other code made is made anew."""
    contents = (Path(__file__).with_name(name).read_bytes() for name in MADE_BY)
    return hashlib.blake2b(b"\x00".join(contents), digest_size=16).hexdigest()


def _part(folder: Path, entry: SegmentEntry) -> Part:
    return _without(Segment(read_arrays(folder / f"{entry.name}{SEGMENT_SUFFIX}")), entry.gone)


def _without(segment: Segment, files: Collection[str]) -> Part:
    gone = np.array([file in files for file in segment.files], dtype=bool)
    return Part(segment=segment, rows=np.flatnonzero(~gone[segment.file_of])) if files else whole(segment)


def _saved(path: Path, segment: Segment) -> Segment:
    """The segment from a file, so that it takes no memory."""
    write_arrays(path, segment.arrays)
    return Segment(read_arrays(path))


def _runs(rows: Iterable[StoredPassage]) -> Iterator[list[StoredPassage]]:
    waiting = iter(rows)
    while run := list(islice(waiting, ROWS_A_RUN)):
        yield run


def _next_name(folder: Path) -> str:
    """A name that no file of the folder has."""
    numbers = [int(path.stem) for path in folder.iterdir() if path.stem.isdigit()]
    return f"{max(numbers, default=0) + 1:06d}"


def _read_space(path: Path) -> VectorSpace:
    arrays = read_arrays(path)
    languages: tuple[Language, ...] = ("zh", "en")
    centres = {language: arrays[f"centre {language}"] for language in languages if f"centre {language}" in arrays}
    return VectorSpace(offset=arrays["offset"], centres=centres, turn=arrays["turn"])
