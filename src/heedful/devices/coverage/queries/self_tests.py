"""What the self-test asks of the rows, and which schools are due. For the system, not for a page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from heedful.devices.coverage.health import SELF_TEST_DEAD_AFTER
from heedful.devices.coverage.models import PhraseProof, SelfTest
from heedful.devices.models import Profile, TestSighting
from heedful.escalation.models import Notice, NoticeState
from heedful.people.models import School
from heedful.people.queries import all_schools

EVERY = timedelta(days=7)
# One that failed is tried again each day, so that a fault that was put right is known to be.
AGAIN_AFTER_FAILURE = timedelta(days=1)
NOTICE_WAITS_AT_MOST = timedelta(hours=1)


def schools_due(*, now: datetime) -> list[tuple[School, str]]:
    """Schools whose weekly self-test is due, each with the name of the occasion: two workers that ask make one run of it."""
    due = []
    for school in all_schools():
        last = SelfTest.objects.filter(school=school).exclude(due_key="").order_by("-started_at", "-id").first()
        if last is None or _is_due(last, now):
            due.append((school, f"{'first' if last is None else last.pk}-{now.date().isoformat()}"))
    return due


def _is_due(last: SelfTest, now: datetime) -> bool:
    age = now - last.started_at
    if last.finished_at is None:
        return age >= SELF_TEST_DEAD_AFTER
    return age >= (EVERY if last.passed else AGAIN_AFTER_FAILURE)


def phrase_arrived(profile_id: str) -> bool:
    """Whether an answer to the test phrase was kept for this installation, and no group was credited with it."""
    kept = TestSighting.objects.filter(profile_id=profile_id).exists()
    return kept and not PhraseProof.objects.filter(sighting__profile_id=profile_id).exists()


def profile_of(device_id: str) -> Profile | None:
    return Profile.objects.select_related("school").filter(pk=device_id).first()


def notices_stuck(school_id: int, *, now: datetime) -> int:
    """Notices of the last week that were given up, or have waited for more than an hour."""
    of_school = Q(clock__school_id=school_id) | Q(news__school_id=school_id)
    given_up = Q(state=NoticeState.FAILED, send_at__gt=now - EVERY)
    waiting = Q(state__in=(NoticeState.QUEUED, NoticeState.SENDING)) & (
        Q(clock__started_at__lt=now - NOTICE_WAITS_AT_MOST) | Q(news__made_at__lt=now - NOTICE_WAITS_AT_MOST)
    )
    return Notice.objects.filter(of_school & (given_up | waiting)).count()


def last_runs() -> list[SelfTest]:
    """The newest run of each school that came to an end, for the command line."""
    runs = [
        SelfTest.objects.filter(school=school, finished_at__isnull=False).order_by("-started_at", "-id").first() for school in all_schools()
    ]
    return [run for run in runs if run is not None]
