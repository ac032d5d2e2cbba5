"""Whether a folder can be written, asked where a library failed there and its words don't say why."""

import os
import tempfile
from pathlib import Path

TRIAL_BYTES = 8 * 2**20  # Chroma gives up while several 100 kB are free: a page of its index is what did not fit
UNWRITABLE = "the data folder cannot be written ({reason}); see DATA_DIR"


def obstacle_to_writing(folder: Path) -> str | None:
    """Why files in ``folder`` cannot be written, in the system's words; None where they can.

    Writes a trial file of ``TRIAL_BYTES`` and removes it: a quota or a read-only mount shows in no figure.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(os.urandom(TRIAL_BYTES))  # random, for zeros take no room in some file systems
            trial.flush()
            os.fsync(trial.fileno())  # a quota over the network is told no sooner
        for file in folder.iterdir():
            if not os.access(file, os.W_OK):
                return f"{file.name} belongs to somebody else or is read-only"
    except OSError as exc:
        return exc.strerror or type(exc).__name__
    return None
