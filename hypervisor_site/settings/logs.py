"""Log lines: readable on a terminal, JSON with LOG_FORMAT=json. Never a ticket or a password."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from .env import text

# Addresses whose last part is a right by itself: links to consoles, invitations, and ways back in.
KEYS = re.compile(r"(/(?:w|teams/join|account/password/reset/key|account/confirm-email)/)[^/\s?]+")


def without_keys(
    _logger: Any, _name: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Return a line in which no address gives a key away."""
    line["event"] = KEYS.sub(r"\1…", str(line.get("event", "")))
    return line


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
RENDERER: Any = (
    structlog.processors.JSONRenderer()
    if text("LOG_FORMAT") == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_keys,
                structlog.processors.format_exc_info,
                RENDERER,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "uvicorn": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        "asyncssh": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},  # its lines hold whole addresses
    },
}
