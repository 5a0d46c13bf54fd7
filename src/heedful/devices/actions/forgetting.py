"""What devices said goes when it is of no more use: which account used which device, hourly counts, profiles that were replaced."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from heedful.devices.inventory.models import InventoryImport
from heedful.devices.models import AccountDay, Profile, ProfileHour
from heedful.devices.rules import ACCOUNT_DAYS_KEPT, REPLACED_PROFILES_KEPT, ImportState

HOURS_KEPT = timedelta(days=60)
MOST_AT_ONCE = 5_000


def forget_what_is_over(*, now: datetime) -> int:
    """Take away what is past its time, and say how many rows went. Bears being run twice."""
    first_day = timezone.localdate(now) - ACCOUNT_DAYS_KEPT
    gone = AccountDay.objects.filter(day__lt=first_day).delete()[0]
    gone += ProfileHour.objects.filter(hour__lt=now - HOURS_KEPT).delete()[0]
    over = InventoryImport.objects.filter(state=ImportState.WAITING, expires_at__lte=now)
    over.update(state=ImportState.EXPIRED, rows=[], decided_at=now, expires_at=None)
    return gone + _forget_replaced(now)


def _forget_replaced(now: datetime) -> int:
    """Profiles that others replaced long ago, unless something is there that says more with them: a capture, a test that came through."""
    replaced = Profile.objects.filter(superseded_at__lt=now - REPLACED_PROFILES_KEPT, captures=None, test_sightings=None)
    ids = list(replaced.order_by("superseded_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for start in range(0, len(ids), 500):
        Profile.objects.filter(pk__in=ids[start : start + 500], superseded_at__lt=now - REPLACED_PROFILES_KEPT).delete()
    return len(ids)
