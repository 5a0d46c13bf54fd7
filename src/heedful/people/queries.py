"""What can be asked about people. Rights come from here; every other app asks with a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from heedful.people.clearance.queries import open_glass, practice_rights, standings_of
from heedful.people.clearance.rules import WITHHELD, Standing
from heedful.people.models import Account, Bar, Clearance, ContentGrant, Group, PilotAudience, ReadingLock, Role, School, StrandMember, User
from heedful.people.rules import LOCKED_RIGHTS, NEEDS_SECOND_FACTOR, Right, RoleName, Stage, Strand, rights_of


def rights_by_school(viewer: User, *, now: datetime | None = None) -> dict[int, frozenset[Right]]:
    """The viewer's rights in each school, remembered on the viewer for the length of a request.

    Who practises reads in their practice school alone, everybody else in real schools alone. Without a clearance nobody reads.
    """
    cached: dict[int, frozenset[Right]] | None = getattr(viewer, "_rights_by_school", None)
    if cached is not None:
        return cached
    narrowed: frozenset[int] = frozenset()
    withheld: frozenset[int] = frozenset()
    if viewer.practising_in is not None:
        rights = practice_rights(viewer, viewer.practising_in)
    else:
        now = now or timezone.now()
        rights, ends = _by_roles(viewer, now)
        narrowed, withheld = _reach(viewer, rights, ends, now)
        rights = {school_id: held - WITHHELD if school_id in withheld else held for school_id, held in rights.items()}
        if ReadingLock.objects.filter(user=viewer, lifted_at=None).exists():
            rights = {school_id: held - LOCKED_RIGHTS for school_id, held in rights.items()}
    viewer._rights_by_school, viewer._narrowed_in, viewer._withheld_in = rights, narrowed, withheld  # type: ignore[attr-defined]
    return rights


def _by_roles(viewer: User, now: datetime) -> tuple[dict[int, frozenset[Right]], dict[int, date]]:
    """By school: what the viewer's roles, a running grant and the working group give, and the last day of their clearance. One question."""
    here = {"user": viewer, "school_id": OuterRef("school_id")}
    rows = Role.objects.filter(user=viewer).values_list(
        "school_id", "name", Exists(ContentGrant.objects.filter(starts_at__lte=now, ends_at__gt=now, **here)),
        Exists(StrandMember.objects.filter(**here)), Subquery(Clearance.objects.filter(**here).order_by("-expires_on").values("expires_on")[:1]),
    )  # fmt: skip
    roles: dict[int, set[RoleName]] = {}
    more: dict[int, tuple[bool, bool]] = {}
    ends: dict[int, date] = {}
    for school_id, name, has_grant, is_grouped, end in rows:
        roles.setdefault(school_id, set()).add(RoleName(name))
        more[school_id] = (has_grant, is_grouped)
        if end is not None:
            ends[school_id] = end
    rights = {
        school_id: rights_of(frozenset(names), has_grant=more[school_id][0], is_in_working_group=more[school_id][1])
        for school_id, names in roles.items()
    }
    return rights, ends


def _reach(
    viewer: User, rights: dict[int, frozenset[Right]], ends: dict[int, date], now: datetime
) -> tuple[frozenset[int], frozenset[int]]:
    """Of the schools where the viewer's roles or a grant read: where only what can't wait is open to them, and where nothing is."""
    reading = {school_id for school_id, held in rights.items() if held & WITHHELD}
    standings = standings_of(viewer, reading, ends, now=now)
    limited = {school_id for school_id, reach in standings.items() if reach != Standing.CLEARED}
    limited -= open_glass(viewer, now=now) if limited else frozenset()
    withheld = frozenset(school_id for school_id in limited if standings[school_id] == Standing.NONE)
    return frozenset(limited) - withheld, withheld


def narrowed_in(viewer: User) -> frozenset[int]:
    """Schools in which the viewer's clearance has run out, so that only what can't wait is open to them."""
    rights_by_school(viewer)
    return viewer._narrowed_in  # type: ignore[attr-defined, no-any-return]


