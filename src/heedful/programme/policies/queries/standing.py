"""How a school's policies stand, for the needs, the DPIA, reviews and training: facts, no text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from heedful.programme.policies.models import Policy, PolicyLink, PolicySignature, PolicyVersion
from heedful.programme.policies.rules import Format, Kind, SignAs, is_past_review
from heedful.thresholds.rules import THEMES


@dataclass(frozen=True)
class Signed:
    """One signature under a version."""

    signed_as: SignAs
    by: str
    at: datetime


@dataclass(frozen=True)
class PolicyFact:
    """What the register knows of one policy in force, at its newest version."""

    id: int
    title: str
    kinds: tuple[Kind, ...]
    owner: str
    owner_id: int | None
    version_id: int
    number: int
    label: str
    format: Format
    approved_by: str
    approved_on: date
    next_review_on: date
    is_past_review: bool
    links: int  # confirmed for this version
    to_confirm: int
    signed: tuple[Signed, ...]

    @property
    def is_linked(self) -> bool:
        return self.links > 0

    @property
    def kinds_in_words(self) -> str:
        return ", ".join(kind.label for kind in self.kinds)

    @property
    def is_signed(self) -> bool:
        return {signed.signed_as for signed in self.signed} == set(SignAs)


def newest_versions(school_id: int) -> dict[int, int]:
    """The id of the newest version of each policy in force, by the policy's id."""
    rows = PolicyVersion.objects.filter(school_id=school_id, policy__withdrawn_at=None).order_by("policy", "number")
    return dict(rows.values_list("policy", "pk"))  # the last one of each policy stays


def policy_facts(school_id: int, *, today: date | None = None) -> tuple[PolicyFact, ...]:
    """Every policy in force, by title. For the system and for pages that have asked for the right already."""
    today = today or timezone.localdate()
    rows = list(Policy.objects.filter(school_id=school_id, withdrawn_at=None).select_related("owner").order_by("title", "pk"))
    newest = newest_versions(school_id)
    versions = PolicyVersion.objects.defer("blocks").in_bulk(newest.values())
    confirmed, waiting = Counter[int](), Counter[int]()
    for policy, version in PolicyLink.objects.filter(school_id=school_id).values_list("section__version__policy", "section__version"):
        (confirmed if newest.get(policy) == version else waiting)[policy] += 1
    signed: dict[int, list[Signed]] = {}
    for name in PolicySignature.objects.filter(version__in=versions).select_related("by").order_by("pk"):
        signed.setdefault(name.version_id, []).append(Signed(SignAs(name.signed_as), name.by.name, name.at))
    return tuple(
        PolicyFact(
            id=row.pk, title=row.title, kinds=tuple(Kind(kind) for kind in row.kinds if kind in Kind.values), owner=row.owner.name if row.owner else "",
            owner_id=row.owner_id, version_id=version.pk, number=version.number, label=version.label, format=Format(version.format),
            approved_by=version.approved_by, approved_on=version.approved_on, next_review_on=row.next_review_on,
            is_past_review=is_past_review(row.next_review_on, today), links=confirmed[row.pk], to_confirm=waiting[row.pk],
            signed=tuple(signed.get(version.pk, ())),
        )
        for row in rows
        for version in [versions[newest[row.pk]]]
    )  # fmt: skip


def unlinked_themes(school_id: int) -> tuple[str, ...]:
    """The themes behind which no clause of a policy in force stands, confirmed, in the order of THEMES."""
    newest = newest_versions(school_id).values()
    linked = set(PolicyLink.objects.filter(school_id=school_id, section__version__in=list(newest)).exclude(theme="").values_list("theme", flat=True))
    return tuple(theme for theme in THEMES if theme not in linked)


def latest_policy_change(school_id: int) -> datetime | None:
    """When a policy, its text or its links last changed; None where there is none. For what a review is triggered by."""
    found: datetime | None = Policy.objects.filter(school_id=school_id).aggregate(newest=Max("changed_at"))["newest"]
    return found
