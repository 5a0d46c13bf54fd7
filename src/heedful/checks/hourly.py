"""The worker looks after the machine each hour and keeps what it found for the technician's page."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.assurance.checkup import keep_checkup
from heedful.checks import examine


@db_periodic_task(crontab(minute="7"))
def look_after_the_machine() -> None:
    """Every check, mail and both doors too."""
    keep_checkup(examine(offline=False), now=timezone.now())
