"""What the pages on keeping show: counts, dates and who decided. No content, and names only for who may read captures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count as CountOf
from django.db.models import Q
from django.utils import timezone

from heedful.assurance.models import BackupRun, RetentionRun
from heedful.assurance.records import KEPT_ON, RECORDS, Record
from heedful.assurance.rules import Count
from heedful.audit.queries import Break, Mark, checkpoint_of, count_entries, entries_about, first_break, head_of
from heedful.audit.rules import Action
from heedful.captures.models import Capture, Deletion, RetentionChoice
from heedful.captures.queries.holds import HoldLine, holds_of_school, is_something_held
from heedful.captures.queries.retained import choices_of, chosen_next, days_in_force, ended, is_open_verdict, not_held
from heedful.captures.retention import BOUNDS, Kept
from heedful.people.models import School, SettingChange, User
from heedful.people.queries import has_right, schools_with
from heedful.people.rules import Right
from heedful.vault.queries import key_versions

LOG_ROWS = 60
SOON = timedelta(days=7)
TITLES = {f"captures.{kept}": kept.label for kept in Kept} | {record.model: record.title for record in RECORDS} | {
    "files.orphaned": "Files that no capture names", "keys": "Keys with nothing left to protect",
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """One kind: for how long, from when, what comes next, and how many go within a week."""

    kind: Kept
    days: int
    least: int
    most: int
    default: int
    counted_from: str
    next_days: int | None
    next_from: date | None
    soon: Count


@dataclass(frozen=True)
class LogLine:
    """One kind on one day."""

    on: date
    title: str
    count: Count
    oldest: date | None
    newest: date | None
    days: int | None


@dataclass(frozen=True)
class SchoolRetention:
    """The retention page's part on one school."""

    id: int
    name: str
    periods: tuple[Period, ...]
    holds: tuple[HoldLine, ...]
    is_something_held: bool
    log: tuple[LogLine, ...]
    choices: tuple[RetentionChoice, ...]
    waits_to_be_told: Count
    open_past: Count
    keys: int
    may_change: bool


@dataclass(frozen=True)
class RetentionPage:
    schools: tuple[SchoolRetention, ...]
    last_run: RetentionRun | None
    records: tuple[Record, ...]
    kept_on: tuple[tuple[str, str], ...]


def retention_page(viewer: User, *, now: datetime) -> RetentionPage:
    """One part per school in which the viewer sees assurance."""
    schools = School.objects.filter(id__in=schools_with(viewer, Right.SEE_ASSURANCE)).order_by("name")
    last = RetentionRun.objects.order_by("-started_at").first()
    return RetentionPage(tuple(_retention_of(viewer, school, now) for school in schools), last, RECORDS, KEPT_ON)


def schools_to_change(viewer: User) -> list[tuple[int, str]]:
    """Number and name of the schools whose periods this person may change."""
    return list(School.objects.filter(id__in=schools_with(viewer, Right.CHANGE_RETENTION)).order_by("name").values_list("pk", "name"))


def _retention_of(viewer: User, school: School, now: datetime) -> SchoolRetention:
    today = timezone.localdate(now)
    reads = has_right(viewer, school.pk, Right.READ_SAFEGUARDING)
    past = ended(school.pk, today=today)
    return SchoolRetention(
        id=school.pk,
        name=school.name,
        periods=_periods(school.pk, today),
        holds=holds_of_school(viewer, school.pk, today=today),
        is_something_held=is_something_held(school.pk),
        log=_log(school.pk, today, exact=reads),
        choices=tuple(choices_of(school.pk)[:20]),
        waits_to_be_told=Count(past.filter(kept_why=Kept.UNREVIEWED).count()),
        open_past=Count(past.filter(is_open_verdict()).count()),
        keys=len(key_versions(school.pk)),
        may_change=has_right(viewer, school.pk, Right.CHANGE_RETENTION),
    )


