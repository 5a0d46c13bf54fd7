"""Background work on second looks: it calls actions and decides nothing. It may run twice."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.captures.second_look.actions import draw_weekly_samples


@db_periodic_task(crontab(minute="20", hour="*"))
def draw_samples_of_finished_weeks() -> None:
    """On Mondays after midnight, or whenever Heedful runs again."""
    draw_weekly_samples(now=timezone.now())
