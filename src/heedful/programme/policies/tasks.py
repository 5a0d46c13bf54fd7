"""Background work on policies: it calls an action and decides nothing. It may run twice."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.programme.policies.actions.reminding import remind_of_reviews


@db_periodic_task(crontab(minute="20", hour="6-18"))
def look_after_reviews() -> None:
    """Tell whose policy's review comes or is past."""
    remind_of_reviews(now=timezone.now())