def _periods(school_id: int, today: date) -> tuple[Period, ...]:
    days, following = days_in_force(school_id, on=today), chosen_next(school_id, after=today)
    mine = not_held(Capture.objects.filter(school_id=school_id))
    soon = dict(mine.filter(keep_until__lt=today + SOON).exclude(is_open_verdict()).values_list("kept_why").order_by("kept_why").annotate(n=CountOf("pk")))
    soon[str(Kept.PARTS)] = mine.filter(parts_until__lt=today + SOON).count()
    rows = []
    for kind, bounds in BOUNDS.items():
        next_days, next_from = following.get(kind, (None, None))
        count = Count(soon.get(str(kind), 0))
        rows.append(Period(kind, days[kind], bounds.least, bounds.most, bounds.default, bounds.counted_from, next_days, next_from, count))
    return tuple(rows)


def _log(school_id: int, today: date, *, exact: bool) -> tuple[LogLine, ...]:
    """Newest day first, one line a kind and day: a night deletes in many steps."""
    rows = Deletion.objects.filter(Q(school_id=school_id) | Q(school=None), at__gt=timezone.now() - timedelta(days=62)).order_by("-at", "-id").defer("ids")
    merged: dict[tuple[date, str], LogLine] = {}
    for row in rows.iterator(chunk_size=500):
        key = (timezone.localdate(row.at), row.kind)
        line = merged.get(key)
        count = row.count + (line.count.value if line else 0)
        oldest = min(filter(None, (row.oldest, line.oldest if line else None)), default=None)
        newest = max(filter(None, (row.newest, line.newest if line else None)), default=None)
        merged[key] = LogLine(key[0], TITLES.get(row.kind, row.kind), Count(count, is_exact=exact), oldest, newest, row.days)
    return tuple(list(merged.values())[:LOG_ROWS])


@dataclass(frozen=True)
class SchoolRecord:
    """The record of one school: where it stands and whether it is whole."""

    name: str
    entries: int
    head: Mark | None
    broken: Break | None
    from_start_at: datetime | None
    changes: tuple[SettingChange, ...]


def record_page(viewer: User) -> tuple[SchoolRecord, ...]:
    """One part per school in which the viewer sees assurance."""
    schools = School.objects.filter(id__in=schools_with(viewer, Right.SEE_ASSURANCE)).order_by("name")
    return tuple(_record_of(school) for school in schools)


def _record_of(school: School) -> SchoolRecord:
    known = checkpoint_of(school.pk)
    broken = first_break(school.pk, after=Mark(known.number, known.hash) if known else None)
    changes = SettingChange.objects.filter(school=school).select_related("by").order_by("-id")[:20]
    return SchoolRecord(
        school.name, count_entries(school.pk), head_of(school.pk), broken, known.from_start_at if known else None, tuple(changes)
    )


def night_ran_at() -> datetime | None:
    """When the night's deletions last came to their end."""
    return RetentionRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").values_list("finished_at", flat=True).first()


def last_restore() -> datetime | None:
    """When a backup was last restored and found whole: for a try, or because it was needed."""
    found = [entry.at for action in (Action.RESTORE_TRIED, Action.BACKUP_RESTORED) for entry in entries_about(0, subject_kind="backup", action=action)]
    return max(found, default=None)


@dataclass(frozen=True)
class BackupsPage:
    """The last tries, newest first, and how old the last good one is."""

    runs: tuple[BackupRun, ...]
    last_good: BackupRun | None
    is_old: bool
    folder_is_set: bool
    keep: int
    has_recovery_key: bool
    last_restore: datetime | None


def backups_page_runs() -> tuple[BackupRun, ...]:
    """The last tries at a backup, the newest first."""
    return tuple(BackupRun.objects.order_by("-at")[:30])


def backups_page(*, now: datetime, folder_is_set: bool, keep: int, has_recovery_key: bool, old_after: timedelta) -> BackupsPage:
    """Backups of the whole installation; nothing of a school is in it but counts."""
    good = BackupRun.objects.filter(fault="").order_by("-at").first()
    runs = backups_page_runs()
    return BackupsPage(runs, good, good is None or now - good.at > old_after, folder_is_set, keep, has_recovery_key, last_restore())