def waits_for_clearance(viewer: User) -> list[int]:
    """Schools in which the viewer's roles, or a grant, read captures and their training does not let them."""
    rights_by_school(viewer)
    return sorted(viewer._withheld_in)  # type: ignore[attr-defined]


def schools_with(viewer: User, right: Right) -> list[int]:
    """Ids of the schools in which the viewer holds this right."""
    return [school_id for school_id, rights in rights_by_school(viewer).items() if right in rights]


def has_right(viewer: User, school_id: int, right: Right) -> bool:
    return right in rights_by_school(viewer).get(school_id, frozenset())


def barred_pupils(viewer: User) -> list[int]:
    """Ids of pupils of whom this viewer may see nothing."""
    return list(Bar.objects.filter(user=viewer).values_list("pupil_id", flat=True))


def my_schools(viewer: User) -> list[School]:
    mine = School.objects.filter(id__in=rights_by_school(viewer))
    return list((mine.filter(practice_for=viewer) if viewer.practising_in is not None else mine).order_by("name"))


def schools_where(viewer: User, right: Right) -> list[School]:
    """The schools in which the viewer holds this right, by name."""
    return list(School.objects.filter(id__in=schools_with(viewer, right)).order_by("name"))


def role_names(viewer: User) -> frozenset[RoleName]:
    """All roles that the viewer holds in any school."""
    return frozenset(RoleName(name) for name in Role.objects.filter(user=viewer).values_list("name", flat=True))


def needs_second_factor(viewer: User) -> bool:
    return bool(role_names(viewer) & NEEDS_SECOND_FACTOR)


def people_with_role(school_id: int, *names: RoleName) -> list[User]:
    """Active staff who hold one of these roles in the school, in a stable order. For the system, not for a page."""
    return list(User.objects.filter(roles__school_id=school_id, roles__name__in=names, is_active=True).distinct().order_by("id"))


def staff_of(school_id: int) -> list[User]:
    """Everybody active who holds a role in the school, by name: to choose from. For pages that asked for a right in it."""
    return list(User.objects.filter(roles__school_id=school_id, is_active=True).distinct().order_by("name", "id"))


def groups_of(school_id: int) -> list[Group]:
    """The school's groups by name: to choose from. For pages that asked for a right in it."""
    return list(Group.objects.filter(school_id=school_id).order_by("name"))


def strands_of(user: User, school_id: int) -> frozenset[Strand]:
    """The strands for which this person stands in the school's working group."""
    rows = StrandMember.objects.filter(user=user, school_id=school_id).exclude(strand="").values_list("strand", flat=True)
    return frozenset(Strand(name) for name in rows)


def people_of_strand(school_id: int, strand: Strand) -> list[User]:
    """Active staff who stand for this strand, in a stable order. For the system, not for a page."""
    rows = User.objects.filter(strands__school_id=school_id, strands__strand=strand, is_active=True)
    return list(rows.distinct().order_by("id"))


def who_may_be_told(school_id: int, people: list[User]) -> list[User]:
    """Those of these people who may get a notice about a capture: in the pilot its audience alone, else all (D03).

    Where the audience leaves nobody of them, the safeguarding leads among them are told all the same: never nobody.
    """
    if not School.objects.filter(pk=school_id, stage=Stage.PILOT).exists():
        return people
    audience = set(PilotAudience.objects.filter(school_id=school_id).values_list("user_id", flat=True))
    told = [person for person in people if person.pk in audience]
    if told or not people:
        return told
    leads = set(Role.objects.filter(school_id=school_id, name=RoleName.DSL).values_list("user_id", flat=True))
    return [person for person in people if person.pk in leads]


def find_account(school_id: int, address: str) -> Account | None:
    """The account with this address in the school, with its pupil. For the gateway."""
    if not address:
        return None
    return Account.objects.select_related("pupil").filter(school_id=school_id, address__iexact=address).first()


