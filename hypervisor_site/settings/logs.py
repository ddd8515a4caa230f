"""Log lines: readable on a terminal, JSON with LOG_FORMAT=json. Never a ticket or a password."""

from typing import Any

import structlog

from .env import text

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
