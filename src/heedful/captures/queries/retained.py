"""What is kept for how long, what is due, what is held. Callers that show it to a person have asked for the right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from heedful.captures.models import Capture, Hold, PictureSeal, RetentionChoice
from heedful.captures.retention import Kept, days_of
from heedful.captures.rules import State


def days_in_force(school_id: int, *, on: date) -> dict[Kept, int]:
    """The school's periods on a day, the defaults where it has chosen none."""
    rows = RetentionChoice.objects.filter(school_id=school_id, counts_from__lte=on).order_by("id").values_list("kind", "days")
    return days_of(dict(rows))


def held(rows: QuerySet[Capture]) -> QuerySet[Capture]:
    """Those of these captures that somebody holds, themselves or their pupil, or that have a sealed picture."""
    return rows.filter(_is_held())


def not_held(rows: QuerySet[Capture]) -> QuerySet[Capture]:
    """Those of these captures that nobody holds."""
    return rows.exclude(_is_held())


def _is_held() -> Q:
    running = Hold.objects.filter(released_at=None)
    captures = running.filter(capture__isnull=False).values("capture_id")
    sealed = PictureSeal.objects.filter(destroyed_at=None, capture__isnull=False).values("capture_id")  # held by nature
    return Q(pk__in=captures) | Q(pk__in=sealed) | Q(pupil_id__isnull=False, pupil_id__in=running.filter(pupil__isnull=False).values("pupil_id"))


def ended(school_id: int, *, today: date) -> QuerySet[Capture]:
    """Captures whose time is over and which nobody holds; some must wait until somebody was told, or has closed them."""
    return not_held(Capture.objects.filter(school_id=school_id, keep_until__lt=today))


def is_open_verdict() -> Q:
    """Graded, and not closed: somebody is still at it, so that it stays whatever its date says."""
    return Q(kept_why=Kept.GRADED) & ~Q(state=State.CLOSED)


def ending_unreviewed(school_id: int, *, by: date) -> QuerySet[Capture]:
    """Captures that nobody has reviewed and whose time is over by that day."""
    return not_held(Capture.objects.filter(school_id=school_id, kept_why=Kept.UNREVIEWED, keep_until__lte=by))


def parts_ended(school_id: int, *, today: date) -> QuerySet[Capture]:
    """Captures whose picture and earlier lines are to go."""
    return not_held(Capture.objects.filter(school_id=school_id, parts_until__lt=today))


def choices_of(school_id: int) -> list[RetentionChoice]:
    """What the school has chosen, newest first."""
    return list(RetentionChoice.objects.filter(school_id=school_id).select_related("by").order_by("-id"))


def chosen_next(school_id: int, *, after: date) -> Mapping[Kept, tuple[int, date]]:
    """Periods that are chosen and do not count yet: days, and from when."""
    rows = RetentionChoice.objects.filter(school_id=school_id, counts_from__gt=after).order_by("id")
    return {Kept(row.kind): (row.days, row.counts_from) for row in rows}
