"""Reminding staff of what they have not confirmed. Safe to run twice: a week has one reminder."""

from __future__ import annotations

import structlog
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.people.queries import all_schools
from heedful.programme.communication.actions import remind

log = structlog.get_logger()


@db_periodic_task(crontab(day_of_week="2", hour="7", minute="30"))
def remind_weekly() -> None:
    """On Tuesdays, when people are at school and Monday is over."""
    for school in all_schools():
        if told := remind(school_id=school.pk, now=timezone.now()):
            log.info("communication.reminded", school=school.pk, people=told)
