"""Background work: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from heedful.escalation.actions import make_notices, release_dead_claims, send_notice
from heedful.escalation.queries import clocks_to_notify, notices_to_send
from heedful.escalation.rolls import tell_of_rolls


def worker_file() -> Path:
    """A file that the worker touches each minute: `heedful doctor` looks at its age."""
    return Path(settings.DATA_DIR) / "worker.alive"


@db_task()
def tell(clock_id: int) -> None:
    """Make and send the notices of one clock."""
    for notice_id in make_notices(clock_id=clock_id, now=timezone.now()):
        send_notice(notice_id=notice_id, now=timezone.now())


@db_task()
def send_waiting() -> None:
    """Send what waits in the outbox."""
    for notice_id in notices_to_send(now=timezone.now()):
        send_notice(notice_id=notice_id, now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Find what the queue lost: clocks not told, notices not sent, claims of dead workers."""
    run_sweep()


def run_sweep() -> None:
    """One sweep, also at the start of the worker, so that a restart does not wait for the minute."""
    worker_file().touch(mode=0o600)
    release_dead_claims(now=timezone.now())
    tell_of_rolls(now=timezone.now())
    for clock_id in clocks_to_notify(now=timezone.now()):
        make_notices(clock_id=clock_id, now=timezone.now())
    for notice_id in notices_to_send(now=timezone.now()):
        send_notice(notice_id=notice_id, now=timezone.now())
