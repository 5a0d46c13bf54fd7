"""Pupils and accounts as the roll's pages show them: facts of the roll, nothing of what anybody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet

from heedful.people.models import Account, Group, Pupil, School, User
from heedful.people.queries import barred_pupils, has_right, schools_with
from heedful.people.rules import NotFound, Right

PAGE_ROWS = 50
MOST_ACCOUNTS = 200
LEAST_SEARCH = 2


@dataclass(frozen=True)
class PupilFilter:
    """What the list is narrowed to. Empty: everybody who is on the roll."""

    words: str = ""
    year_group: int | None = None
    group: int | None = None
    leavers: bool = False
    page: int = 1


@dataclass(frozen=True)
class AccountRow:
    id: int
    address: str
    whose: str
    kind: str  # pupil, staff, shared or unmatched
    pupil_id: int | None
    school: str
    closed_on: date | None
    last_seen_at: datetime | None


@dataclass(frozen=True)
class PupilRow:
    id: int
    name: str
    school: str
    school_id: int
    year_group: int | None
    tutor_group: str
    groups: tuple[str, ...]
    accounts: tuple[AccountRow, ...]
    left_on: date | None


@dataclass(frozen=True)
class PupilList:
    """One page of the list. `count` is of all pages."""

    rows: tuple[PupilRow, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True)
class PupilPage:
    row: PupilRow
    source_id: str
    age_band: str
    may_match: bool


def pupils_for(viewer: User, wanted: PupilFilter) -> PupilList:
    """Pupils of the viewer's schools by family name; a viewer never finds whom they are barred from."""
    rows = _pupils(viewer).filter(left_on__isnull=not wanted.leavers)
    for word in wanted.words.split():
        rows = rows.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(tutor_group__iexact=word)
            | Q(accounts__address__icontains=word)
        )
    if wanted.year_group is not None:
        rows = rows.filter(year_group=wanted.year_group)
    if wanted.group is not None:
        rows = rows.filter(groups=wanted.group)
    paginator = Paginator(rows.distinct().order_by("family_name", "given_name", "id"), PAGE_ROWS)
    page = paginator.get_page(wanted.page)
    shown = tuple(_row(pupil) for pupil in _with_all(page.object_list))  # type: ignore[arg-type]
    return PupilList(shown, paginator.count, page.number, paginator.num_pages)


def pupil_for(viewer: User, pupil_id: int) -> PupilPage:
    """One pupil's facts. Raises NotFound."""
    pupil = _with_all(_pupils(viewer).filter(pk=pupil_id)).first()
    if pupil is None:
        raise NotFound
    may_match = has_right(viewer, pupil.school_id, Right.MATCH_ACCOUNTS)
    return PupilPage(_row(pupil), pupil.source_id, pupil.age_band, may_match)


def years_and_groups(viewer: User) -> tuple[list[int], list[tuple[int, str]]]:
    """What the list can be narrowed to: the years and the groups that have pupils."""
    schools = schools_with(viewer, Right.CHANGE_ROLL)
    on_roll = Pupil.objects.filter(school_id__in=schools, left_on=None)
    years = {year for year in on_roll.values_list("year_group", flat=True) if year is not None}
    groups = Group.objects.filter(school_id__in=schools, pupils__left_on=None, pupils__isnull=False).distinct().order_by("name", "id")
    return sorted(years), list(groups.values_list("id", "name"))


