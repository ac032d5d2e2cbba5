"""Which files of a folder hold essays, and their bytes."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.errors import CorpusError

SUFFIXES = (".md", ".txt")
README = "readme"


def check_folder(root: Path) -> None:
    """Raise CorpusError where there is no such folder."""
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise CorpusError(f"the corpus folder {root} {what}; set CORPUS_DIR or --corpus")


def essay_files(root: Path) -> list[str]:
    """Relative paths of the essay files with ``/`` separators, sorted.

    Names that are not UTF-8 hold surrogates, as Python has them from the system. Links to folders
    are followed, but no folder is read twice; folders that cannot be listed count as empty.
    """
    return sorted(path for path in _visible_files(root) if _is_essay(path))


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError for any other: reading a pipe or a device may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return path.read_bytes()


def printable(file: str) -> str:
    r"""A file's name as it can be written anywhere: bytes that are no UTF-8 as ``\xff``."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _is_essay(file: str) -> bool:
    path = Path(file)
    is_readme = len(path.parts) == 1 and path.stem.lower() == README
    return path.suffix.lower() in SUFFIXES and not is_readme


def _visible_files(root: Path) -> Iterator[str]:
    above = {str(folder) for folder in root.resolve().parents}
    seen: set[str] = set()
    waiting = [root]
    while waiting:  # the folders themselves come first, so that a link between two of them adds nothing
        for folder, folders, names in os.walk(waiting.pop(0)):
            place = os.path.realpath(folder)
            if place in seen or place in above:
                folders.clear()
                continue
            seen.add(place)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            waiting.extend(link for name in folders if (link := Path(folder) / name).is_symlink())
            for name in names:
                if not name.startswith("."):
                    yield (Path(folder) / name).relative_to(root).as_posix()
