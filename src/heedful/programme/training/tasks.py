"""Background work of training: it calls actions and decides nothing. It may run twice."""

from __future__ import annotations

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.programme.training.ending import tell_of_ends


@db_periodic_task(crontab(hour="7", minute="15"))
def tell_whose_training_ends() -> None:
    """Each morning: whose right to open captures ends soon, or has ended."""
    tell_of_ends(now=timezone.now())