def find_accounts(school_id: int, addresses: set[str]) -> dict[str, Account]:
    """Accounts by lower-case address; unknown addresses are absent."""
    wanted = {address.lower() for address in addresses if address}
    rows = Account.objects.select_related("pupil").prefetch_related("pupil__groups").filter(school_id=school_id, address__in=wanted)
    return {account.address: account for account in rows}


def unmatched_accounts(school_id: int) -> QuerySet[Account]:
    """Accounts that devices reported and nobody has put on the roll. For the system; a page asks `unmatched_for`."""
    return Account.objects.filter(school_id=school_id, pupil=None, staff=None, shared=False, last_seen_at__isnull=False)


@dataclass(frozen=True)
class Unmatched:
    """One account of the unmatched tray."""

    id: int
    address: str
    school: str
    school_id: int
    first_seen_at: datetime
    last_seen_at: datetime


def unmatched_for(viewer: User, *, most: int = 500) -> list[Unmatched]:
    """Accounts seen by devices and not on the roll, in the schools where the viewer may say whose they are; the latest seen first."""
    rows = Account.objects.filter(school_id__in=schools_with(viewer, Right.MATCH_ACCOUNTS), pupil=None, staff=None, shared=False)
    rows = rows.filter(last_seen_at__isnull=False).select_related("school").order_by("-last_seen_at", "-id")[:most]
    return [
        Unmatched(row.pk, row.address, row.school.name, row.school_id, row.first_seen_at or row.last_seen_at, row.last_seen_at)
        for row in rows
        if row.last_seen_at is not None
    ]


def count_unmatched(viewer: User) -> int:
    """How many unmatched accounts there are, also for those who only see to it that the roll is right."""
    return sum(unmatched_accounts(school_id).count() for school_id in schools_with(viewer, Right.CHANGE_ROLL))


def all_schools() -> list[School]:
    """Every school of the installation, but for those in which people practise. For the command line, and for all that runs by itself."""
    return list(School.objects.filter(practice_of=None).order_by("pk"))


def school_by_number(number: int) -> School | None:
    """The school, for the command line; never one in which people practise."""
    return School.objects.filter(pk=number, practice_of=None).first()


@dataclass(frozen=True)
class Grant:
    """A running grant of content, as pages show it."""

    id: int
    person: str
    school: str
    granted_by: str
    reason: str
    starts_at: datetime
    ends_at: datetime


def my_grants(viewer: User, *, now: datetime) -> list[Grant]:
    """The viewer's own running grants, for the banner on every page."""
    return _running(ContentGrant.objects.filter(user=viewer), now)


def grants_to_look_after(viewer: User, *, now: datetime) -> list[Grant]:
    """Running grants in the schools where the viewer may grant."""
    return _running(ContentGrant.objects.filter(school_id__in=schools_with(viewer, Right.GRANT_CONTENT)), now)


def schools_to_grant_in(viewer: User) -> list[School]:
    return list(School.objects.filter(id__in=schools_with(viewer, Right.GRANT_CONTENT)).order_by("name"))


def people_to_grant(viewer: User) -> list[User]:
    """Active technicians of the schools where the viewer may grant: the people who have devices to look after and no content."""
    schools = schools_with(viewer, Right.GRANT_CONTENT)
    technicians = User.objects.filter(roles__school_id__in=schools, roles__name=RoleName.TECHNICIAN, is_active=True)
    return list(technicians.exclude(pk=viewer.pk).distinct().order_by("name", "id"))


def _running(grants: QuerySet[ContentGrant], now: datetime) -> list[Grant]:
    rows = grants.filter(starts_at__lte=now, ends_at__gt=now).select_related("user", "school", "granted_by").order_by("ends_at")
    return [Grant(g.pk, g.user.name, g.school.name, g.granted_by.name, g.reason, g.starts_at, g.ends_at) for g in rows]


def user_by_email(email: str) -> User | None:
    """The active member of staff with this address. For signing in."""
    return User.objects.filter(email__iexact=email, is_active=True).first()
