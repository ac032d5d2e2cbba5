r"""A folder of essay files into a corpus.

Offsets count code points of ``path.read_bytes().decode("utf-8")``: line breaks stay as they are
(``\r\n`` counts two), and a byte order mark counts one.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

from bot.corpus.essays import ReadFile
from bot.corpus.files import check_folder, essay_files, read_regular
from bot.corpus.grouping import PassageSize
from bot.corpus.manifest import MANIFEST_NAME
from bot.corpus.model import Corpus, Essay, Passage
from bot.corpus.passages import passages_of
from bot.corpus.survey import survey


def load_corpus(root: Path, count_tokens: Callable[[str], int], *, size: PassageSize | None = None) -> Corpus:
    """Read all essays of a folder and cut them into passages.

    ``.md`` and ``.txt`` files count, in all folders below, but for hidden ones and a README at the
    root; order is that of the relative paths. ``count_tokens`` is the embedder's count, special
    tokens included. A file that cannot be used, or not as its writer meant it, is told in
    ``skipped``; a folder without essays gives an empty corpus. Raises CorpusError where the folder is
    missing or ``corpus.toml`` is broken.
    """
    found = survey(root)
    return Corpus(
        root=root,
        essays=tuple(read.essay for file in found.changed for read in file.essays),
        passages=tuple(passage for file in found.changed for passage in cut(file, count_tokens, size=size)),
        skipped=found.skipped,
    )


def cut(file: ReadFile, count_tokens: Callable[[str], int], *, size: PassageSize | None = None) -> Iterator[Passage]:
    """The passages of a file, in order."""
    for read in file.essays:
        yield from passages_of(
            read.essay, file.text, read.sections, count_tokens=count_tokens, size=size or PassageSize()
        )


def load_essays(root: Path) -> tuple[Essay, ...]:
    """The essays of a folder in corpus order, without passages. Raises CorpusError as ``load_corpus`` does."""
    return tuple(read.essay for file in survey(root).changed for read in file.essays)


def fingerprint(root: Path) -> str:
    """A hash (32 hex digits) that changes when an essay file, the manifest, or this package's code does.

    The code counts because new rules cut the same files into other passages. Raises CorpusError
    where the folder is missing.
    """
    check_folder(root)
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
