"""How much memory this process holds, as the system says."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/proc/self/status")
_LINE = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE)
_KIB_A_MIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Resident memory in MiB. ``own``: without what stands in files too, which the system may drop for others."""

    total_mib: float
    own_mib: float


def resident(status: Path = STATUS) -> Resident:
    """The resident memory of this process. Linux tells it; elsewhere the most that it ever was stands for both."""
    if not status.is_file():
        return _peak()
    sizes = {
        name: int(kib) / _KIB_A_MIB for name, kib in _LINE.findall(status.read_text(encoding="ascii", errors="replace"))
    }
    return Resident(total_mib=sizes["VmRSS"], own_mib=sizes["RssAnon"])


def _peak() -> Resident:
    import resource  # noqa: PLC0415 (not on every system)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mib = peak / (_KIB_A_MIB**2 if sys.platform == "darwin" else _KIB_A_MIB)
    return Resident(total_mib=mib, own_mib=mib)
