"""The nightly and weekly work of keeping: it calls actions and decides nothing. Everything here may run twice."""

from __future__ import annotations

import subprocess
import sys

import structlog
from django.conf import settings
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from heedful.assurance.actions import run_night, send_heads, tell_of_old_backup
from heedful.audit.actions import check_chain_on
from heedful.audit.queries import chains

log = structlog.get_logger()
# The worker's clock is UTC: this is night in the United Kingdom all year.
BACKUP_AT, RETENTION_AT, TOLD_AT = 1, 2, 7


@db_periodic_task(crontab(hour=str(BACKUP_AT), minute="10"))
def nightly_backup() -> None:
    """Make a backup in a process of its own, at low priority, where a folder is set."""
    if settings.VALUES.path("HEEDFUL_BACKUP_DIR") is None:
        return
    command = ["nice", "-n", "10", sys.executable, "-m", "heedful", "backup", "--keep", str(settings.VALUES.number("HEEDFUL_BACKUP_KEEP"))]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no words of a user
    log.info("keeping.backup", status=done.returncode)


@db_periodic_task(crontab(hour=str(RETENTION_AT), minute="20"))
def nightly_retention() -> None:
    """Delete what is past its time."""
    log.info("keeping.retention", **run_night(now=timezone.now()))


@db_periodic_task(crontab(hour="*/4", minute="40"))
def check_chains_on() -> None:
    """Walk what was added to each chain, so that pages have little left to walk."""
    for school_id in chains():
        if broken := check_chain_on(school_id, now=timezone.now()):
            log.error("keeping.chain_broken", school=school_id, entry=broken.number)


@db_periodic_task(crontab(hour=str(TOLD_AT), minute="0"))
def look_at_backups() -> None:
    """Tell people that the last backup is old. Not in the demo, which keeps nothing."""
    if not settings.DEMO:
        tell_of_old_backup(now=timezone.now())


@db_periodic_task(crontab(day_of_week="1", hour=str(TOLD_AT), minute="5"))
def weekly_heads() -> None:
    """Mail each chain's head."""
    send_heads(now=timezone.now())
