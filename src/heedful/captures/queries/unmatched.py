"""The unmatched tray: accounts that devices report and no roll knows, with how much came from each. Never what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import Capture
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import Confidence
from heedful.people.models import Account, User
from heedful.people.queries import Unmatched, unmatched_for
from heedful.people.rules import MOST_UNMATCHED

MOST_LISTED = 200
MOST_ACCOUNTS = 50
# An account that no roll knew was never surer than this when its captures came.
UNSURE = (Confidence.UNCERTAIN, Confidence.UNKNOWN)


@dataclass(frozen=True)
class Waiting:
    """One account of the tray."""

    id: int
    address: str
    school: str
    first_seen_at: datetime
    last_seen_at: datetime
    captures: int
    last_capture_at: datetime | None


def tray(viewer: User, *, now: datetime) -> tuple[tuple[Waiting, ...], bool]:
    """Accounts that wait for somebody to say whose they are, those with captures first; and whether there are more. Audited."""
    found = unmatched_for(viewer, most=MOST_LISTED + 1)
    with transaction.atomic():
        waiting = _waiting(found[:MOST_LISTED])
        for school_id in sorted({account.school_id for account in found[:MOST_LISTED]}):
            shown = tuple(str(account.id) for account in found[:MOST_LISTED] if account.school_id == school_id)
            fact = Fact(Action.UNMATCHED_LISTED, "account", shown)
            append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return waiting, len(found) > MOST_LISTED


def waiting_account(viewer: User, account_id: int) -> Waiting:
    """One account of the tray. Raises NotFound where it isn't in the viewer's."""
    found = [account for account in unmatched_for(viewer, most=MOST_UNMATCHED) if account.id == account_id]
    if not found:
        raise NotFound
    return _waiting(found)[0]


def account_with_pupil(account_id: int) -> Account | None:
    """The account, where it is one pupil's alone. For the system."""
    return Account.objects.select_related("pupil").filter(pk=account_id, pupil__isnull=False, staff=None, shared=False).first()


def captures_to_adopt(account: Account) -> QuerySet[Capture]:
    """Captures of this account that are put down to nobody, and not because somebody said so. The newest first."""
    return _unnamed().filter(account=account).select_related("account").order_by("-observed_at", "-pk")


def accounts_to_adopt_for() -> list[int]:
    """Accounts of one pupil from which captures stand with nobody."""
    rows = _unnamed().filter(account__pupil__isnull=False, account__staff=None, account__shared=False)
    return list(rows.order_by().values_list("account_id", flat=True).distinct()[:MOST_ACCOUNTS])


def _unnamed() -> QuerySet[Capture]:
    return Capture.objects.filter(pupil=None, identified_by=None, identity_confidence__in=UNSURE)


def _waiting(found: list[Unmatched]) -> tuple[Waiting, ...]:
    rows = Capture.objects.filter(account_id__in=[account.id for account in found], pupil=None).order_by().values("account_id")
    counted = {row["account_id"]: (row["n"], row["last"]) for row in rows.annotate(n=Count("pk"), last=Max("observed_at"))}
    waiting = [
        Waiting(
            account.id, account.address, account.school, account.first_seen_at, account.last_seen_at, *counted.get(account.id, (0, None)),
        )
        for account in found
    ]  # fmt: skip
    return tuple(sorted(waiting, key=lambda each: (-each.captures, -each.last_seen_at.timestamp(), each.id)))
