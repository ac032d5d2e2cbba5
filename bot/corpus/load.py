r"""A folder of essay files into a corpus.

Offsets count code points of ``path.read_bytes().decode("utf-8")``: line breaks stay as they are
(``\r\n`` counts two), and a byte order mark counts one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from bot.corpus.essays import ReadEssay, ReadFile, read_essays
from bot.corpus.files import essay_files, printable, read_regular
from bot.corpus.grouping import PassageSize
from bot.corpus.manifest import MANIFEST_NAME, Manifest, read_manifest
from bot.corpus.markup import content_offsets
from bot.corpus.model import Corpus, Essay, SkippedFile
from bot.corpus.passages import passages_of
from bot.errors import CorpusError


def load_corpus(root: Path, count_tokens: Callable[[str], int], *, size: PassageSize | None = None) -> Corpus:
    """Read all essays of a folder and cut them into passages.

    ``.md`` and ``.txt`` files count, in all folders below, but for hidden ones and a README at the
    root; order is that of the relative paths. ``count_tokens`` is the embedder's count, special
    tokens included. A file that cannot be used, or not as its writer meant it, is told in
    ``skipped``; a folder without essays gives an empty corpus. Raises CorpusError where the folder is
    missing or ``corpus.toml`` is broken.
    """
    size = size or PassageSize()
    loaded = _load(root)
    return Corpus(
        root=root,
        essays=tuple(read.essay for file in loaded.files for read in file.essays),
        passages=tuple(
            passage
            for file in loaded.files
            for read in file.essays
            for passage in passages_of(read.essay, file.text, read.sections, count_tokens=count_tokens, size=size)
        ),
        skipped=loaded.skipped,
    )


def load_essays(root: Path) -> tuple[Essay, ...]:
    """The essays of a folder in corpus order, without passages. Raises CorpusError as ``load_corpus`` does."""
    return tuple(read.essay for file in _load(root).files for read in file.essays)


def fingerprint(root: Path) -> str:
    """A hash (32 hex digits) that changes when an essay file, the manifest, or this package's code does.

    The code counts because new rules cut the same files into other passages. Raises CorpusError
    where the folder is missing.
    """
    _check_folder(root)
    digest = blake2b(digest_size=16)
    package = Path(__file__).parent
    rules = [(f"rules/{path.name}", path) for path in sorted(package.glob("*.py"))]
    essays = [(f"files/{file}", root / file) for file in essay_files(root)]
    for name, path in [*rules, ("manifest", root / MANIFEST_NAME), *essays]:
        try:
            content = blake2b(read_regular(path), digest_size=16).hexdigest()
        except OSError as exc:
            content = f"unreadable {exc.errno}"
        digest.update(f"{name}\x00{content}\x00".encode(errors="surrogatepass"))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """All files that hold essays, and what the operator should know."""

    files: tuple[ReadFile, ...]
    skipped: tuple[SkippedFile, ...]


def _load(root: Path) -> _Loaded:
    _check_folder(root)
    manifest = read_manifest(root)
    files: list[ReadFile] = []
    skipped: list[SkippedFile] = []
    names = essay_files(root)
    for file in names:
        text, reason = _read_text(root, file)
        if reason is not None:
            skipped.append(SkippedFile(file=printable(file), reason=reason))
            continue
        read = read_essays(file, text, manifest.plan(file))
        skipped.extend(SkippedFile(file=file, reason=fault, kept=True) for fault in read.faults)
        files.append(read)
    skipped.extend(_absent(manifest, names))
    return _with_twins(files, skipped)


def _check_folder(root: Path) -> None:
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise CorpusError(f"the corpus folder {root} {what}; set CORPUS_DIR or --corpus")


def _read_text(root: Path, file: str) -> tuple[str, str | None]:
    """A file's text, or a reason why it has none."""
    if printable(file) != file:
        return "", "its name is not UTF-8; rename it"
    try:
        text = read_regular(root / file).decode("utf-8")
    except OSError as exc:
        return "", f"cannot be read ({exc.strerror or type(exc).__name__})"
    except UnicodeDecodeError as exc:
        return "", f"is not UTF-8 (byte {exc.start}); save it as UTF-8"
    if "\x00" in text:
        return "", f"is not text (a zero byte at character {text.index(chr(0))})"
    if next(content_offsets(text), None) is None:
        return "", "is empty" if not text.strip() else "holds no text"
    return text, None


def _absent(manifest: Manifest, names: list[str]) -> Iterator[SkippedFile]:
    for file in manifest.files:
        if file not in names:
            yield SkippedFile(file=file, reason=f"named in {MANIFEST_NAME}, but not in the folder")


def _with_twins(files: list[ReadFile], skipped: list[SkippedFile]) -> _Loaded:
    """Settle ``same_as``: told by one of a pair, it holds for both; a title that no essay has is left out."""
    essays = [read.essay for file in files for read in file.essays]
    titles = {essay.title for essay in essays}
    twins = {essay.same_as: essay.title for essay in essays if essay.same_as}
    for essay in essays:
        if essay.same_as and essay.same_as not in titles:
            reason = f"{MANIFEST_NAME} calls '{essay.title}' the same as '{essay.same_as}', which no essay is"
            skipped.append(SkippedFile(file=essay.span.file, reason=reason, kept=True))

    def settled(read: ReadEssay) -> ReadEssay:
        told = read.essay.same_as or twins.get(read.essay.title)
        return replace(read, essay=replace(read.essay, same_as=told if told in titles else None))

    settled_files = tuple(replace(file, essays=tuple(settled(read) for read in file.essays)) for file in files)
    return _Loaded(files=settled_files, skipped=tuple(skipped))
