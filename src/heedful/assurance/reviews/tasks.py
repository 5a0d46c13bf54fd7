"""What Heedful looks at by itself, once a day: changes that ask for a review, and whether the yearly one is due. May run twice."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.assurance.reviews.actions import note_version, raise_triggers, remind_of_review
from heedful.people.queries import all_schools

log = structlog.get_logger()


@db_periodic_task(crontab(hour="5", minute="20"))
def look_for_changes() -> None:
    """Early each morning, so that the mails are there before school."""
    look_at_every_school(now=timezone.now())


def look_at_every_school(*, now: datetime) -> None:
    note_version(now=now)
    for school in all_schools():
        if school.practice_of_id is None:  # nothing is real there
            raised = raise_triggers(school=school, now=now)
            remind_of_review(school=school, now=now)
            if raised:
                log.info("reviews.triggered", school=school.pk, new=raised)
