"""Which files of a folder hold essays, and their bytes."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.errors import CorpusError

SUFFIXES = (".md", ".txt")
READMES = ("readme.md", "readme.txt")  # beside the essays; further down one may be an essay


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
    return sorted(filter(_is_essay, _visible_files(root)))


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError for any other: reading a pipe or a device may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return path.read_bytes()


def printable(file: str) -> str:
    r"""A file's name as it can be written anywhere: bytes that are no UTF-8 as ``\xff``."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _is_essay(file: str) -> bool:
    folded = file.lower()
    return folded.endswith(SUFFIXES) and folded not in READMES


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
            within = Path(folder).relative_to(root)
            # Put together once a folder: a Path for each of 10,000 files took ten times as long as to find them.
            prefix = f"{within.as_posix()}/" if within.parts else ""
            for name in names:
                if not name.startswith("."):
                    yield f"{prefix}{name}"
