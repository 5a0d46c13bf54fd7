"""Reading pilots: their design, what the check says of it, who is told, and what was decided. No captured text, no pupil's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.captures.approaches import LOOKERS, lookers_of
from heedful.devices.models import Device
from heedful.people.models import Account, Group, PilotAudience, Pupil, Role, School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, RoleName
from heedful.programme.pilot.models import ApproachDecision, Pilot
from heedful.programme.pilot.rules import (
    Design,
    Part,
    PilotState,
    Remark,
    Success,
    Verdict,
    Weight,
    audience_fault,
    check_design,
    in_words,
)
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import approach_in_force, approaches_of_pilot, settings_of
from heedful.thresholds.approaches.rules import Settings, Weeks, settings_from

# Devices on holiday must not make a group look silent: two weeks span any half-term.
REPORTED_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class ApproachLine:
    """One approach with what was decided on it."""

    id: int
    name: str
    settings: Settings
    words: tuple[str, ...]
    groups: tuple[str, ...]
    group_ids: tuple[int, ...]
    weeks: Weeks
    pupils: int
    verdict: Verdict | None
    reason: str
    changed: tuple[str, ...]
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True)
class TargetLine:
    measure: Success
    goal: str


@dataclass(frozen=True)
class PilotPage:
    """One pilot whole."""

    row: Pilot
    state: PilotState
    groups: tuple[str, ...]
    targets: tuple[TargetLine, ...]
    approaches: tuple[ApproachLine, ...]
    remarks: tuple[Remark, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing must be put right before it may start."""
        return not any(remark.weight == Weight.STOPS for remark in self.remarks)

    @property
    def undecided(self) -> int:
        return sum(each.verdict is None for each in self.approaches)


@dataclass(frozen=True)
class Listener:
    """Somebody in the audience, with their roles in words."""

    id: int
    name: str
    roles: str


@dataclass(frozen=True)
class InForce:
    """The approach that acts for the whole school."""

    name: str
    words: tuple[str, ...]
    since: datetime | None


def newest_pilot(school_id: int) -> Pilot | None:
    """The school's latest pilot, whatever its state. For the system and for pages that asked for the right."""
    return Pilot.objects.filter(school_id=school_id).order_by("-number").first()


def pilots_of(school_id: int) -> list[Pilot]:
    return list(Pilot.objects.filter(school_id=school_id).order_by("-number"))


def pilot_of(school_id: int, number: int) -> Pilot:
    """Raises NotFound."""
    row = Pilot.objects.filter(school_id=school_id, number=number).first()
    if row is None:
        raise NotFound
    return row


def pilot_page(row: Pilot, *, now: datetime) -> PilotPage:
    """Everything on one pilot; the check is made anew each time, for rolls and devices change."""
    approaches = approaches_of_pilot(row.school_id, row.number)
    pupils = _pupils_of(row, approaches)
    decided = {each.approach_id: each for each in ApproachDecision.objects.filter(pilot=row).select_related("by")}
    return PilotPage(
        row=row,
        state=PilotState(row.state),
        groups=tuple(row.groups.order_by("name").values_list("name", flat=True)),
        targets=tuple(TargetLine(Success(each.measure), each.goal) for each in row.targets.order_by("pk")),
        approaches=tuple(_line(each, decided.get(each.pk), len(pupils[each.pk])) for each in approaches),
        remarks=check_design(_design(row, approaches, pupils, now)) if row.state in {PilotState.DRAFT, PilotState.READY} else (),
    )


def audience_of(school_id: int) -> tuple[Listener, ...]:
    """Who is told of captures while a pilot runs."""
    people = User.objects.filter(pk__in=PilotAudience.objects.filter(school_id=school_id).values("user_id"), is_active=True).order_by("name", "id")
    return _listeners(school_id, people)


def staff_to_tell(school_id: int) -> tuple[Listener, ...]:
    """Everybody active with a role in the school, by name: who may be put into the audience."""
    return _listeners(school_id, User.objects.filter(roles__school_id=school_id, is_active=True).distinct().order_by("name", "id"))


def fault_of_audience(school_id: int) -> str:
    """What is wrong with the audience as it stands; empty where it will do."""
    roles = _roles(school_id)
    return audience_fault([roles.get(each.id, frozenset()) for each in audience_of(school_id)])


def roles_of(school_id: int, user_ids: Sequence[int]) -> list[frozenset[RoleName]]:
    """The roles of each of these people in the school."""
    roles = _roles(school_id)
    return [roles.get(pk, frozenset()) for pk in user_ids]


def in_force(school_id: int) -> InForce | None:
    """The approach that a pilot's end has put in force for all; None where the safeguarding lead sees all, as from the start."""
    row = approach_in_force(school_id)
    return InForce(row.name, in_words(settings_of(row)), row.starts_at) if row else None


