"""What changed in a corpus folder since it was last looked at, without reading the files that did not."""

import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from bot.corpus.essays import ReadEssay, ReadFile, read_essays
from bot.corpus.files import check_folder, essay_files, printable, read_regular
from bot.corpus.manifest import MANIFEST_NAME, FilePlan, Manifest, read_manifest
from bot.corpus.markup import content_offsets
from bot.corpus.model import SkippedFile

DIGEST_BYTES = 16
# A file that was written this short a time before it was looked at may be written again in the same tick of
# the file system's clock, and keep its size: it is read again. (FAT counts in steps of 2 s.)
CLOCK_STEP_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayRecord:
    """An essay's title, which other essay the manifest calls the same (``told``), and which is, as settled."""

    title: str
    told: str | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file when it was last read; ``content`` and ``plan`` are hashes. ``reason``: why it holds no essays."""

    file: str
    size_bytes: int
    mtime_ns: int
    content: str
    plan: str
    essays: tuple[EssayRecord, ...] = ()
    faults: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A corpus as it was at ``taken_ns`` (since 1970). Of another version of ``rules`` it says nothing."""

    rules: str = ""
    taken_ns: int = 0
    files: Mapping[str, FileRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A corpus as it is: ``changed`` files are read, new ones among them; ``gone`` ones are there no longer."""

    known: Known
    changed: tuple[ReadFile, ...]
    gone: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]

    def has_read(self, known: Known) -> bool:
        """Whether a file had to be read to find that it is as it was ``known``, which the next look can be spared."""
        return any(record is not known.files.get(name) for name, record in self.known.files.items())

    @property
    def essay_count(self) -> int:
        """How many essays there are."""
        return sum(len(record.essays) for record in self.known.files.values())


def survey(root: Path, known: Known | None = None) -> Survey:
    """Look at every file's size and time, and read those that are not ``known`` to be unchanged.

    Raises CorpusError where the folder is missing or the manifest is broken.
    """
    check_folder(root)
    taken_ns, rules = time.time_ns(), _rules()
    known = known if known is not None and known.rules == rules else Known()
    manifest = read_manifest(root)
    names = essay_files(root)
    looks = [_look(root, name, manifest, known) for name in names]
    records = {look.record.file: look.record for look in looks}
    read = {look.read.file: look.read for look in looks if look.read is not None}
    settled = _settled(records)
    for name, record in settled.items():
        if name not in read and record.essays != records[name].essays:  # the other essay of a pair came or went
            again = _look(root, name, manifest, Known()).read
            read |= {} if again is None else {name: again}
    emptied = (name for name, record in settled.items() if record.reason and name in known.files)
    return Survey(
        known=Known(rules=rules, taken_ns=taken_ns, files=settled),
        changed=tuple(_with_twins(read[name], settled[name]) for name in settled if name in read),
        gone=tuple(sorted({*emptied, *(known.files.keys() - settled.keys())})),
        skipped=tuple(_skipped(settled.values(), manifest, frozenset(names))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A file's record, and its content where it had to be read, and could be."""

    record: FileRecord
    read: ReadFile | None = None


def _look(root: Path, name: str, manifest: Manifest, known: Known) -> _Look:
    file = printable(name)
    old = known.files.get(file)
    plan_digest = _plan_digest(manifest.files[name]) if name in manifest.files else ""
    size_bytes, mtime_ns = _size_and_time(f"{root}/{name}")
    if old is not None and (old.plan != plan_digest or not old.content):
        old = None  # to be read in another way, or could not be read
    if old is not None and (old.size_bytes, old.mtime_ns) == (size_bytes, mtime_ns) and _has_settled(mtime_ns, known):
        return _Look(record=old)
    fresh = FileRecord(file=file, size_bytes=size_bytes, mtime_ns=mtime_ns, content="", plan=plan_digest)
    if file != name:
        return _Look(record=replace(fresh, reason="its name is not UTF-8; rename it"))
    try:
        content = read_regular(root / name)
    except OSError as exc:
        return _Look(record=replace(fresh, reason=f"cannot be read ({exc.strerror or type(exc).__name__})"))
    fresh = replace(fresh, content=blake2b(content, digest_size=DIGEST_BYTES).hexdigest())
    if old is not None and old.content == fresh.content:
        return _Look(record=replace(old, size_bytes=size_bytes, mtime_ns=mtime_ns))
    text, reason = _text_of(content)
    if reason is not None:
        return _Look(record=replace(fresh, reason=reason))
    read = read_essays(file, text, manifest.plan(file))
    essays = tuple(EssayRecord(title=one.essay.title, told=one.essay.same_as) for one in read.essays)
    return _Look(record=replace(fresh, essays=essays, faults=read.faults), read=read)


def _has_settled(mtime_ns: int, known: Known) -> bool:
    return mtime_ns < known.taken_ns - CLOCK_STEP_NS


def _size_and_time(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 (a Path for each of 10,000 files took longer than all else)
    except OSError:
        return -1, 0
    # A copy may bring its old time of change along; the time of its record in the file system nobody can set.
    return found.st_size, max(found.st_mtime_ns, found.st_ctime_ns)


def _text_of(content: bytes) -> tuple[str, str | None]:
    """A file's text, or a reason why it has none."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as exc:
        return "", f"is not UTF-8 (byte {exc.start}); save it as UTF-8"
    if "\x00" in text:
        return "", f"is not text (a zero byte at character {text.index(chr(0))})"
    if next(content_offsets(text), None) is None:
        return "", "is empty" if not text.strip() else "holds no text"
    return text, None


def _settled(records: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
    """The records with ``same_as``: told by one of a pair, it holds for both; a title that no essay has is left out."""
    essays = [essay for record in records.values() for essay in record.essays]
    titles = {essay.title for essay in essays}
    twins = {essay.told: essay.title for essay in essays if essay.told}

    def same_as(essay: EssayRecord) -> str | None:
        other = essay.told or twins.get(essay.title)
        return other if other in titles else None

    def settled(record: FileRecord) -> FileRecord:
        if all(essay.same_as == same_as(essay) for essay in record.essays):
            return record
        return replace(record, essays=tuple(replace(essay, same_as=same_as(essay)) for essay in record.essays))

    return {name: settled(record) for name, record in records.items()}


def _with_twins(read: ReadFile, record: FileRecord) -> ReadFile:
    pairs = zip(read.essays, record.essays, strict=True)
    essays = (ReadEssay(essay=replace(one.essay, same_as=known.same_as), sections=one.sections) for one, known in pairs)
    return replace(read, essays=tuple(essays))


def _skipped(records: Collection[FileRecord], manifest: Manifest, names: Collection[str]) -> Iterator[SkippedFile]:
    for record in records:
        if record.reason is not None:
            yield SkippedFile(file=record.file, reason=record.reason)
        for fault in record.faults:
            yield SkippedFile(file=record.file, reason=fault, kept=True)
    for file in manifest.files:
        if file not in names:
            yield SkippedFile(file=file, reason=f"named in {MANIFEST_NAME}, but not in the folder")
    for record in records:
        for essay in record.essays:
            if essay.told and essay.same_as is None:
                reason = f"{MANIFEST_NAME} calls '{essay.title}' the same as '{essay.told}', which no essay is"
                yield SkippedFile(file=record.file, reason=reason, kept=True)


def _plan_digest(plan: FilePlan) -> str:
    rules = [rule.pattern if rule else "" for rule in (plan.split_at, plan.split_after)]  # which repr() cuts short
    return _digest(f"{plan!r}\x00{rules}".encode(errors="surrogatepass"))


def _rules() -> str:
    """A hash of this package's code: new rules cut the same files into other passages."""
    package = Path(__file__).parent
    return _digest(b"\x00".join(path.read_bytes() for path in sorted(package.glob("*.py"))))


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=DIGEST_BYTES).hexdigest()
