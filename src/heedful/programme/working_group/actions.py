"""Everything that changes the working group: members, the two slots, meetings, decisions, actions.

Other rooms hold their meetings through `hold_meeting` and write down what was decided through `record_decision`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.actions import set_strands
from heedful.people.models import Role, School, User
from heedful.people.rules import NotFound, Strand
from heedful.programme.working_group.models import ActionPoint, Attendance, Decision, Meeting, Member, SlotHolder
from heedful.programme.working_group.queries import names_a_pupil
from heedful.programme.working_group.rules import AGENDAS, GroupRefused, Kind, Seat, Slot


@dataclass(frozen=True)
class Owner:
    """Who does something: somebody with an account, or somebody described in words."""

    user_id: int | None = None
    described_as: str = ""


def set_member(*, school: School, user_id: int, strands: Iterable[Strand], seat: Seat | None, by: User, now: datetime) -> None:
    """Put a member of staff into the group, or change for which strands they stand and what else they bring. Raises NotFound."""
    with transaction.atomic():
        user = _staff(school, user_id)
        Member.objects.update_or_create(school=school, user=user, defaults={"seat": seat or "", "since": now})
        set_strands(user=user, school=school, strands=set(strands) or {None}, by=by, now=now)


def add_described_member(*, school: School, described_as: str, seat: Seat | None, by: User, now: datetime) -> Member:
    """Put somebody without an account into the group, by a description. Raises GroupRefused where it names a pupil or says nothing."""
    words = _described(school, described_as)
    with transaction.atomic():
        member = Member.objects.create(school=school, described_as=words, seat=seat or "", since=now)
        _audit(school, by, Fact(Action.GROUP_MEMBER_ADDED, "group_member", (str(member.pk),), {"seat": member.seat}), now)
    return member


def remove_member(*, school: School, key: str, by: User, now: datetime) -> None:
    """Take somebody out of the group; meetings remember that they were there. Raises NotFound."""
    number = int(key[1:]) if key[1:].isdecimal() and len(key) < 18 else 0
    with transaction.atomic():
        if key[:1] == "u":
            user = User.objects.filter(pk=number, strands__school=school).first()
            if user is None:
                raise NotFound
            Member.objects.filter(school=school, user=user).delete()
            set_strands(user=user, school=school, strands=(), by=by, now=now)
        elif key[:1] == "m" and Member.objects.filter(pk=number, school=school, user=None).delete()[0]:
            _audit(school, by, Fact(Action.GROUP_MEMBER_REMOVED, "group_member", (str(number),)), now)
        else:
            raise NotFound


def fill_slot(*, school: School, slot: Slot, who: Owner | None, by: User, now: datetime) -> None:
    """Say who answers for filtering and monitoring; None leaves the slot empty, which every board shows. Raises NotFound and GroupRefused."""
    with transaction.atomic():
        if who is None:
            SlotHolder.objects.filter(school=school, slot=slot).delete()
        else:
            user = _staff(school, who.user_id) if who.user_id is not None else None
            named = "" if user else _described(school, who.described_as)
            SlotHolder.objects.update_or_create(school=school, slot=slot, defaults={"user": user, "named": named, "since": now})
        details = {"slot": str(slot), "user": who.user_id if who else None, "is_filled": who is not None}
        _audit(school, by, Fact(Action.GROUP_SLOT_FILLED, "school", (str(school.pk),), details), now)


def plan_meeting(*, school: School, kind: Kind, on: date, agenda: Iterable[str] | None = None, by: User, now: datetime) -> Meeting:
    """Put a meeting into the plan, with the ready-made agenda of its kind unless another is given."""
    points = _lines(AGENDAS[kind] if agenda is None else agenda)
    with transaction.atomic():
        meeting = Meeting.objects.create(school=school, kind=kind, on=on, agenda=points, made_at=now, made_by=by)
        _audit(school, by, Fact(Action.MEETING_PLANNED, "meeting", (str(meeting.pk),), {"kind": str(kind), "on": on.isoformat()}), now)
    return meeting


def change_meeting(*, school: School, meeting_id: int, on: date, agenda: Iterable[str], by: User, now: datetime) -> None:
    """Put a planned meeting on another day, or change its agenda. Raises NotFound, and GroupRefused once it was held."""
    with transaction.atomic():
        meeting = _meeting(school, meeting_id)
        if not Meeting.objects.filter(pk=meeting.pk, held_at=None).update(on=on, agenda=_lines(agenda)):
            raise GroupRefused("It was held already: its agenda stays as it was.")
        details = {"kind": meeting.kind, "on": {"from": meeting.on.isoformat(), "to": on.isoformat()}}
        _audit(school, by, Fact(Action.MEETING_PLANNED, "meeting", (str(meeting.pk),), details), now)


def call_off_meeting(*, school: School, meeting_id: int, by: User, now: datetime) -> None:
    """Take a planned meeting out of the plan. Raises NotFound, and GroupRefused where something stands on it already."""
    with transaction.atomic():
        meeting = _meeting(school, meeting_id)
        is_used = meeting.held_at is not None or meeting.decisions.exists() or meeting.action_points.exists()
        try:
            gone = 0 if is_used else Meeting.objects.filter(pk=meeting.pk, held_at=None).delete()[0]
        except ProtectedError:
            gone = 0  # a review or another room holds it
        if not gone:
            raise GroupRefused("Something stands on this meeting already, or a review belongs to it: it can't be called off.")
        details = {"kind": meeting.kind, "on": meeting.on.isoformat(), "called_off": True}
        _audit(school, by, Fact(Action.MEETING_PLANNED, "meeting", (str(meeting_id),), details), now)


def record_meeting(
    *, school: School, meeting_id: int, on: date, attended: Iterable[int], others: Iterable[str] = (), notes: str = "", by: User, now: datetime
) -> Meeting:
    """Write down that a planned meeting took place, when, and who was there; again to put it right.

    `attended` are ids of people with accounts, `others` descriptions. Raises NotFound, and GroupRefused where nobody was there,
    it lies in the future, or a description names a pupil.
    """
    words = [_described(school, each) for each in _lines(others)]
    with transaction.atomic():
        meeting = _meeting(school, meeting_id)
        people = sorted(set(User.objects.filter(pk__in=set(attended), roles__school=school).values_list("pk", flat=True)))
        if not people and not words:
            raise GroupRefused("Say who was there: tick at least one person, or describe somebody.")
        if on > timezone.localdate(now):
            raise GroupRefused("A meeting that was held can't lie in the future. Give the day on which it took place.")
        Meeting.objects.filter(pk=meeting.pk).update(on=on, notes=notes.strip(), held_at=now, recorded_by=by)
        meeting.attendances.all().delete()
        Attendance.objects.bulk_create([Attendance(meeting=meeting, user_id=pk) for pk in people])
        Attendance.objects.bulk_create([Attendance(meeting=meeting, described_as=each) for each in dict.fromkeys(words)])
        details = {"kind": meeting.kind, "on": on.isoformat(), "people": people, "others": len(words)}
        _audit(school, by, Fact(Action.MEETING_HELD, "meeting", (str(meeting.pk),), details), now)
    meeting.refresh_from_db()
    return meeting


def hold_meeting(
    *, school: School, kind: Kind, on: date, attended: Iterable[int], others: Iterable[str] = (), agenda: Iterable[str] | None = None,
    notes: str = "", by: User, now: datetime,
) -> Meeting:  # fmt: skip
    """Plan and record a meeting in one step: for rooms whose own meetings have just been held. Raises GroupRefused."""
    with transaction.atomic():
        meeting = plan_meeting(school=school, kind=kind, on=on, agenda=agenda, by=by, now=now)
        return record_meeting(
            school=school, meeting_id=meeting.pk, on=on, attended=attended, others=others, notes=notes, by=by, now=now
        )


def record_decision(*, school: School, meeting_id: int, text: str, about: str = "", by: User, now: datetime) -> Decision:
    """Write down what a meeting decided. `about` is how a room finds it again ('pilot:3'). Raises NotFound and GroupRefused."""
    if not text.strip():
        raise GroupRefused("Write down what was decided.")
    with transaction.atomic():
        meeting = _meeting(school, meeting_id)
        decision = Decision.objects.create(meeting=meeting, text=text.strip()[:1000], about=about, at=now, by=by)
        details = {"meeting": meeting.pk, "about": about}
        _audit(school, by, Fact(Action.DECISION_RECORDED, "decision", (str(decision.pk),), details), now)
    return decision


def add_action(
    *, school: School, meeting_id: int, text: str, owner: Owner, due_on: date, about: str = "", by: User, now: datetime
) -> ActionPoint:
    """Ask somebody to do something by a day. Raises NotFound and GroupRefused."""
    if not text.strip():
        raise GroupRefused("Write down what is to be done.")
    with transaction.atomic():
        meeting = _meeting(school, meeting_id)
        user = _staff(school, owner.user_id) if owner.user_id is not None else None
        described = "" if user else _described(school, owner.described_as)
        point = ActionPoint.objects.create(
            meeting=meeting, text=text.strip()[:500], owner=user, owner_described=described, due_on=due_on, about=about
        )
        details = {"meeting": meeting.pk, "due_on": due_on.isoformat(), "owner": owner.user_id}
        _audit(school, by, Fact(Action.ACTION_POINT_MADE, "action_point", (str(point.pk),), details), now)
    return point


def finish_action(*, school: School, action_id: int, by: User, now: datetime) -> bool:
    """Say that it is done. True the first time. Raises NotFound."""
    with transaction.atomic():
        if not ActionPoint.objects.filter(pk=action_id, meeting__school=school).exists():
            raise NotFound
        done = ActionPoint.objects.filter(pk=action_id, done_at=None).update(done_at=now, done_by=by)
        if done:
            _audit(school, by, Fact(Action.ACTION_POINT_DONE, "action_point", (str(action_id),)), now)
    return bool(done)


def _meeting(school: School, meeting_id: int) -> Meeting:
    meeting = Meeting.objects.filter(pk=meeting_id, school=school).first()
    if meeting is None:
        raise NotFound
    return meeting


def _staff(school: School, user_id: int) -> User:
    if not Role.objects.filter(school=school, user_id=user_id, user__is_active=True).exists():
        raise NotFound
    return User.objects.get(pk=user_id)


def _described(school: School, words: str) -> str:
    said = " ".join(words.split())[:120]
    if not said:
        raise GroupRefused("Choose a person, or describe who it is: “Year 10 council representative”.")
    if names_a_pupil(school.pk, said):
        raise GroupRefused("That is the name of somebody on the roll. Describe a pupil by what they stand for: “Year 10 council representative”.")
    return said


def _lines(lines: Iterable[str]) -> list[str]:
    return [line.strip()[:300] for line in lines if line.strip()]


def _audit(school: School, by: User, fact: Fact, now: datetime) -> None:
    append(school_id=school.pk, actor=Actor.person(by.pk), fact=fact, now=now)
