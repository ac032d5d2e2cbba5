"""``python -m bot`` and the console script ``yinju``."""

import os
import sys


def main() -> None:
    """Run the command line and exit with its status."""
    # Before any import of chromadb (whose onnxruntime would send usage data home) or of the embedder
    # (one OpenMP thread a call, since parallel work runs in threads of our own (part 3 of the design gives the measurement)).
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from bot.cli import run  # noqa: PLC0415 (the environment is set first)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
