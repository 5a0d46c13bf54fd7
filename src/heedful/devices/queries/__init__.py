"""What other apps ask about profiles: who is it, how many report. The technician's own questions are in the modules beside this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from heedful.devices.models import Profile, ProfileHour, TestSighting
from heedful.people.models import User
from heedful.people.queries import rights_by_school


def find_profile(device_id: str) -> Profile | None:
    """The device by its id as sent, revoked ones too; None where there is none. For the gateway."""
    try:
        key = UUID(device_id)
    except ValueError:
        return None
    return Profile.objects.select_related("school").filter(pk=key).first()


@dataclass(frozen=True)
class Reporting:
    """Counts of physical devices over some schools; `counted` is captures over the hourly bound of which no text is kept, last seven days."""

    enrolled: int
    seen_today: int
    waiting_on_devices: int
    lost_captures: int
    counted: int
    last_test_at: datetime | None


def reporting(viewer: User, *, now: datetime) -> Reporting:
    """How many devices report, in every school where the viewer has any role."""
    return reporting_of(list(rights_by_school(viewer)), now=now)


def reporting_of(schools: list[int], *, now: datetime) -> Reporting:
    """The same for these schools. For the system: the asker has checked the right to each."""
    day_ago = now - timedelta(days=1)
    profiles = Profile.objects.filter(school_id__in=schools, device__isnull=False, device__retired_at=None, revoked_at=None)
    in_use = Q(superseded_at=None)
    totals = profiles.aggregate(
        enrolled=Count("device", distinct=True),
        seen=Count("device", distinct=True, filter=Q(last_seen_at__gt=day_ago)),
        waiting=Sum("spool_captures", filter=in_use),
        lost=Sum("lost_captures"),
    )
    counted = ProfileHour.objects.filter(profile__school_id__in=schools, hour__gt=now - timedelta(days=7)).aggregate(n=Sum("counted"))["n"]
    tested = TestSighting.objects.filter(profile__school_id__in=schools).aggregate(at=Max("arrived_at"))["at"]
    return Reporting(totals["enrolled"], totals["seen"], totals["waiting"] or 0, totals["lost"] or 0, counted or 0, tested)


def is_of_another_school(device_ids: set[str], *, school_id: int) -> bool:
    """Whether any of these ids is a known device of a school other than this one. Ids that are no ids are passed over."""
    keys = []
    for device_id in device_ids:
        try:
            keys.append(UUID(device_id))
        except ValueError:
            continue
    return Profile.objects.filter(pk__in=keys).exclude(school_id=school_id).exists()


def clock_skews(*, seen_after: datetime, most: int = 500) -> list[int]:
    """How far the clocks of profiles seen since then are from this machine's, in seconds (theirs minus ours). For `heedful doctor`."""
    seen = Profile.objects.filter(last_seen_at__gt=seen_after, revoked_at=None).order_by("-last_seen_at")
    return list(seen.values_list("clock_skew_s", flat=True)[:most])