def accounts_for(viewer: User, *, words: str = "") -> list[AccountRow]:
    """Accounts whose address has these words; without words those to look after: not on the roll, shared, or closed and still used."""
    rows = Account.objects.filter(school_id__in=schools_with(viewer, Right.CHANGE_ROLL)).exclude(pupil_id__in=barred_pupils(viewer))
    if len(words) >= LEAST_SEARCH:
        rows = rows.filter(address__icontains=words)
    else:
        unmatched = Q(pupil=None, staff=None, shared=False, last_seen_at__isnull=False)
        rows = rows.filter(Q(shared=True, closed_on=None) | Q(closed_on__isnull=False, last_seen_at__date__gt=F("closed_on")) | unmatched)
    # What devices report and nobody has put on the roll is the lead's to see; others get the number.
    rows = rows.exclude(~Q(school_id__in=schools_with(viewer, Right.MATCH_ACCOUNTS)), pupil=None, staff=None, shared=False)
    found = rows.select_related("pupil", "staff", "school").order_by("address", "id")[:MOST_ACCOUNTS]
    return [_account(account, account.school) for account in found]


def account_for(viewer: User, account_id: int) -> AccountRow:
    """One account that the viewer may give to somebody. Raises NotFound."""
    rows = Account.objects.filter(pk=account_id, school_id__in=schools_with(viewer, Right.MATCH_ACCOUNTS))
    account = rows.exclude(pupil_id__in=barred_pupils(viewer)).select_related("pupil", "staff", "school").first()
    if account is None:
        raise NotFound
    return _account(account, account.school)


@dataclass(frozen=True)
class Owner:
    """Somebody to whom an account may be given."""

    kind: str  # pupil or staff
    id: int
    name: str
    more: str


def owners_for(viewer: User, account_id: int, words: str) -> list[Owner]:
    """Pupils and staff of the account's school with these words in their names; nobody without words. Raises NotFound."""
    account_for(viewer, account_id)
    school_id = Account.objects.values_list("school_id", flat=True).get(pk=account_id)
    if len(words.strip()) < LEAST_SEARCH:
        return []
    pupils = Pupil.objects.filter(school_id=school_id).exclude(pk__in=barred_pupils(viewer))
    staff = User.objects.filter(Q(roles__school_id=school_id) | Q(staff_records__school_id=school_id), is_active=True)
    for word in words.split():
        pupils = pupils.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
        staff = staff.filter(name__icontains=word)
    found = [Owner("pupil", p.pk, str(p), _more(p)) for p in pupils.order_by("family_name", "given_name", "id")[:20]]
    return found + [Owner("staff", s.pk, s.name, "staff") for s in staff.distinct().order_by("name", "id")[:20]]


def _pupils(viewer: User) -> QuerySet[Pupil]:
    return Pupil.objects.filter(school_id__in=schools_with(viewer, Right.CHANGE_ROLL)).exclude(pk__in=barred_pupils(viewer))


def _with_all(rows: QuerySet[Pupil]) -> QuerySet[Pupil]:
    return rows.select_related("school").prefetch_related("groups", "accounts")


def _row(pupil: Pupil) -> PupilRow:
    accounts = tuple(
        _account(account, pupil.school)
        for account in sorted(pupil.accounts.all(), key=lambda each: (each.closed_on is not None, each.address))
    )
    return PupilRow(
        pupil.pk, str(pupil), pupil.school.name, pupil.school_id, pupil.year_group, pupil.tutor_group,
        tuple(sorted(group.name for group in pupil.groups.all())), accounts, pupil.left_on,
    )  # fmt: skip


def _account(account: Account, school: School) -> AccountRow:
    if account.shared:
        kind, whose = "shared", ""
    elif account.pupil_id is not None:
        kind, whose = "pupil", str(account.pupil)
    elif account.staff is not None:
        kind, whose = "staff", account.staff.name
    else:
        kind, whose = "unmatched", ""
    return AccountRow(account.pk, account.address, whose, kind, account.pupil_id, school.name, account.closed_on, account.last_seen_at)


def _more(pupil: Pupil) -> str:
    year = "" if pupil.year_group is None else f"Year {pupil.year_group}" if pupil.year_group else "Reception"
    left = f"left on {pupil.left_on:%d %B %Y}" if pupil.left_on else ""
    return ", ".join(filter(None, (year, pupil.tutor_group, left)))
