"""Storing what devices send: assessed, sealed, routed, audited, in one transaction, each id once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.line import writers_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.bursts import fold_new
from heedful.captures.approaches import Handling, first_look_of, handling_of
from heedful.captures.assessing import Judged, judge, line_of, reads_slowly
from heedful.captures.models import Capture
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import Kept
from heedful.captures.rules import WAITS_FIRST, FirstLook, ResultStatus, Source, may_keep_picture
from heedful.captures.sealing import Content, seal_content, seal_picture
from heedful.devices.actions import take_hourly_room
from heedful.devices.models import Profile
from heedful.escalation.actions import Subject, start_clock, tell_people
from heedful.escalation.rules import NoticeKind
from heedful.escalation.tasks import tell
from heedful.people.models import Account, Bar, User
from heedful.people.queries import who_may_be_told
from heedful.people.rules import AgeBand
from heedful.thresholds.approaches.rules import LooksFirst, Notify, Running
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import ACKNOWLEDGE_WITHIN_MINUTES, Table, Urgency
from heedful.vault.blobs import shred_blob, write_blob
from heedful.vault.queries import SchoolVault

CLOCK_SUBJECT = "capture"
PAGE_URL_NAME = "capture"
SOURCES_URL_NAME = "source_filter"
EARLIER_LINES_FROM = 3
MOST_READ_AT_ONCE = 4  # so many new captures of one request every layer judges before it is answered
SECOND_READING_AFTER = timedelta(minutes=1)  # what comes in bulk is let in first


@dataclass(frozen=True)
class Incoming:
    """One capture as it came, already held to the schema; `account` is who the roll says it is."""

    capture_id: UUID
    observed_at: datetime
    source: str
    app: str
    host: str
    content: Content
    account: Account | None
    identity_confidence: str
    identity_how: str
    device_bundle_version: str
    picture: bytes = b""

    @property
    def age_band(self) -> str:
        return self.account.pupil.age_band if self.account and self.account.pupil else AgeBand.UNKNOWN


@dataclass(frozen=True)
class _Prepared:
    row: Capture
    is_counted: bool  # takes room of the device's hour
    approach: Running | None = None


def store_captures(
    *,
    profile: Profile,
    incoming: Sequence[Incoming],
    now: datetime,
    in_transaction: Callable[[], None],
    last_of_all: Callable[[], None] = lambda: None,
) -> dict[UUID, ResultStatus]:
    """Store each capture once and say what became of it. `in_transaction` runs first in the same transaction (the sequence number).

    Nothing is acknowledged unless the transaction committed; whatever `in_transaction` raises undoes all, and so does
    `last_of_all`, which runs when everything is written (the self-test takes its capture back there).
    """
    table = table_in_force(profile.school_id)
    vault = SchoolVault(profile.school_id)
    days = days_in_force(profile.school_id, on=timezone.localdate(now))
    is_quick = reads_slowly() and len(incoming) > MOST_READ_AT_ONCE
    desk = _Desk(profile, table, vault, days, handling_of(profile.school_id), now, is_quick)
    prepared = {item.capture_id: _prepare(item, desk) for item in incoming}
    for attempt in (1, 2):
        try:
            with writers_in_line(), transaction.atomic():
                in_transaction()
                results = _store(desk, prepared)
                vault.confirm()
                last_of_all()
            again = (capture_id for capture_id, status in results.items() if status == ResultStatus.DUPLICATE)
            _drop_pictures_sent_again(profile.school_id, [each for each in again if prepared[each].row.picture_blob])
            return results
        except IntegrityError:
            # A cloned profile sent the same id between our look and our insert: the second look finds it.
            if attempt == 2:
                raise
    raise AssertionError


@dataclass(frozen=True)
class _Desk:
    """What a batch is judged with: asked for once."""

    profile: Profile
    table: Table
    vault: SchoolVault
    days: Mapping[Kept, int]
    handling: Handling
    now: datetime
    is_quick: bool  # judged without the slow layer, and read a second time


def _prepare(item: Incoming, desk: _Desk) -> _Prepared:
    profile, now = desk.profile, desk.now
    before = tuple(line for _, line in item.content.before)
    judged = judge(item.content.text, source=item.source, age_band=item.age_band, url=item.content.url, before=before, is_quick=desk.is_quick)
    suggested = line_of(desk.table, judged.levels, source=item.source, age_band=item.age_band)
    is_nothing = judged.severity == 0 and not desk.is_quick
    approach, is_report = desk.handling.approach_of(item.account, item.observed_at), item.source == Source.REPORT
    handled = desk.handling.handled(
        approach, suggested, judged.levels, severity=judged.severity, is_report=is_report, account=item.account
    )
    line = handled.line
    offset = item.observed_at.utcoffset() or timedelta()
    row = Capture(
        school_id=profile.school_id, capture_id=item.capture_id, profile=profile, account=item.account,
        pupil=item.account.pupil if item.account else None,
        identity_confidence=item.identity_confidence, identity_how=item.identity_how,
        observed_at=item.observed_at, utc_offset_minutes=int(offset.total_seconds() // 60), arrived_at=now,
        source=item.source, app=item.app, host="" if is_nothing else item.host, age_band=item.age_band,
        device_bundle_version=item.device_bundle_version, second_reading_due_at=now + SECOND_READING_AFTER if desk.is_quick else None,
        threshold_version=desk.table.version, suggested_route=suggested.route, route=line.route, urgency=line.urgency,
        approach_id=approach.id if approach else None, first_look=first_look_of(handled),
        picture_blob="" if is_nothing else _keep_picture(item, judged, desk, approach), **judged.columns(), **_sealed(item, judged, desk),
    )  # fmt: skip
    row.set_dates(desk.days, arrived_on=timezone.localdate(now))
    return _Prepared(row, judged.severity <= 3 and not is_report, approach)


def _sealed(item: Incoming, judged: Judged, desk: _Desk) -> dict[str, Any]:
    """Earlier lines are kept from severity 3 on, whatever the device thought, and of nothing no page; but the second reading needs both."""
    content = item.content
    if judged.severity < EARLIER_LINES_FROM and not desk.is_quick:
        content = replace(content, before=())
    if judged.severity == 0 and not desk.is_quick:
        content = replace(content, title="", url="")
    return dict(seal_content(desk.vault, item.capture_id, content))


def _keep_picture(item: Incoming, judged: Judged, desk: _Desk, approach: Running | None) -> str:
    """Write the picture sealed, before the row that names it; a row that then is not stored leaves ciphertext that nobody finds."""
    keeps = desk.profile.school.pictures and (approach is None or approach.settings.pictures)
    if not item.picture or not may_keep_picture(item.picture, school_keeps_pictures=keeps, themes=judged.themes, source=item.source):
        return ""
    name = str(item.capture_id)
    write_blob(school_id=desk.profile.school_id, name=name, sealed=seal_picture(desk.vault, item.capture_id, item.picture))
    return name


def _drop_pictures_sent_again(school_id: int, sent: Sequence[UUID]) -> None:
    """What came again of captures that have no picture any more, sealed from everybody or past its time, must not lie here once more."""
    if sent:
        # What a seal has still to remove, it removes itself: a backup may be copying it.
        is_removed = Q(picture_seal=None) | Q(picture_seal__left_behind="")
        without = Capture.objects.filter(is_removed, school_id=school_id, capture_id__in=sent, picture_blob="")
        for capture_id in without.values_list("capture_id", flat=True):
            shred_blob(school_id=school_id, name=str(capture_id))


def _store(desk: _Desk, prepared: dict[UUID, _Prepared]) -> dict[UUID, ResultStatus]:
    profile, now = desk.profile, desk.now
    known = set(Capture.objects.filter(school_id=profile.school_id, capture_id__in=prepared).values_list("capture_id", flat=True))
    results = dict.fromkeys(known, ResultStatus.DUPLICATE)
    fresh = [item for capture_id, item in prepared.items() if capture_id not in known]
    room = take_hourly_room(profile_id=profile.pk, wanted=Counter(hour_of(item.row.observed_at) for item in fresh if item.is_counted))
    rows: list[Capture] = []
    for item in fresh:
        if item.is_counted:
            hour = hour_of(item.row.observed_at)
            if room[hour] <= 0:
                results[item.row.capture_id] = ResultStatus.COUNTED
                continue
            room[hour] -= 1
        item.row.pk = None  # a second attempt inserts anew
        rows.append(item.row)
        results[item.row.capture_id] = ResultStatus.STORED
    fold_new(rows)
    stored = Capture.objects.bulk_create(rows)
    for row in stored:
        if profile.school.practice_of_id is None:
            tell_of_new(row, prepared[row.capture_id].approach, handling=desk.handling, now=now)
    if stored:
        fact = Fact(Action.CAPTURES_STORED, "capture", tuple(str(row.pk) for row in stored), {"duplicates": len(known)})
        append(school_id=profile.school_id, actor=Actor.device(profile.pk), fact=fact, now=now)
    return results


def hour_of(moment: datetime) -> datetime:
    """The clock hour (UTC) of a moment."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def tell_of_new(row: Capture, approach: Running | None, *, handling: Handling, now: datetime) -> None:
    """What must be known at once starts a clock in every approach; what is due today, where the approach tells of that too."""
    if row.urgency == Urgency.NOW:
        start_clock_of(row, now)
    elif approach is not None and approach.settings.notify == Notify.TODAY_TOO and row.urgency == Urgency.TODAY:
        people = _who_looks_first(row, handling)
        if people:
            _tell_who_looks_first(row, people, now)
        else:
            start_clock_of(row, now)


