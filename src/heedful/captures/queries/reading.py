"""How somebody reads: what they like, and how much of the worst they have read. For themselves alone; nobody is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.audit.queries import read_by
from heedful.audit.rules import Action
from heedful.captures.models import Capture, Reader
from heedful.captures.rules import Level
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import Right

BREAK_AFTER = timedelta(minutes=45)
BREAK_AFTER_CAPTURES = 20
# Reading goes on while no more than this lies between two captures.
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Exposure:
    """Captures of severity 4 and 5 that this person opened: today, this week, and without a break since."""

    today: int
    week: int
    in_a_row: int
    reading_for: timedelta
    is_break_due: bool


def likes_greyscale(viewer: User) -> bool:
    """Whether this person wants pictures without colour."""
    return Reader.objects.filter(user=viewer, greyscale=True).exists()


def exposure_of(viewer: User, *, now: datetime) -> Exposure:
    """What the audit chain says this person opened of the worst since Monday."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    schools = schools_with(viewer, Right.READ_BEHAVIOUR)
    reads = read_by(viewer.pk, schools, Action.CAPTURE_READ, since=monday)
    serious = set(Capture.objects.filter(pk__in={number for _, number in reads}, severity__gte=Level.SERIOUS).values_list("pk", flat=True))
    hard = [(at, number) for at, number in reads if number in serious]
    return exposure(hard, today=today, now=now)


def exposure(reads: Sequence[tuple[datetime, int]], *, today: datetime, now: datetime) -> Exposure:
    """From what was opened this week, oldest first: each capture counts once a day, and once a week."""
    run: list[tuple[datetime, int]] = []
    for at, number in reversed(reads):
        if (run[-1][0] if run else now) - at > PAUSE:
            break
        run.append((at, number))
    in_a_row = len({number for _, number in run})
    reading_for = now - run[-1][0] if run else timedelta()
    return Exposure(
        today=len({number for at, number in reads if at >= today}),
        week=len({number for _, number in reads}),
        in_a_row=in_a_row,
        reading_for=reading_for,
        is_break_due=in_a_row > 1 and (reading_for >= BREAK_AFTER or in_a_row >= BREAK_AFTER_CAPTURES),
    )
