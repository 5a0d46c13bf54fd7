"""Everything that changes reviews: triggers, the review itself, notes after the launch, certificates, reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version

from django.db import IntegrityError, transaction
from django.utils import timezone

from heedful.assurance.reviews.models import Certificate, Review, SeenVersion, StandUp, Trigger
from heedful.assurance.reviews.queries.history import live_on, since_of
from heedful.assurance.reviews.queries.leaving import deleted_of, keys_gone_of
from heedful.assurance.reviews.queries.live import live_facts, theme_trends
from heedful.assurance.reviews.queries.reviews import is_stand_up_day, last_closed_at, last_yearly_on, parts_to_begin_with
from heedful.assurance.reviews.queries.triggers import changes_of
from heedful.assurance.reviews.rules import Kind, Part, ReviewRefused, due_on, missing_to_close, reminder_step
from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.models import Capture
from heedful.devices.coverage.queries.facts import calendar_of
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import School, User
from heedful.people.queries import people_with_role
from heedful.people.rules import NotFound, RoleName
from heedful.programme.working_group.actions import plan_meeting, record_meeting
from heedful.programme.working_group.queries import names_a_pupil
from heedful.programme.working_group.rules import GroupRefused
from heedful.programme.working_group.rules import Kind as MeetingKind
from heedful.vault.queries import key_versions

LEADS = (RoleName.DSL, RoleName.HEAD)


def note_version(*, now: datetime) -> None:
    """Write down that this version of Heedful runs, the first time that it does."""
    SeenVersion.objects.get_or_create(version=version("heedful"), defaults={"seen_at": now})


def raise_triggers(*, school: School, now: datetime) -> int:
    """Raise a trigger for each change that asks for a review and has none, and tell the leads once a day. Returns how many. May run twice."""
    since = since_of(school)
    if since is None:
        return 0
    with transaction.atomic():
        known = set(Trigger.objects.filter(school=school).values_list("cause", "key"))
        fresh = [change for change in changes_of(school, since) if (str(change.cause), change.key) not in known]
        made = 0
        for change in fresh:
            _, is_new = Trigger.objects.get_or_create(
                school=school, cause=change.cause, key=change.key, defaults={"says": change.says[:300], "happened_at": change.at, "raised_at": now}
            )
            made += is_new
        if made:
            tell_people(
                school_id=school.pk, kind=NoticeKind.REVIEW_ASKED, people=people_with_role(school.pk, *LEADS), now=now, number=made,
                url_name="reviews", url_args=(school.pk,), once_key=str(timezone.localdate(now)),
            )  # fmt: skip
            causes = sorted({str(change.cause) for change in fresh})
            append(school_id=school.pk, actor=SYSTEM, fact=Fact(Action.REVIEW_TRIGGERED, "school", (str(school.pk),), {"causes": causes, "new": made}), now=now)
    return made


def remind_of_review(*, school: School, now: datetime) -> int | None:
    """Tell the leads before the yearly review is due, once for each step. Returns the step; None where it is too early."""
    today = timezone.localdate(now)
    due = due_on(last_review=last_yearly_on(school.pk), live_on=live_on(school))
    step = reminder_step(due=due, today=today) if due else None
    if due is None or step is None:
        return None
    tell_people(
        school_id=school.pk, kind=NoticeKind.REVIEW_DUE, people=people_with_role(school.pk, *LEADS), now=now, number=max(0, (due - today).days),
        url_name="reviews", url_args=(school.pk,), once_key=f"{due}:{step}",
    )  # fmt: skip
    return step


def open_review(*, school: School, kind: Kind, by: User, now: datetime) -> Review:
    """Begin a review: its form filled from live data, the changes that wait taken in, a meeting planned. Raises ReviewRefused."""
    live = live_facts(school, since=last_closed_at(school.pk), now=now)
    trends = theme_trends(school, now=now)
    try:
        with transaction.atomic():
            meeting = plan_meeting(school=school, kind=MeetingKind.REVIEW, on=timezone.localdate(now), by=by, now=now)
            review = Review.objects.create(
                school=school, kind=kind, opened_at=now, opened_by=by, meeting=meeting, live={str(key): list(said) for key, said in live.items()},
                trends=[list(row) for row in trends], parts={str(part): names for part, names in parts_to_begin_with(school.pk).items()},
            )  # fmt: skip
            taken = Trigger.objects.filter(school=school, review=None).update(review=review)
            details = {"kind": str(kind), "triggers": taken, "meeting": meeting.pk}
            _audit(school, by, Fact(Action.REVIEW_OPENED, "review", (str(review.pk),), details), now)
    except IntegrityError as fault:
        raise ReviewRefused("A review is open already. Finish that one; it can take in what has come since.") from fault
    return review


def take_triggers(*, school: School, review_id: int, by: User, now: datetime) -> int:
    """Let an open review take in the changes that were raised since. Raises NotFound."""
    with transaction.atomic():
        review = _open(school, review_id)
        taken = Trigger.objects.filter(school=school, review=None).update(review=review)
        if taken:
            _audit(school, by, Fact(Action.REVIEW_WRITTEN, "review", (str(review.pk),), {"triggers": taken}), now)
    return taken


def write_review(
    *, school: School, review_id: int, held_on: date | None, found: Mapping[str, str], parts: Mapping[Part, str], conclusion: str, by: User, now: datetime
) -> None:
    """Keep what was written so far. Raises NotFound once it is closed, and ReviewRefused where it names a pupil."""
    words = {str(heading): text.strip() for heading, text in found.items()}
    if names_a_pupil(school.pk, " ".join([*words.values(), conclusion])):
        raise ReviewRefused("That has the name of somebody on the roll in it. A review names no pupil: governors read it.")
    with transaction.atomic():
        changed = Review.objects.filter(pk=review_id, school=school, closed_at=None).update(
            held_on=held_on, found=words, parts={str(part): names.strip() for part, names in parts.items()}, conclusion=conclusion.strip()
        )
        if not changed:
            raise NotFound
        headings = sorted(heading for heading, text in words.items() if text)
        _audit(school, by, Fact(Action.REVIEW_WRITTEN, "review", (str(review_id),), {"headings": headings}), now)


def close_review(*, school: School, review_id: int, signed_as: str, by: User, now: datetime) -> None:
    """Sign a review: it is never changed again, and what it took in is done with. Raises NotFound, and ReviewRefused where something is missing."""
    if not signed_as.strip():
        raise ReviewRefused("Write your name and post: a review is signed by somebody.")
    try:
        with transaction.atomic():
            review = _open(school, review_id)
            missing = missing_to_close(Kind(review.kind), found=review.found, parts=review.parts, conclusion=review.conclusion)
            if missing:
                raise ReviewRefused("Still missing: " + "; ".join(missing) + ".")
            day = review.held_on or timezone.localdate(now)
            there = [f"{names} ({Part(part).label})" for part, names in review.parts.items() if names]
            record_meeting(school=school, meeting_id=review.meeting_id, on=day, attended=(), others=there, notes=review.conclusion, by=by, now=now)
            closed = Review.objects.filter(pk=review.pk, closed_at=None).update(
                closed_at=now, closed_by=by, signed_as=signed_as.strip()[:120], held_on=day
            )
            if not closed:
                raise NotFound
            details = {"kind": review.kind, "triggers": review.triggers.count(), "held_on": day.isoformat()}
            _audit(school, by, Fact(Action.REVIEW_CLOSED, "review", (str(review.pk),), details), now)
    except GroupRefused as fault:
        raise ReviewRefused(str(fault)) from fault


def note_stand_up(*, school: School, text: str, by: User, now: datetime) -> StandUp:
    """Write the day's note. Raises ReviewRefused outside the two weeks after the launch, and where it names a pupil or says nothing."""
    if not is_stand_up_day(school, now=now):
        raise ReviewRefused("The daily notes are written on the school days of the two weeks after the launch.")
    if not text.strip():
        raise ReviewRefused("Write a line: what came in, what was slow, what to change. “Nothing new” is a note too.")
    if names_a_pupil(school.pk, text):
        raise ReviewRefused("That has the name of somebody on the roll in it. The note names no pupil; what concerns one stands with the capture.")
    with transaction.atomic():
        note = StandUp.objects.create(school=school, on=calendar_of(school).today(now), text=text.strip()[:1000], at=now, by=by)
        _audit(school, by, Fact(Action.STANDUP_NOTED, "stand_up", (str(note.pk),)), now)
    return note


