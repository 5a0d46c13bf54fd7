"""The working group as pages, gates and the rooms above see it. Who asks for a page has been let in by `programme.access`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from heedful.people.models import Pupil, SettingChange, StrandMember, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, Strand
from heedful.programme.working_group.models import ActionPoint, Decision, Meeting, Member, SlotHolder
from heedful.programme.working_group.rules import Kind, Seat, Slot, names_in
from heedful.thresholds.rules import THEME_TITLES

MOST_MEETINGS = 60
MOST_LOGGED = 500


@dataclass(frozen=True)
class GroupMember:
    """Somebody in the group. `key` names them in forms: 'u12' has an account, 'm5' is described."""

    key: str
    name: str
    user_id: int | None
    strands: tuple[Strand, ...]
    seat: str

    @property
    def seat_label(self) -> str:
        return Seat(self.seat).label if self.seat else ""


@dataclass(frozen=True)
class FilledSlot:
    """One of the two required people; `name` is empty where nobody is named, which is an open need (G01)."""

    slot: Slot
    name: str
    user_id: int | None
    since: datetime | None

    @property
    def is_filled(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list."""

    id: int
    kind: Kind
    on: date
    is_held: bool
    attended: int
    decisions: int
    actions_open: int


@dataclass(frozen=True)
class DecisionLine:
    id: int
    text: str
    about: str
    at: datetime
    by: str
    meeting_id: int
    on: date


@dataclass(frozen=True)
class ActionLine:
    """Something somebody was asked to do. `is_late` by the day that the caller gave."""

    id: int
    text: str
    owner: str
    due_on: date
    about: str
    done_at: datetime | None
    done_by: str
    meeting_id: int
    is_late: bool

    @property
    def because(self) -> str:
        """The theme whose rise asked for it (U19), where a review said so; else empty."""
        return THEME_TITLES.get(self.about.rpartition(":")[2], "")


@dataclass(frozen=True)
class MeetingPage:
    """One meeting whole, for its page and its minutes."""

    id: int
    kind: Kind
    on: date
    agenda: tuple[str, ...]
    notes: str
    is_held: bool
    made_by: str
    recorded_by: str
    attended: tuple[str, ...]
    attended_ids: frozenset[int]
    others: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    actions: tuple[ActionLine, ...]


def runs_programme(viewer: User, school_id: int) -> bool:
    """Whether the viewer may change what the rooms of the programme hold."""
    return has_right(viewer, school_id, Right.RUN_PROGRAMME)


def members_of(school_id: int) -> tuple[GroupMember, ...]:
    """Everybody in the group: people with accounts by name, then those who are described. For the system and checked pages."""
    strands: dict[int, list[str]] = defaultdict(list)
    rows = StrandMember.objects.filter(school_id=school_id, user__is_active=True).select_related("user").order_by("user__name", "user_id")
    people = {row.user_id: row.user.name for row in rows}
    for row in rows:
        strands[row.user_id].append(row.strand)
    extra = Member.objects.filter(school_id=school_id).order_by("described_as", "pk")
    seats = {member.user_id: member.seat for member in extra if member.user_id}
    named = [
        GroupMember(f"u{pk}", name, pk, tuple(strand for strand in Strand if strand in strands[pk]), seats.get(pk, ""))
        for pk, name in people.items()
    ]
    described = [GroupMember(f"m{member.pk}", member.described_as, None, (), member.seat) for member in extra if member.user_id is None]
    return (*named, *described)


def slots_of(school_id: int) -> tuple[FilledSlot, ...]:
    """Both required slots, filled or not. A person whose account was closed no longer fills one."""
    rows = {row.slot: row for row in SlotHolder.objects.filter(school_id=school_id).select_related("user")}
    found = []
    for slot in Slot:
        row = rows.get(slot)
        if row is None or (row.user is not None and not row.user.is_active):
            found.append(FilledSlot(slot, "", None, None))
        else:
            found.append(FilledSlot(slot, row.user.name if row.user else row.named, row.user_id, row.since))
    return tuple(found)


def staff_to_choose(school_id: int) -> list[User]:
    """Active people with a role in the school, by name: who may be named, asked or put down as present."""
    return list(User.objects.filter(roles__school_id=school_id, is_active=True).distinct().order_by("name", "id"))


def names_a_pupil(school_id: int, text: str) -> bool:
    """Whether a description has the full name of somebody on the roll in it."""
    return names_in(text, Pupil.objects.filter(school_id=school_id).values_list("given_name", "family_name").iterator(chunk_size=2000))


