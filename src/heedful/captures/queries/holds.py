"""What a capture's page and the retention page say of holds and dates. No content is read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from heedful.captures.models import Capture, Hold, PictureSeal
from heedful.captures.queries.queue import visible_captures
from heedful.captures.queries.retained import is_open_verdict
from heedful.captures.retention import HoldReason, Kept
from heedful.people.models import User
from heedful.people.queries import barred_pupils, has_right
from heedful.people.rules import Right


@dataclass(frozen=True)
class HoldLine:
    """One running hold. `capture` is a number only where the viewer may open it; `pupil` is a name only for who may see names."""

    id: int
    subject: str
    capture: int | None
    reason: str
    by: str
    at: datetime
    review_on: date
    is_due: bool
    may_release: bool


@dataclass(frozen=True)
class KeepingOfCapture:
    """How long one capture is kept, for its page."""

    number: int
    why: str
    until: date
    parts_until: date | None
    holds: tuple[HoldLine, ...]
    is_pupil_held: bool
    is_sealed: bool
    is_open_verdict: bool
    may_hold: bool
    has_pupil: bool
    reasons: tuple[tuple[str, str], ...]
    review_on: date  # what the form offers: in six months

    @property
    def is_held(self) -> bool:
        return bool(self.holds) or self.is_pupil_held or self.is_sealed


def keeping_of(viewer: User, number: int, *, now: datetime) -> KeepingOfCapture | None:
    """How long this capture is kept; None where it is not the viewer's."""
    row = visible_captures(viewer).filter(pk=number).only("pk", "school_id", "pupil_id", "kept_why", "keep_until", "parts_until", "state").first()
    if row is None:
        return None
    today = timezone.localdate(now)
    reads_all = has_right(viewer, row.school_id, Right.READ_SAFEGUARDING)
    running = Hold.objects.filter(released_at=None)
    of_pupil = running.filter(pupil_id=row.pupil_id) if row.pupil_id is not None else running.none()
    # Why everything of a pupil is held may be a case, or the police: of that, who reads behaviour alone learns that it is held.
    holds = running.filter(capture_id=row.pk) | of_pupil if reads_all else running.filter(capture_id=row.pk)
    return KeepingOfCapture(
        number=row.pk,
        why=Kept(row.kept_why).label,
        until=row.keep_until,
        parts_until=row.parts_until,
        holds=lines_of(viewer, holds, today=today),
        is_pupil_held=of_pupil.exists(),
        is_sealed=PictureSeal.objects.filter(capture_id=row.pk, destroyed_at=None).exists(),
        is_open_verdict=Capture.objects.filter(is_open_verdict(), pk=row.pk).exists(),
        may_hold=has_right(viewer, row.school_id, Right.DECIDE),
        has_pupil=row.pupil_id is not None and reads_all,
        reasons=tuple(HoldReason.choices),
        review_on=date.fromordinal(today.toordinal() + 182),
    )


def holds_of_school(viewer: User, school_id: int, *, today: date) -> tuple[HoldLine, ...]:
    """The running holds of a school, the one to be looked at first on top; none for who may not read what they hold (G08)."""
    if not has_right(viewer, school_id, Right.READ_SAFEGUARDING):
        return ()
    return lines_of(viewer, Hold.objects.filter(school_id=school_id, released_at=None), today=today)


def is_something_held(school_id: int) -> bool:
    """Whether any hold runs in the school: all that somebody without captures is told of them."""
    return Hold.objects.filter(school_id=school_id, released_at=None).exists()


def lines_of(viewer: User, holds: Iterable[Hold], *, today: date) -> tuple[HoldLine, ...]:
    """Holds as this viewer may see them: who may not read captures sees numbers, never a name."""
    rows = list(holds.select_related("by", "pupil", "capture").order_by("review_on", "id"))  # type: ignore[attr-defined]
    open_to = set(visible_captures(viewer).filter(pk__in=[row.capture_id for row in rows if row.capture_id]).values_list("pk", flat=True))
    barred = barred_pupils(viewer)
    return tuple(_line(viewer, row, open_to, barred, today) for row in rows)


def _line(viewer: User, row: Hold, open_to: set[int], barred: Iterable[int], today: date) -> HoldLine:
    names = has_right(viewer, row.school_id, Right.READ_SAFEGUARDING) and row.pupil_id not in set(barred)
    subject = f"Capture {row.number}" if row.number else f"Everything of {row.pupil}" if names else "Everything of a pupil"
    return HoldLine(
        id=row.pk,
        subject=subject,
        capture=row.capture_id if row.capture_id in open_to else None,
        reason=HoldReason(row.reason).label,
        by=row.by.name,
        at=row.at,
        review_on=row.review_on,
        is_due=row.review_on <= today,
        may_release=may_release(viewer, row),
    )


def may_release(viewer: User, hold: Hold) -> bool:
    """Whether this person may release this hold: a lead of the school who is not barred from whom it is about."""
    pupil_id = hold.pupil_id or (hold.capture.pupil_id if hold.capture else None)
    rights = (Right.DECIDE, Right.READ_SAFEGUARDING)
    return all(has_right(viewer, hold.school_id, right) for right in rights) and (pupil_id is None or pupil_id not in barred_pupils(viewer))