def _who_looks_first(row: Capture, handling: Handling) -> list[User]:
    """Who may be told that it waits for their first look; where that is nobody, the leads are told."""
    if row.first_look not in WAITS_FIRST:
        return []
    barred = _barred_from(row)
    first = LooksFirst.PASTORAL_FIRST if row.first_look == FirstLook.PASTORAL else LooksFirst.TECHNICIAN_SOURCE
    return who_may_be_told(row.school_id, [each for each in handling.lookers(first) if each.pk not in barred])


def _tell_who_looks_first(row: Capture, people: list[User], now: datetime) -> None:
    is_pastoral = row.first_look == FirstLook.PASTORAL
    tell_people(
        school_id=row.school_id, kind=NoticeKind.CAPTURE_FIRST_LOOK, people=people, now=now,
        number=row.pk, severity=row.severity, url_name=PAGE_URL_NAME if is_pastoral else SOURCES_URL_NAME, url_args=(row.pk,) if is_pastoral else (),
    )  # fmt: skip


def _barred_from(row: Capture) -> list[int]:
    return list(Bar.objects.filter(pupil_id=row.pupil_id).values_list("user_id", flat=True)) if row.pupil_id else []


def start_clock_of(row: Capture, now: datetime) -> None:
    within = ACKNOWLEDGE_WITHIN_MINUTES[Urgency(row.urgency)]
    assert within is not None
    subject = Subject(CLOCK_SUBJECT, row.pk, row.pk, row.severity, PAGE_URL_NAME)
    clock = start_clock(school_id=row.school_id, subject=subject, not_to=_barred_from(row), now=now, due_at=now + timedelta(minutes=within))
    # The queue may lose this or be full: the sweep finds the row.
    transaction.on_commit(lambda: tell(clock.pk), robust=True)
