"""Background work on captures: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

import threading
import time

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.captures.actions.adopt import adopt_waiting
from heedful.captures.actions.first_look import end_first_looks
from heedful.captures.actions.read_again import read_again
from heedful.captures.actions.seal import remove_left_behind
from heedful.captures.actions.undo import wake_snoozed

READS_FOR_S = 50.0  # of each minute, so that two never read at once for long
_reading = threading.Lock()


@db_periodic_task(crontab(minute="*/10"))
def remove_files_left_behind() -> None:
    """Files of sealed and destroyed pictures that a crash has left."""
    remove_left_behind()


@db_periodic_task(crontab(minute="*"))
def bring_back() -> None:
    """Captures that somebody put off until now."""
    wake_snoozed(now=timezone.now())


@db_periodic_task(crontab(minute="*/10"))
def adopt_captures_of_matched_accounts() -> None:
    """Captures of accounts that were on no roll when they came, and are one pupil's now."""
    adopt_waiting(now=timezone.now())


@db_periodic_task(crontab(minute="*/10"))
def give_up_first_looks() -> None:
    """Captures that wait for somebody's first look longer than a school day."""
    end_first_looks(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def read_what_came_in_bulk() -> None:
    """The second reading, by one thread, which rests as long as it works: devices and pages come first."""
    if not _reading.acquire(blocking=False):
        return
    try:
        ends = time.monotonic() + READS_FOR_S
        while (started := time.monotonic()) < ends and read_again(now=timezone.now()):
            time.sleep(time.monotonic() - started)
    finally:
        _reading.release()
