"""Background work of devices: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.devices.actions.forgetting import forget_what_is_over
from heedful.devices.coverage.actions.health import keep_health
from heedful.devices.coverage.actions.silence import watch_silence
from heedful.devices.coverage.queries.lists import silent_and_in_use
from heedful.people.queries import all_schools


@db_periodic_task(crontab(hour="2", minute="40"))
def forget() -> None:
    """Nightly: what devices said and is of no more use."""
    forget_what_is_over(now=timezone.now())


@db_periodic_task(crontab(minute="25,55"))
def watch_for_silence() -> None:
    """In school hours: tell once where more devices are silent than may be."""
    look_for_silence(now=timezone.now())


@db_periodic_task(crontab(minute="*/5"))
def count_coverage() -> None:
    """What every queue page says of coverage."""
    count_every_school(now=timezone.now())


def count_every_school(*, now: datetime) -> None:
    for school in all_schools():
        keep_health(school=school, now=now)


def look_for_silence(*, now: datetime) -> None:
    """One look at every school that is at school now."""
    for school in all_schools():
        counted = silent_and_in_use(school, now=now)
        if counted is not None:
            silent, in_use = counted
            watch_silence(school=school, silent=silent, in_use=in_use, now=now)
