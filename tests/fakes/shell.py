"""The command line as a shell runs it, over a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CATS = (
    "# 猫与数学\n\n我家小猫的名字叫伽罗瓦，以纪念我最喜欢的法国数学家。它每天睡十六个小时，醒来就推倒书架上的论文。\n"
)
TIDES = (
    "# On Tides\n\nThe moon pulls the nearer ocean harder than the farther one, and so there are two tides a day.\n"
    "The highest tides come at new moon and at full moon, when sun and moon pull along one line.\n"
)
TWO_ESSAYS = {"cats.md": CATS, "tides.md": TIDES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs ``python -m bot`` of this checkout over one corpus and one data folder."""

    corpus: Path
    data: Path

    @property
    def folder(self) -> Path:
        """Where commands are run: the folder that the data folder stands in."""
        return self.data.parent

    def run(self, *argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end; no command ever ends with a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", "--corpus", str(self.corpus), "--data", str(self.data), *argv],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            timeout=120,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    def told(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a command, and read what it says as text."""
        done = self.run(*argv)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def lines(self, *argv: str) -> Sequence[dict[str, object]]:
        """Run a command that must succeed, and read the JSON lines that it prints."""
        done = self.run(*argv)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.decode().splitlines()]


def make_shell(folder: Path, essays: Mapping[str, str] = TWO_ESSAYS) -> Shell:
    """A shell in ``folder`` with these essays by file name, nothing ingested yet."""
    shell = Shell(corpus=folder / "essays", data=folder / "data")
    shell.corpus.mkdir()
    for name, text in essays.items():
        (shell.corpus / name).write_text(text, encoding="utf-8")
    return shell
