"""Background work on pilots: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.programme.pilot.actions import start_pilot
from heedful.programme.pilot.queries import ready_to_start
from heedful.programme.pilot.rules import PilotRefused

log = structlog.get_logger()


@db_periodic_task(crontab(minute="*"))
def start_designed_pilots() -> None:
    """A pilot whose design is done starts when the board has moved the school into its pilot."""
    start_ready(now=timezone.now())


def start_ready(*, now: datetime) -> int:
    """One look; returns how many started. One whose design is no longer sound waits for a person, and its page says why."""
    started = 0
    for school, number in ready_to_start():
        try:
            start_pilot(school=school, number=number, by=None, now=now)
        except PilotRefused:
            log.warning("pilot.not_started", school=school.pk, number=number)
        else:
            started += 1
    return started
