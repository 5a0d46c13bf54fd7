"""Whose use is not monitored, or monitored as somebody else's: by the roll, never by what happened to report."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.devices.coverage.queries.facts import AccountFacts, accounts_of, calendar_of, pupils_of
from heedful.devices.coverage.rules import SEEN_WITHIN, PupilFacts
from heedful.people.models import Account, Pupil, School, User
from heedful.people.queries import barred_pupils, has_right, my_schools
from heedful.people.rules import NotFound, Right

MOST_LISTED = 200


class Trouble(StrEnum):
    """Why somebody's use is not monitored, or not as theirs."""

    NEVER_SEEN = "never_seen"
    NO_ACCOUNT = "no_account"
    OUTSIDE = "outside"
    UNMATCHED = "unmatched"
    STAFF = "staff"
    LEFT = "left"


TITLES = {
    Trouble.NEVER_SEEN: "On the roll and never seen",
    Trouble.NO_ACCOUNT: "On the roll without an account",
    Trouble.OUTSIDE: "Seen, and outside the pilot",
    Trouble.UNMATCHED: "Seen, and not on the roll",
    Trouble.STAFF: "Staff monitored as pupils",
    Trouble.LEFT: "Left, and still seen",
}
MEANINGS = {
    Trouble.NEVER_SEEN: "No device has reported any account of theirs in 45 days. Their devices may be outside Heedful, or their account is another one.",
    Trouble.NO_ACCOUNT: "Heedful can't know them on any device. The roll lacks their account.",
    Trouble.OUTSIDE: "The school pilots, and they are in no pilot group: their devices report, and nothing of theirs is read.",
    Trouble.UNMATCHED: "Devices report these accounts and nobody has said whose they are. They get the policy of an unknown pupil.",
    Trouble.STAFF: "The address is a member of staff's, and the roll does not say so: they get a pupil's policy.",
    Trouble.LEFT: "Their account is closed, or they have left, and devices still report it.",
}


@dataclass(frozen=True)
class Troubles:
    """Ids by trouble: of pupils for the first three, of accounts for the others."""

    ids: dict[Trouble, tuple[int, ...]]

    def count(self, trouble: Trouble) -> int:
        return len(self.ids.get(trouble, ()))


ABOUT_PUPILS = frozenset({Trouble.NEVER_SEEN, Trouble.NO_ACCOUNT, Trouble.OUTSIDE})


def troubles_of(school: School, accounts: Collection[AccountFacts], pupils: Sequence[PupilFacts], *, today: date) -> Troubles:
    """Sort out who is not monitored, or not as themselves. For other queries, which check the right."""
    since = today - SEEN_WITHIN
    on_roll = {pupil.id for pupil in pupils}
    staff = _staff_addresses(school)
    lately = {account.id for account in accounts if account.seen_on and account.seen_on >= since}
    addresses = dict(Account.objects.filter(school=school, id__in=lately, staff=None).values_list("id", "address")) if staff else {}
    found: dict[Trouble, list[int]] = {trouble: [] for trouble in Trouble}
    for pupil in pupils:
        if not pupil.has_account:
            found[Trouble.NO_ACCOUNT].append(pupil.id)
        elif pupil.seen_on is None:
            found[Trouble.NEVER_SEEN].append(pupil.id)
        elif not pupil.is_monitored and pupil.seen_on >= since:
            found[Trouble.OUTSIDE].append(pupil.id)
    for account in accounts:
        if account.id not in lately or account.is_staff:
            continue
        if addresses.get(account.id, "") in staff:
            found[Trouble.STAFF].append(account.id)
        elif account.pupil_id is None and not account.is_shared:
            found[Trouble.UNMATCHED].append(account.id)
        elif account.pupil_id is not None and (account.is_closed or account.pupil_id not in on_roll):
            found[Trouble.LEFT].append(account.id)
    return Troubles({trouble: tuple(ids) for trouble, ids in found.items()})


def _staff_addresses(school: School) -> set[str]:
    """Addresses of everybody with a role or a record in this school."""
    by_role = User.objects.filter(roles__school=school).values_list("email", flat=True)
    by_record = User.objects.filter(staff_records__school=school, staff_records__left_on=None).values_list("email", flat=True)
    return {email.lower() for email in [*by_role, *by_record]}


@dataclass(frozen=True)
class Listed:
    """One pupil or account of a list."""

    title: str
    detail: str


@dataclass(frozen=True)
class TroubleList:
    trouble: Trouble
    title: str
    meaning: str
    rows: tuple[Listed, ...]
    total: int


def list_troubles(viewer: User, *, school_id: int, now: datetime) -> tuple[TroubleList, ...]:
    """Every trouble with its people, for those who may see the roll; pupils from whom the viewer is barred are left out.

    The names shown are entered in the audit chain by id. Raises NotFound where the school is not the viewer's.
    """
    school = next((each for each in my_schools(viewer) if each.pk == school_id), None)
    if school is None or not all(has_right(viewer, school_id, right) for right in (Right.LOOK_AFTER_COVERAGE, Right.CHANGE_ROLL)):
        raise NotFound
    today = calendar_of(school).today(now)
    accounts = accounts_of(school.pk, today=today)
    troubles = troubles_of(school, accounts, pupils_of(school, accounts, today=today), today=today)
    barred = set(barred_pupils(viewer))
    may_match = has_right(viewer, school_id, Right.MATCH_ACCOUNTS)
    lists = tuple(_list_of(trouble, troubles.ids[trouble], barred, is_counted_alone=trouble == Trouble.UNMATCHED and not may_match) for trouble in Trouble)
    shown = sorted({pk for trouble in ABOUT_PUPILS for pk in troubles.ids[trouble][:MOST_LISTED] if pk not in barred})
    if shown:
        with transaction.atomic():
            fact = Fact(Action.ROLL_LISTED, "pupil", tuple(map(str, shown)), {"page": "coverage"})
            append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return lists


def _list_of(trouble: Trouble, ids: Sequence[int], barred: set[int], *, is_counted_alone: bool) -> TroubleList:
    if is_counted_alone:  # accounts that no roll knows are the lead's to see; others get the number
        return TroubleList(trouble, TITLES[trouble], MEANINGS[trouble], (), len(ids))
    if trouble in ABOUT_PUPILS:
        wanted = [pk for pk in ids if pk not in barred]
        pupils = Pupil.objects.filter(pk__in=wanted[:MOST_LISTED]).order_by("year_group", "family_name", "given_name", "id")
        rows = [Listed(str(pupil), pupil.tutor_group or "") for pupil in pupils]
    else:
        accounts = Account.objects.filter(pk__in=ids).exclude(pupil_id__in=barred).order_by("address")
        wanted = [account.pk for account in accounts]
        rows = [Listed(account.address, "shared" if account.shared else "") for account in accounts[:MOST_LISTED]]
    return TroubleList(trouble, TITLES[trouble], MEANINGS[trouble], tuple(rows), len(wanted))
