"""The README's example is a real run."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"```console\n\$ printf '(?P<question>[^']+)\\n' \| make -s chat\n(?P<said>.*?)```", re.DOTALL)


def test_the_example_is_what_the_program_prints(tmp_path: Path) -> None:
    """The question of the README, over the essays that come along, gives the README's answer to the letter."""
    example = EXAMPLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert example is not None

    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--corpus", str(ROOT / "seeds"), "--data", str(tmp_path / "data")],
        input=f"{example['question']}\n".encode(),
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
        check=True,
    )

    assert done.stdout.decode().strip() == example["said"].strip()
