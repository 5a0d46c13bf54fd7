"""The weekly self-test in the background. It may run twice: each occasion is claimed once."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.devices.coverage.queries.self_tests import schools_due
from heedful.gateway.self_test import run_self_test


@db_periodic_task(crontab(minute="12"))
def test_ourselves() -> None:
    """Each hour: the schools whose self-test is due. One that failed is tried again the next day."""
    for school, due_key in schools_due(now=timezone.now()):
        run_self_test(school=school, due_key=due_key, now=timezone.now())
