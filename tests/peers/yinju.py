"""Yinju as its users run it: ``yinju ingest``, then ``yinju search --batch``, each a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.model import Span
from bot.evaluation.model import Case
from bot.settings import Settings

Run = Mapping[str, Sequence[Span]]  # hits by question, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Yinju:
    """The program over a corpus, with an index of its own in ``data_dir`` and the settings it is shipped with."""

    corpus_dir: Path
    data_dir: Path

    def ingest(self) -> dict[str, float]:
        """Bring the index up to date; the summary."""
        summary: dict[str, float] = json.loads(self._output("ingest", "--json"))
        return summary

    def write_vectors(self) -> None:
        """Write the corpus's vectors beside it, so that an ingest of its texts embeds none of them again."""
        self._output("vectors")

    def search(self, cases: Sequence[Case], *, k: int) -> Run:
        """Ask every question, with the history that it has; first, as ever, the index is brought up to date."""
        asked = self.data_dir / "questions.jsonl"
        asked.parent.mkdir(parents=True, exist_ok=True)
        asked.write_text("".join(f"{json.dumps(_record(case))}\n" for case in cases), encoding="utf-8")
        rows = map(json.loads, self._output("search", "--batch", str(asked.absolute()), "-k", str(k)).split("\n")[:-1])
        return {row["id"]: tuple(_span(hit) for hit in row["hits"]) for row in rows}

    def _output(self, *arguments: str) -> str:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        folders = ["--corpus", str(self.corpus_dir.absolute()), "--data", str(self.data_dir.absolute())]
        # In a folder without .env, and without the settings of this machine: as it is shipped.
        done = subprocess.run(
            [sys.executable, "-m", "bot", *folders, *arguments],
            cwd=self.data_dir,
            env=_environment(os.environ),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8")


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    own = {name.upper() for name in Settings.model_fields}
    own |= {f"{name}_FILE" for name in own}
    return {name: value for name, value in given.items() if name.upper() not in own}


def _record(case: Case) -> dict[str, object]:
    history = [{"role": turn.role, "content": turn.content} for turn in case.history]
    return {"id": case.id, "question": case.question, "history": history}


def _span(hit: Mapping[str, object]) -> Span:
    return Span(file=str(hit["file"]), start=int(str(hit["start"])), end=int(str(hit["end"])))
