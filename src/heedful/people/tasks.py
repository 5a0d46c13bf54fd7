"""Background work on the roll: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.people.roll.actions.imports import expire_imports
from heedful.people.roll.folder import run_folder
from heedful.people.roll.queries.imports import expired_imports


@db_periodic_task(crontab(minute="*/5"))
def look_after_the_roll() -> None:
    """Let go of imports that nobody decided; at the school's hour take what the watched folder has."""
    run_roll(now=timezone.now())


def run_roll(*, now: datetime) -> int:
    """One look; returns how many imports came from the folder."""
    expire_imports(import_ids=expired_imports(now=now))
    folder = settings.ROLL_DIR
    if folder is None or timezone.localtime(now).hour != settings.ROLL_HOUR:
        return 0
    return run_folder(folder, now=now)
