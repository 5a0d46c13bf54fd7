"""Deleting captures whose time is over: in small steps, each whole in itself, so that a night may be broken off anywhere.

A row goes before its file. What is left then is a file that no row names, and `sweep_files` takes it a day later.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.line import writers_in_line
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.captures.actions.bursts import refold
from heedful.captures.actions.store import CLOCK_SUBJECT
from heedful.captures.models import Capture, Deletion, RetentionChoice
from heedful.captures.queries.ciphertexts import names_of_blobs, uses_key
from heedful.captures.queries.retained import days_in_force, ended, ending_unreviewed, is_open_verdict, parts_ended
from heedful.captures.retention import TOLD_DAYS_BEFORE, UNTOLD, Kept
from heedful.captures.second_look.actions import keep_figures
from heedful.escalation.actions import tell_people
from heedful.escalation.models import Clock
from heedful.escalation.rules import NoticeKind
from heedful.people.queries import people_with_role, who_may_be_told
from heedful.people.rules import RoleName
from heedful.vault.actions import destroy_keys, make_key
from heedful.vault.blobs import blobs_of_school, remove_blob
from heedful.vault.queries import key_versions

STEP = 100
NEW_KEY_AFTER = timedelta(days=30)
# Whoever sealed something has long stored it: a key that was the newest so lately is never destroyed.
SUPERSEDED_FOR = timedelta(days=2)
FILE_GRACE = timedelta(days=1)
PAGE_URL_NAME = "retention"


def tell_before_deletion(*, school_id: int, now: datetime) -> int:
    """Tell the safeguarding leads what nobody has reviewed and will go: once two weeks before, in one mail a week, and once in the last days.

    Returns of how many captures they were told. Where there is nobody to tell, nothing counts as told, and nothing of it is deleted.
    """
    today = timezone.localdate(now)
    first, last = TOLD_DAYS_BEFORE
    week = 6 if today.weekday() == 0 else -1  # on Mondays all that reaches two weeks before the next one; else only what was forgotten
    early = ending_unreviewed(school_id, by=today + timedelta(days=first + week)).filter(told_of_end=0)
    late = ending_unreviewed(school_id, by=today + timedelta(days=last)).filter(told_of_end__lt=2)
    told = _tell(school_id, late, stage=2, now=now)
    return told + _tell(school_id, early, stage=1, now=now)


def _tell(school_id: int, rows: QuerySet[Capture], *, stage: int, now: datetime) -> int:
    with writers_in_line(), transaction.atomic():
        wait_in_line(school_id)
        count = rows.count()
        people = who_may_be_told(school_id, people_with_role(school_id, RoleName.DSL, RoleName.DEPUTY)) if count else []
        if not people:
            return 0
        today = timezone.localdate(now)
        tell_people(
            school_id=school_id, kind=NoticeKind.RETENTION_SOON, people=people, now=now, number=count, url_name=PAGE_URL_NAME,
            once_key=f"stage-{stage}-{today}",
        )  # fmt: skip
        return rows.update(told_of_end=stage, told_of_end_on=today)


def due(school_id: int, *, today: date) -> QuerySet[Capture]:
    """What is deleted tonight: nothing held, nothing open, and of what nobody has reviewed only what was told of in time."""
    told = Q(told_of_end__gte=2, told_of_end_on__lte=today - timedelta(days=TOLD_DAYS_BEFORE[-1]))
    return ended(school_id, today=today).exclude(is_open_verdict()).filter(~Q(kept_why=Kept.UNREVIEWED) | told)


def delete_captures(*, school_id: int, now: datetime, most: int = STEP) -> int:
    """One step: delete at most so many captures whose time is over, with everything that hangs on them. Returns how many; 0 is the end."""
    today, blobs = timezone.localdate(now), []
    with writers_in_line(), transaction.atomic():
        # Who decides or holds waits here too, so that what is due now is due until the commit.
        wait_in_line(school_id)
        rows = list(
            due(school_id, today=today).order_by("keep_until", "pk").only("pk", "kept_why", "kept_from", "picture_blob", "burst")[:most]
        )
        if not rows:
            return 0
        numbers = [row.pk for row in rows]
        blobs = [row.picture_blob for row in rows if row.picture_blob]
        Clock.objects.filter(subject_kind=CLOCK_SUBJECT, subject_id__in=numbers).delete()
        keep_figures(numbers)
        Capture.objects.filter(pk__in=numbers).only("pk").delete()
        refold(school_id, {row.burst for row in rows if row.burst})
        days = days_in_force(school_id, on=today)
        for why in sorted({row.kept_why for row in rows}):
            _log(school_id, f"captures.{why}", [row for row in rows if row.kept_why == why], days[Kept(why)], now)
        fact = Fact(Action.CAPTURES_DELETED, "capture", tuple(map(str, numbers)), {"by": "retention"})
        append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)
        transaction.on_commit(partial(_remove, school_id, blobs), robust=True)
    return len(rows)


def delete_parts(*, school_id: int, now: datetime, most: int = STEP) -> int:
    """One step: take the picture and the earlier lines of captures whose time for them is over. Returns how many; 0 is the end."""
    today = timezone.localdate(now)
    with writers_in_line(), transaction.atomic():
        wait_in_line(school_id)
        rows = list(
            parts_ended(school_id, today=today).order_by("parts_until", "pk").only("pk", "kept_from", "picture_blob")[:most]
        )
        if not rows:
            return 0
        blobs = [row.picture_blob for row in rows if row.picture_blob]
        Capture.objects.filter(pk__in=[row.pk for row in rows]).update(picture_blob="", before_sealed=b"", parts_until=None)
        _log(school_id, f"captures.{Kept.PARTS}", rows, days_in_force(school_id, on=today)[Kept.PARTS], now)
        fact = Fact(Action.CAPTURE_PARTS_DELETED, "capture", tuple(str(row.pk) for row in rows), {"pictures": len(blobs)})
        append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)
        transaction.on_commit(partial(_remove, school_id, blobs), robust=True)
    return len(rows)


def _log(school_id: int, kind: str, rows: Sequence[Capture], days: int, now: datetime) -> None:
    dates = [row.kept_from for row in rows]
    numbers = [row.pk for row in rows]
    Deletion.objects.create(
        school_id=school_id, at=now, kind=kind, count=len(rows), ids=numbers, oldest=min(dates), newest=max(dates), days=days
    )


def _remove(school_id: int, blobs: Sequence[str]) -> None:
    for name in blobs:
        remove_blob(school_id=school_id, name=name)


def sweep_files(*, school_id: int, now: datetime) -> int:
    """Remove sealed files that no row names: left by a crash between a row's end and its file's. Young ones may be about to get their row."""
    old = now.timestamp() - FILE_GRACE.total_seconds()
    lies = [name for name, _, written in blobs_of_school(school_id) if written < old]
    named = {name for _, name in names_of_blobs(school_id=school_id)} if lies else set()
    orphans = [name for name in lies if name not in named]
    if not orphans:
        return 0
    with transaction.atomic():
        Deletion.objects.create(school_id=school_id, at=now, kind="files.orphaned", count=len(orphans), ids=[])
        append(school_id=school_id, actor=SYSTEM, fact=Fact(Action.RECORDS_DELETED, "file", (), {"orphaned": len(orphans)}), now=now)
    _remove(school_id, orphans)
    return len(orphans)


def apply_choices(*, school_id: int, now: datetime) -> int:
    """Move the dates of what is stored to the periods in force. Returns how many moved; a second time moves none."""
    if not RetentionChoice.objects.filter(school_id=school_id).exists():
        return 0
    days, moved = days_in_force(school_id, on=timezone.localdate(now)), 0
    mine = Capture.objects.filter(school_id=school_id)
    for why in (kept for kept in Kept if kept != Kept.PARTS):
        of_kind = mine.filter(kept_why=why)
        for since in list(of_kind.order_by("kept_from").values_list("kept_from", flat=True).distinct()):
            until = since + timedelta(days=days[why])
            moved += _in_line(of_kind.filter(kept_from=since).exclude(keep_until=until), keep_until=until, **UNTOLD)
    return moved + _move_parts(mine.filter(parts_until__isnull=False), days[Kept.PARTS])


def _move_parts(rows: QuerySet[Capture], days: int) -> int:
    bounds = rows.aggregate(first=Min("arrived_at"), last=Max("arrived_at"))
    if bounds["first"] is None:
        return 0
    day, last, moved = timezone.localdate(bounds["first"]), timezone.localdate(bounds["last"]), 0
    while day <= last:
        start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
        until = day + timedelta(days=days)
        moved += _in_line(rows.filter(arrived_at__gte=start, arrived_at__lt=end).exclude(parts_until=until), parts_until=until)
        day += timedelta(days=1)
    return moved


def _in_line(rows: QuerySet[Capture], **values: Any) -> int:
    with writers_in_line():
        return rows.update(**values)


def renew_keys(*, school_id: int, now: datetime) -> list[int]:
    """Give the school a new key each month, and destroy each older one that protects nothing any more. Returns the destroyed versions.

    Nothing is sealed anew: a key goes with the last of what it sealed, and copies of that can't be opened from then on.
    """
    versions = key_versions(school_id)
    if not versions:
        return []
    if versions[-1][1] < now - NEW_KEY_AFTER:
        with writers_in_line(), transaction.atomic():
            wait_in_line(school_id)
            made = make_key(school_id=school_id)
            append(school_id=school_id, actor=SYSTEM, fact=Fact(Action.SCHOOL_KEY_MADE, "school", (str(school_id),), {"version": made}), now=now)
    return _destroy(school_id, now)


def _destroy(school_id: int, now: datetime) -> list[int]:
    versions = key_versions(school_id)
    # A version is out of use once the next one was made; what is unused then stays unused, nothing seals with it again.
    old = [version for (version, _), (_, superseded_at) in pairwise(versions) if superseded_at < now - SUPERSEDED_FOR]
    unused = [version for version in old if not uses_key(school_id, version)]
    if not unused:
        return []
    with writers_in_line(), transaction.atomic():
        wait_in_line(school_id)
        gone = destroy_keys(school_id=school_id, versions=unused)
        Deletion.objects.create(school_id=school_id, at=now, kind="keys", count=len(gone), ids=gone)
        fact = Fact(Action.SCHOOL_KEY_DESTROYED, "school", (str(school_id),), {"versions": gone})
        append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)
    return gone


def forget_deleted_bytes() -> None:
    """Let SQLite overwrite what it deletes on this connection, so that its file does not keep it. PostgreSQL has no such thing."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def settle_file() -> None:
    """Take what SQLite's log still holds into the file and empty the log. It waits for nobody: where somebody reads, the next night does it."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as own:  # writers would wait with us for the last reader
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def expected(school_id: int, *, now: datetime) -> Mapping[str, int]:
    """What tonight would delete, by kind: for a dry run."""
    today = timezone.localdate(now)
    counts: Collection[dict[str, int]] = due(school_id, today=today).values("kept_why").order_by("kept_why").annotate(n=Count("pk"))  # type: ignore[assignment]
    found = {f"captures.{row['kept_why']}": row["n"] for row in counts}
    parts = parts_ended(school_id, today=today).count()
    return found | ({f"captures.{Kept.PARTS}": parts} if parts else {})
