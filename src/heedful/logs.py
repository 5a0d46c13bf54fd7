"""Structured logs. What a pupil wrote, and who the pupil is, never goes in: log ids, counts and names of events alone."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(options: dict[str, Any]) -> None:
    """Send every log line to standard error, one event each. Called by Django with `settings.LOGGING`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.dev.ConsoleRenderer(colors=False) if options.get("demo") else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is now
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True)
    logging.getLogger("huey").setLevel(logging.ERROR)
    # A 4xx answered on purpose (404 for what is not yours) is no warning.
    logging.getLogger("django.request").setLevel(logging.ERROR)
