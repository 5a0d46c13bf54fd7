"""What the keepers of the data do and write down: backups, restores, the night's deletions, the weekly head of the audit chain."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from time import sleep

from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField
from django.utils import timezone

from heedful.assurance.models import BackupRun, RetentionRun
from heedful.assurance.records import RECORDS
from heedful.audit.actions import append, check_whole_chain
from heedful.audit.line import writers_in_line
from heedful.audit.models import Entry
from heedful.audit.queries import chains, head_of
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.actions import retain
from heedful.captures.models import Deletion
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.queries import all_schools, people_with_role
from heedful.people.rules import RoleName
from heedful.vault.line import keepers_in_line

RECORDS_STEP = 500
# Between two steps of a night: whoever waits to write, devices above all, gets in.
PAUSE_S = 0.02
BACKUP_OLD_DAYS = 2
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


def record_restore_tried(*, backup: str, by: User | None, now: datetime) -> None:
    """Write down that this backup was restored for a try and found whole: by `heedful restore --try`, or by hand on another machine."""
    how = "by_hand" if by else "command"
    with transaction.atomic():
        fact = Fact(Action.RESTORE_TRIED, "backup", (backup,), {"how": how})
        append(school_id=INSTALLATION, actor=Actor.person(by.pk) if by else SYSTEM, fact=fact, now=now)


def record_recovery_key(*, now: datetime) -> None:
    """Write down that a recovery key was made; which one, nobody writes down."""
    with transaction.atomic():
        append(school_id=INSTALLATION, actor=SYSTEM, fact=Fact(Action.RECOVERY_KEY_MADE, "installation", ()), now=now)


def run_night(*, now: datetime) -> dict[str, int]:
    """Delete everything whose time is over, in small steps. Returns how many of each kind went. Safe to break off and to run twice."""
    counts: Counter[str] = Counter()
    with keepers_in_line():
        run = RetentionRun.objects.create(started_at=now)
        retain.forget_deleted_bytes()
        for school in all_schools():
            counts.update(_night_of(school.pk, now))
        counts.update(_delete_records(now))
        retain.settle_file()
        RetentionRun.objects.filter(pk=run.pk).update(finished_at=timezone.now(), counts=dict(counts))
    return dict(counts)


def _night_of(school_id: int, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    retain.apply_choices(school_id=school_id, now=now)
    counts["told"] = retain.tell_before_deletion(school_id=school_id, now=now)
    for kind, step in (("parts", retain.delete_parts), ("captures", retain.delete_captures)):
        while done := step(school_id=school_id, now=now):
            counts[kind] += done
            sleep(PAUSE_S)
    counts["files"] = retain.sweep_files(school_id=school_id, now=now)
    counts["keys"] = len(retain.renew_keys(school_id=school_id, now=now))
    return counts


def _delete_records(now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    for record in RECORDS:
        model, before = apps.get_model(record.model), now - timedelta(days=record.days)
        column = model._meta.get_field(record.since)
        limit = before if isinstance(column, DateTimeField) else timezone.localdate(before)
        rows = model._default_manager.filter(**{f"{record.since}__lt": limit}, **record.only).order_by("pk")
        while pks := list(rows.values_list("pk", flat=True)[:RECORDS_STEP]):
            with writers_in_line(), transaction.atomic():
                model._default_manager.filter(pk__in=pks).delete()
            counts[record.model] += len(pks)
    if counts:
        with transaction.atomic():
            Deletion.objects.bulk_create(Deletion(school=None, at=now, kind=kind, count=count) for kind, count in sorted(counts.items()))
            fact = Fact(Action.RECORDS_DELETED, "records", (), dict(sorted(counts.items())))
            append(school_id=INSTALLATION, actor=SYSTEM, fact=fact, now=now)
    return counts


def tell_of_old_backup(*, now: datetime) -> int:
    """Tell each school's technicians and leads, once a day, that the last whole backup is old. Returns its age in days; 0 where all is well."""
    last = BackupRun.objects.filter(fault="").order_by("-at").values_list("at", flat=True).first()
    since = last or Entry.objects.filter(number=1).order_by("at").values_list("at", flat=True).first() or now
    days = (now - since).days
    if days < BACKUP_OLD_DAYS:
        return 0
    for school in all_schools():
        tell_people(
            school_id=school.pk, kind=NoticeKind.BACKUP_OLD, people=people_with_role(school.pk, RoleName.TECHNICIAN, RoleName.DSL), now=now,
            number=days, url_name="backups", once_key=str(timezone.localdate(now)),
        )  # fmt: skip
    return days


def send_heads(*, now: datetime) -> list[int]:
    """Check every school's chain from its start, then mail its head to the safeguarding lead and the head. Returns the schools told.

    A broken chain's head is not sent: its leads are told that it is broken, and at which entry.
    """
    told = []
    for school in all_schools():
        broken = check_whole_chain(school.pk, now=now)
        head = head_of(school.pk)
        if head is None:
            continue
        kind = NoticeKind.AUDIT_BROKEN if broken else NoticeKind.AUDIT_HEAD
        tell_people(
            school_id=school.pk, kind=kind, people=people_with_role(school.pk, RoleName.DSL, RoleName.HEAD), now=now,
            number=broken.number if broken else head.number, digest="" if broken else head.hash, url_name="record",
            once_key=f"{timezone.localdate(now):%G-W%V}",
        )  # fmt: skip
        told.append(school.pk)
    return told