def sites_of(school_id: int) -> list[str]:
    """The sites that the inventory names."""
    rows = Device.objects.filter(school_id=school_id, retired_at=None).exclude(site="").order_by("site")
    return list(rows.values_list("site", flat=True).distinct())


def may_run(viewer: User, school_id: int) -> bool:
    return has_right(viewer, school_id, Right.RUN_PROGRAMME)


def ready_to_start() -> list[tuple[School, int]]:
    """Pilots that were designed, in schools that have come into their pilot since. For the task."""
    rows = Pilot.objects.filter(state=PilotState.READY, school__stage="pilot").select_related("school").order_by("pk")
    return [(row.school, row.number) for row in rows]


def _listeners(school_id: int, people: Iterable[User]) -> tuple[Listener, ...]:
    roles = _roles(school_id)
    return tuple(Listener(each.pk, each.name, ", ".join(sorted(role.label for role in roles.get(each.pk, ())))) for each in people)


def _roles(school_id: int) -> dict[int, frozenset[RoleName]]:
    found: dict[int, set[RoleName]] = {}
    for user_id, name in Role.objects.filter(school_id=school_id).values_list("user_id", "name"):
        found.setdefault(user_id, set()).add(RoleName(name))
    return {user_id: frozenset(names) for user_id, names in found.items()}


def _line(row: Approach, decision: ApproachDecision | None, pupils: int) -> ApproachLine:
    groups = sorted(row.groups.all(), key=lambda group: group.name)
    return ApproachLine(
        id=row.pk, name=row.name, settings=settings_of(row), words=in_words(settings_of(row)), groups=tuple(group.name for group in groups),
        group_ids=tuple(group.pk for group in groups), weeks=Weeks(row.weeks), pupils=pupils,
        verdict=Verdict(decision.verdict) if decision else None, reason=decision.reason if decision else "",
        changed=in_words(settings_from(decision.changed)) if decision and decision.changed else (),
        decided_by=decision.by.name if decision else "", decided_at=decision.at if decision else None,
    )  # fmt: skip


def _pupils_of(row: Pilot, approaches: Sequence[Approach]) -> dict[int, frozenset[int]]:
    """The pupils of each approach: of its groups, within the pilot's; without groups of its own, of all the pilot's."""
    mine = set(row.groups.values_list("pk", flat=True))
    found = {}
    for each in approaches:
        groups = {group.pk for group in each.groups.all()}
        found[each.pk] = _in_groups(row.school_id, groups & mine if groups else mine)
    return found


def _in_groups(school_id: int, groups: set[int]) -> frozenset[int]:
    return frozenset(Pupil.objects.filter(school_id=school_id, left_on=None, groups__in=groups).values_list("pk", flat=True))


def _design(row: Pilot, approaches: Sequence[Approach], pupils: dict[int, frozenset[int]], now: datetime) -> Design:
    since = now - REPORTED_WITHIN
    seen = set(Account.objects.filter(school_id=row.school_id, last_seen_at__gte=since, pupil__isnull=False).values_list("pupil_id", flat=True))
    everybody = _in_groups(row.school_id, set(row.groups.values_list("pk", flat=True)))
    covered = frozenset().union(*pupils.values()) if pupils else everybody
    parts = tuple(
        Part(each.name, settings_of(each), tuple(group.name for group in each.groups.all()), pupils[each.pk], len(pupils[each.pk] & seen), Weeks(each.weeks))
        for each in approaches
    )
    return Design(
        groups=tuple(Group.objects.filter(pk__in=row.groups.values("pk")).values_list("name", flat=True)), starts_on=row.starts_on, ends_on=row.ends_on,
        parts=parts, outside=len(everybody - covered), one_approach_reason=row.one_approach_reason, has_targets=row.targets.exists(),
        audience_fault=fault_of_audience(row.school_id), silent_sites=_silent_sites(row, since), no_lookers=_no_lookers(row.school_id, parts, now),
        untold=_untold(row.school_id, parts, now),
    )  # fmt: skip


def _silent_sites(row: Pilot, since: datetime) -> tuple[str, ...]:
    heard = Device.objects.filter(school_id=row.school_id, site__in=row.sites, profiles__last_seen_at__gte=since)
    return tuple(site for site in row.sites if site not in set(heard.values_list("site", flat=True)))


def _untold(school_id: int, parts: Sequence[Part], now: datetime) -> tuple[str, ...]:
    """Approaches of whose first lookers none is in the audience."""
    audience = {each.id for each in audience_of(school_id)}
    found = []
    for each in parts:
        lookers = lookers_of(school_id, each.settings.first_look, now=now)
        if audience and lookers and not audience & {person.pk for person in lookers}:
            found.append(each.name)
    return tuple(found)


def _no_lookers(school_id: int, parts: Sequence[Part], now: datetime) -> tuple[str, ...]:
    wanted = [each for each in parts if each.settings.first_look in LOOKERS]
    return tuple(each.name for each in wanted if not lookers_of(school_id, each.settings.first_look, now=now))
