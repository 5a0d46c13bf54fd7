"""A batch's door to handling approaches: which acts on whom, and what it makes of a capture as it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.utils import timezone

from heedful.captures.rules import FirstLook
from heedful.people.clearance.queries import who_reads
from heedful.people.clearance.rules import Standing
from heedful.people.models import Account, User
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName
from heedful.thresholds.approaches.queries import running_in
from heedful.thresholds.approaches.rules import Handled, LooksFirst, Running, approach_for, goes_to_lead_at_once, handle
from heedful.thresholds.rules import Line

LOOKERS = {LooksFirst.PASTORAL_FIRST: RoleName.BEHAVIOUR, LooksFirst.TECHNICIAN_SOURCE: RoleName.TECHNICIAN}
WITH_WHOM = {LooksFirst.PASTORAL_FIRST: FirstLook.PASTORAL, LooksFirst.TECHNICIAN_SOURCE: FirstLook.TECHNICIAN}


@dataclass
class Handling:
    """The approaches of one school, asked for once a batch. Where none runs it costs one query and looks at no group."""

    school_id: int
    running: tuple[Running, ...]
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)
    _lookers: dict[LooksFirst, tuple[User, ...]] = field(default_factory=dict)

    def approach_of(self, account: Account | None, moment: datetime) -> Running | None:
        """The approach for whose account this is. Who belongs to no pupil is of no group."""
        if not self.running:
            return None
        pupil = account.pupil if account else None
        groups = frozenset(group.pk for group in pupil.groups.all()) if pupil else frozenset()
        return approach_for(self.running, groups=groups, moment=moment, zone=self.zone)

    def handled(self, approach: Running | None, line: Line, levels: dict[str, int], *, severity: int, is_report: bool, account: Account | None) -> Handled:
        """What the approach makes of a capture. Where nobody is there to look first, the safeguarding lead does."""
        is_of_staff = account is not None and account.pupil_id is None and account.staff_id is not None
        at_once = goes_to_lead_at_once(levels, severity=severity, urgency=line.urgency, is_report=is_report, is_of_staff=is_of_staff)
        handled = handle(approach.settings if approach else None, line, severity=severity, at_once=at_once)
        if handled.first_look != LooksFirst.DSL_ALL and not self.lookers(handled.first_look):
            return Handled(line, LooksFirst.DSL_ALL)
        return handled

    def lookers(self, who: LooksFirst) -> tuple[User, ...]:
        """Who looks first in this school: for content, only who is cleared to read it."""
        if who not in self._lookers:
            self._lookers[who] = tuple(lookers_of(self.school_id, who, now=timezone.now()))
        return self._lookers[who]


def lookers_of(school_id: int, who: LooksFirst, *, now: datetime) -> list[User]:
    """Everybody who would look first in this school; nobody where the safeguarding lead sees all. For the system."""
    people = people_with_role(school_id, LOOKERS[who]) if who in LOOKERS else []
    if who != LooksFirst.PASTORAL_FIRST or not people:
        return people
    reach = who_reads(school_id, now=now)
    return [person for person in people if reach.get(person.pk) == Standing.CLEARED]


def handling_of(school_id: int) -> Handling:
    return Handling(school_id, running_in(school_id))


def first_look_of(handled: Handled) -> FirstLook | None:
    """The word for it in the capture's row; None where the safeguarding lead sees it as it comes."""
    return FirstLook.BELOW if handled.is_below else WITH_WHOM.get(handled.first_look)