def certify_deletion(*, school: School, certified_as: str, by: User, now: datetime) -> Certificate:
    """Certify what was deleted up to now, from the deletion log and the audit chain. Raises ReviewRefused."""
    if not certified_as.strip():
        raise ReviewRefused("Write your name and post: a certificate is somebody's word.")
    deleted = [[each.what, each.count.value, each.first_on.isoformat(), each.last_on.isoformat()] for each in deleted_of(school.pk, exact=True)]
    keys = [[gone.versions, gone.at.isoformat()] for gone in keys_gone_of(school.pk)]
    left = {"captures": Capture.objects.filter(school=school).count(), "keys": len(key_versions(school.pk))}
    with transaction.atomic():
        made = Certificate.objects.create(
            school=school, at=now, by=by, certified_as=certified_as.strip()[:120], deleted=deleted, keys=keys, left=left
        )
        _audit(school, by, Fact(Action.DELETION_CERTIFIED, "certificate", (str(made.pk),), {"left": left}), now)
    return made


def _open(school: School, review_id: int) -> Review:
    review = Review.objects.filter(pk=review_id, school=school, closed_at=None).first()
    if review is None:
        raise NotFound
    return review


def _audit(school: School, by: User, fact: Fact, now: datetime) -> None:
    append(school_id=school.pk, actor=Actor.person(by.pk), fact=fact, now=now)
