"""Logs to stderr, as lines for a person or JSON for a machine."""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.settings import Settings

CHATTY = ("httpx", "httpx2", "httpcore", "openai", "telegram", "aiohttp.access", "chromadb", "dbos", "sqlalchemy")
"""Libraries whose INFO lines say nothing to an operator; httpx also writes the bot token in its URLs."""


def configure_logging(settings: Settings) -> None:
    """Send the log to stderr in the form and from the level that the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _JsonLines()
        if settings.log_format == "json"
        else logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


class _JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
