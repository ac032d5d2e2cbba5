"""``python -m bot`` and the console script ``yinju``."""

import os
import sys

SWITCH_INTERVAL_S = 0.001


def main() -> None:
    """Run the command line and exit with its status."""
    # Before any import of chromadb, whose onnxruntime would send usage data home, and of the embedder: threads
    # of ours do parallel work, and two OpenMP threads a call took 2.7 times as long on a busy machine with two cores.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # A thread that scores passages gives way to the event loop after a millisecond, not after five: with eight askers,
    # 99 of 100 turns of the loop came within 15 ms instead of 22 on a machine that was much too busy.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    from bot.cli import run  # noqa: PLC0415 (the environment is set first)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