def meetings_of(school_id: int, *, kind: Kind | None = None) -> tuple[MeetingLine, ...]:
    """Meetings planned and held, the newest first."""
    rows = Meeting.objects.filter(school_id=school_id).order_by("-on", "-id").prefetch_related("attendances", "decisions", "action_points")
    if kind:
        rows = rows.filter(kind=kind)
    return tuple(
        MeetingLine(
            row.pk, Kind(row.kind), row.on, row.held_at is not None, len(row.attendances.all()), len(row.decisions.all()),
            sum(point.done_at is None for point in row.action_points.all()),
        )
        for row in rows[:MOST_MEETINGS]
    )  # fmt: skip


def count_meetings(school_id: int) -> int:
    return Meeting.objects.filter(school_id=school_id).count()


def first_held_on(school_id: int) -> date | None:
    """The day of the first meeting that took place."""
    return Meeting.objects.filter(school_id=school_id, held_at__isnull=False).order_by("on").values_list("on", flat=True).first()


def meeting_page(school_id: int, meeting_id: int, *, today: date) -> MeetingPage:
    """One meeting of the school. Raises NotFound."""
    row = Meeting.objects.filter(pk=meeting_id, school_id=school_id).select_related("made_by", "recorded_by").first()
    if row is None:
        raise NotFound
    there = list(row.attendances.select_related("user").order_by("user__name", "described_as", "pk"))
    return MeetingPage(
        id=row.pk, kind=Kind(row.kind), on=row.on, agenda=tuple(row.agenda), notes=row.notes, is_held=row.held_at is not None,
        made_by=row.made_by.name, recorded_by=row.recorded_by.name if row.recorded_by else "",
        attended=tuple(each.user.name for each in there if each.user),
        attended_ids=frozenset(each.user_id for each in there if each.user_id),
        others=tuple(each.described_as for each in there if not each.user_id),
        decisions=decisions_of(school_id, meeting_id=row.pk),
        actions=_action_lines(row.action_points.all(), today),
    )  # fmt: skip


def decisions_of(school_id: int, *, meeting_id: int | None = None, about: str = "") -> tuple[DecisionLine, ...]:
    """Decisions in the order in which they were made; of one meeting, or about one thing ('pilot:3')."""
    rows = Decision.objects.filter(meeting__school_id=school_id).select_related("by", "meeting").order_by("at", "pk")
    if meeting_id is not None:
        rows = rows.filter(meeting_id=meeting_id)
    if about:
        rows = rows.filter(about=about)
    return tuple(DecisionLine(row.pk, row.text, row.about, row.at, row.by.name, row.meeting_id, row.meeting.on) for row in rows)


@dataclass(frozen=True)
class LoggedDecision:
    """One line of the decision log: a decision of a meeting, or a change of settings with its reason."""

    at: datetime
    by: str
    what: str
    why: str


def decision_log_of(school_id: int) -> tuple[LoggedDecision, ...]:
    """Decisions of meetings and changes of settings, the latest first. For pages that have checked the right to see assurance."""
    changes = SettingChange.objects.filter(school_id=school_id).select_related("by").order_by("-pk")[:MOST_LOGGED]
    lines = [
        LoggedDecision(row.at, row.by.name if row.by else "at the server", "Changed: " + ", ".join(name.replace("_", " ") for name in row.settings), row.reason)
        for row in changes
    ]
    lines += [LoggedDecision(each.at, each.by, each.text, f"Meeting of {each.on:%-d %B %Y}") for each in decisions_of(school_id)[-MOST_LOGGED:]]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def open_actions_of(school_id: int, *, today: date) -> tuple[ActionLine, ...]:
    """What somebody still has to do, the earliest due first."""
    return _action_lines(ActionPoint.objects.filter(meeting__school_id=school_id, done_at=None), today)


def _action_lines(rows: QuerySet[ActionPoint], today: date) -> tuple[ActionLine, ...]:
    return tuple(
        ActionLine(
            row.pk, row.text, row.owner.name if row.owner else row.owner_described, row.due_on, row.about, row.done_at,
            row.done_by.name if row.done_by else "", row.meeting_id, row.done_at is None and row.due_on < today,
        )
        for row in rows.select_related("owner", "done_by").order_by("due_on", "pk")
    )  # fmt: skip
