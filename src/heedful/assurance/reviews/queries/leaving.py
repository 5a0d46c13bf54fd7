"""The end of it: what still runs, what is still stored, what was deleted, and who certified it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count as CountOf
from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from heedful.assurance.keeping.queries import TITLES
from heedful.assurance.reviews.models import Certificate
from heedful.assurance.rules import Count
from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.models import Capture, Deletion
from heedful.devices.models import Profile
from heedful.devices.rules import TokenKind
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, Stage
from heedful.vault.queries import key_versions

REPORTED_LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Deleted:
    """What went, of one kind: how much, and in which nights."""

    what: str
    count: Count
    first_on: date
    last_on: date


@dataclass(frozen=True)
class KeyGone:
    """Versions of the school's key that were destroyed, and when: what they protected can be read by nobody, in no backup either."""

    versions: str
    at: datetime


@dataclass(frozen=True)
class CertificateLine:
    id: int
    at: datetime
    certified_as: str


@dataclass(frozen=True)
class LeavingPage:
    """How far a school has got with leaving."""

    is_monitoring: bool
    devices: int  # installations that reported in the last fortnight
    captures: Count
    last_goes_on: date | None
    keys: int
    deleted: tuple[Deleted, ...]
    keys_gone: tuple[KeyGone, ...]
    certificates: tuple[CertificateLine, ...]

    @property
    def is_empty(self) -> bool:
        return not self.captures.value


@dataclass(frozen=True)
class CertificatePage:
    """One certificate, for its PDF."""

    id: int
    at: datetime
    by: str
    certified_as: str
    deleted: tuple[Deleted, ...]
    keys_gone: tuple[KeyGone, ...]
    captures_left: Count
    keys_left: int


def leaving_page(viewer: User, school: School, *, now: datetime) -> LeavingPage:
    """What is left and what went. Exact counts only for who reads safeguarding captures."""
    exact = has_right(viewer, school.pk, Right.READ_SAFEGUARDING)
    profiles = Profile.objects.filter(school=school, revoked_at=None, superseded_at=None, last_seen_at__gt=now - REPORTED_LATELY)
    captures = Capture.objects.filter(school=school).aggregate(n=CountOf("id"), last=Max("keep_until"))
    rows = Certificate.objects.filter(school=school).order_by("-pk")
    return LeavingPage(
        is_monitoring=school.stage != Stage.SET_UP, devices=profiles.exclude(token__kind=TokenKind.SELF_TEST).count(),
        captures=Count(captures["n"], is_exact=exact), last_goes_on=captures["last"], keys=len(key_versions(school.pk)),
        deleted=deleted_of(school.pk, exact=exact), keys_gone=keys_gone_of(school.pk),
        certificates=tuple(CertificateLine(row.pk, row.at, row.certified_as) for row in rows),
    )  # fmt: skip


def deleted_of(school_id: int, *, exact: bool) -> tuple[Deleted, ...]:
    """Everything that nights deleted of this school, by kind."""
    rows = Deletion.objects.filter(school_id=school_id).values("kind").annotate(n=Sum("count"), first=Min("at"), last=Max("at")).order_by("kind")
    return tuple(
        Deleted(TITLES.get(row["kind"], row["kind"]), Count(row["n"], is_exact=exact), timezone.localdate(row["first"]), timezone.localdate(row["last"]))
        for row in rows
    )


def keys_gone_of(school_id: int) -> tuple[KeyGone, ...]:
    """Each destruction of keys, from the audit chain, which proves it."""
    entries = entries_about(school_id, subject_kind="school", action=Action.SCHOOL_KEY_DESTROYED)
    return tuple(KeyGone(", ".join(str(version) for version in entry.details.get("versions", ())), entry.at) for entry in entries)


def certificate_page(viewer: User, school: School, certificate_id: int) -> CertificatePage:
    """One certificate of the school, as it was certified. Raises NotFound."""
    row = Certificate.objects.filter(pk=certificate_id, school=school).select_related("by").first()
    if row is None:
        raise NotFound
    exact = has_right(viewer, school.pk, Right.READ_SAFEGUARDING)
    return CertificatePage(
        row.pk, row.at, row.by.name, row.certified_as,
        tuple(Deleted(what, Count(count, is_exact=exact), date.fromisoformat(first), date.fromisoformat(last)) for what, count, first, last in row.deleted),
        tuple(KeyGone(versions, moment) for versions, at in row.keys if (moment := parse_datetime(at))),
        Count(row.left["captures"], is_exact=exact), row.left["keys"],
    )  # fmt: skip
