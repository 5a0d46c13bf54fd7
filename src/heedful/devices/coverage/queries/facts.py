"""What coverage is counted from: one school's devices, pupils and accounts as plain values. For the other queries, which check the right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q

from heedful.devices.coverage.days import Calendar, Term, TermName, default_terms
from heedful.devices.coverage.models import SchoolTerm
from heedful.devices.coverage.rules import Machine, PupilFacts, Seat
from heedful.devices.models import AccountDay, Device, Profile
from heedful.devices.rules import ACCOUNT_DAYS_KEPT, TokenKind, scope_of
from heedful.people.models import Account, Pupil, School

NO_SEATS: tuple[Seat, ...] = ()


def calendar_of(school: School) -> Calendar:
    return Calendar(tuple(school.hours), ZoneInfo(settings.TIME_ZONE))


def terms_of(school_id: int, today: date) -> tuple[Term, ...]:
    """The terms that the school has said, in their order; the usual ones where it has not said all three."""
    rows = {row.name: row for row in SchoolTerm.objects.filter(school_id=school_id)}
    if set(rows) != set(TermName.values):
        return default_terms(today)
    return tuple(Term(name, rows[name].starts_on, rows[name].ends_on) for name in TermName)


def machines_of(school_id: int) -> list[Machine]:
    """Every device of the school that isn't retired, listed or not, with what its installations last said. Two queries.

    Revoked and superseded installations say nothing, and the self-test's are no devices.
    """
    seats: dict[int, list[Seat]] = defaultdict(list)
    profiles = Profile.objects.filter(school_id=school_id, device__isnull=False, revoked_at=None, superseded_at=None)
    rows = profiles.exclude(token__kind=TokenKind.SELF_TEST).values_list(
        "device_id", "enrolled_at", "last_seen_at", "lines_told_at", "lines_read_at", "fault", "bundle_version"
    )
    for device_id, enrolled, seen, told, read, fault, bundle in rows.iterator(chunk_size=2000):
        if device_id is not None:
            seats[device_id].append(Seat(enrolled, seen, told, read, fault, bool(bundle)))
    devices = Device.objects.filter(school_id=school_id, retired_at=None).values_list(
        "id", "label", "serial", "kind", "site", "group__name", "listed_at", "unlisted_at", "assigned_account_id"
    )
    return [
        Machine(pk, label or serial, kind, site, group or "", listed is not None and unlisted is None, account is not None, tuple(seats.get(pk, NO_SEATS)))
        for pk, label, serial, kind, site, group, listed, unlisted, account in devices
    ]  # fmt: skip


@dataclass(frozen=True)
class AccountFacts:
    """An account of the school and the last days on which it was seen, and was read."""

    id: int
    pupil_id: int | None
    is_staff: bool
    is_shared: bool
    is_closed: bool
    seen_on: date | None
    read_on: date | None


def accounts_of(school_id: int, *, today: date) -> list[AccountFacts]:
    """Every account, closed ones too. Days in the future, from a clock set wrong, count for nothing."""
    days = AccountDay.objects.filter(school_id=school_id, day__gte=today - ACCOUNT_DAYS_KEPT, day__lte=today, account__isnull=False)
    untold = Profile.objects.filter(school_id=school_id, lines_told_at=None).values("pk")
    says_it_reads = Q(lines_read__gt=0) | Q(profile_id__in=untold)
    seen = {
        row["account_id"]: (row["seen"], row["read"])
        for row in days.values("account_id").annotate(seen=Max("day"), read=Max("day", filter=says_it_reads))
    }
    rows = Account.objects.filter(school_id=school_id).values_list("id", "pupil_id", "staff_id", "shared", "closed_on")
    return [
        AccountFacts(pk, pupil, staff is not None, shared, closed is not None and closed <= today, *seen.get(pk, (None, None)))
        for pk, pupil, staff, shared, closed in rows
    ]


def pupils_of(school: School, accounts: Collection[AccountFacts], *, today: date) -> list[PupilFacts]:
    """Everybody on the roll today, with the best of their open accounts. A shared account is nobody's."""
    own: dict[int, list[AccountFacts]] = defaultdict(list)
    for account in accounts:
        if account.pupil_id is not None and not account.is_closed and not account.is_shared:
            own[account.pupil_id].append(account)
    on_roll = Pupil.objects.filter(school=school).filter(Q(left_on=None) | Q(left_on__gt=today))
    groups: dict[int, list[tuple[str, bool, bool]]] = defaultdict(list)
    rows = on_roll.exclude(groups=None).values_list("id", "groups__name", "groups__in_pilot", "groups__is_live")
    for pupil_id, name, in_pilot, is_live in rows:
        groups[pupil_id].append((name, in_pilot, is_live))
    found = []
    for pk, year in on_roll.values_list("id", "year_group"):
        mine, of = own[pk], groups[pk]
        scope = scope_of(
            stage=school.stage, in_pilot_group=any(pilot for _, pilot, _ in of), is_staff=False, monitors_staff=school.monitors_staff,
            live_by_group=school.live_by_group, in_live_group=any(live for *_, live in of),
        )  # fmt: skip
        seen = max((each.seen_on for each in mine if each.seen_on), default=None)
        read = max((each.read_on for each in mine if each.read_on), default=None)
        found.append(PupilFacts(pk, year, tuple(name for name, *_ in of), bool(mine), scope.monitor, seen, read))
    return found


def unlisted_since(school_id: int, *, today: date, days: int = 30) -> int:
    """How many devices left the inventory lately without being retired: a shorter list makes a better share."""
    return Device.objects.filter(school_id=school_id, unlisted_at__date__gte=today - timedelta(days=days), retired_at=None).count()


def retired_since(school_id: int, *, today: date, days: int = 30) -> int:
    """How many devices were retired lately."""
    return Device.objects.filter(school_id=school_id, retired_at__date__gte=today - timedelta(days=days)).count()
