"""What the first bytes of a SQLite file tell, without a library (https://www.sqlite.org/fileformat2.html)."""

from pathlib import Path

MAGIC = b"SQLite format 3\0"
HEADER_BYTES = 100
LARGEST_PAGE_BYTES = 65_536
ITS_CODE = 1  # 65,536 does not fit into two bytes


def is_whole(path: Path) -> bool:
    """Whether ``path`` is a SQLite file, and not shorter than its header says."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
        size_bytes = path.stat().st_size
    except OSError:
        return False
    page_bytes = int.from_bytes(header[16:18])
    pages = int.from_bytes(header[28:32])
    page_bytes = LARGEST_PAGE_BYTES if page_bytes == ITS_CODE else page_bytes
    return len(header) == HEADER_BYTES and header.startswith(MAGIC) and size_bytes >= pages * page_bytes
