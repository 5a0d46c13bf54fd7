"""What the keepers of the data write down: backups, restores."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.assurance.models import BackupRun
from heedful.audit.actions import append
from heedful.audit.queries import chains
from heedful.audit.rules import SYSTEM, Action, Fact

INSTALLATION = 0


def record_backup(*, now: datetime, name: str = "", size_bytes: int = 0, captures: int = 0, blobs: int = 0, fault: str = "") -> BackupRun:
    """Write down that a backup was made, or with `fault` that it was not."""
    with transaction.atomic():
        run = BackupRun.objects.create(at=now, name=name, size_bytes=size_bytes, captures=captures, blobs=blobs, fault=fault)
        details = {"captures": captures, "blobs": blobs, "size_bytes": size_bytes} if not fault else {"fault": fault}
        fact = Fact(Action.BACKUP_FAILED if fault else Action.BACKUP_MADE, "backup", (str(run.pk),), details)
        append(school_id=INSTALLATION, actor=SYSTEM, fact=fact, now=now)
    return run


def record_restore(*, backup: str, made_at: str, now: datetime) -> None:
    """Write into every chain that what follows comes after a restore: entries after `made_at` may have been there and be lost."""
    with transaction.atomic():
        for school_id in sorted({INSTALLATION, *chains()}):
            append(school_id=school_id, actor=SYSTEM, fact=Fact(Action.BACKUP_RESTORED, "backup", (backup,), {"made_at": made_at}), now=now)


def record_recovery_key(*, now: datetime) -> None:
    """Write down that a recovery key was made; which one, nobody writes down."""
    with transaction.atomic():
        append(school_id=INSTALLATION, actor=SYSTEM, fact=Fact(Action.RECOVERY_KEY_MADE, "installation", ()), now=now)
