"""Policies, their versions and facts. A file is read before anything is changed: what is refused leaves no trace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection, PolicyVersion
from heedful.programme.policies.reading.read import read_document
from heedful.programme.policies.reading.values import LEVELS, Block, Reading
from heedful.programme.policies.rules import Format, Kind, RegisterRefused, Section, sections_of
from heedful.programme.policies.sealing import keep_file
from heedful.programme.policies.wording import became, is_same
from heedful.vault.queries import SchoolVault


@dataclass(frozen=True)
class Upload:
    """A file as it came. Its name says what it should be, and is not kept."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Address:
    """A policy that lies elsewhere: Heedful keeps where, never fetches it."""

    url: str


@dataclass(frozen=True)
class Approval:
    """Which version it is, and who approved it when."""

    label: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True)
class Facts:
    """What the register says of a policy beside its text."""

    title: str
    kinds: tuple[Kind, ...]
    owner_id: int | None
    next_review_on: date


@dataclass(frozen=True)
class _Read:
    """What a source gave: the format, what was read, and the file to keep."""

    format: Format
    reading: Reading
    content: bytes = b""
    address: str = ""


def add_policy(*, school_id: int, facts: Facts, approval: Approval, source: Upload | Address, viewer: User, now: datetime) -> Policy:
    """Put a policy into the register. Raises NotFound, PolicyRefused for its file and RegisterRefused."""
    _may_change(viewer, school_id)
    _check(facts, approval, now)
    read = _read(source)
    with transaction.atomic():
        wait_in_line(school_id)
        policy = Policy.objects.create(
            school_id=school_id, title=facts.title, kinds=[str(kind) for kind in facts.kinds], owner_id=facts.owner_id,
            next_review_on=facts.next_review_on, added_at=now, changed_at=now,
        )  # fmt: skip
        vault = SchoolVault(school_id)
        version = _keep(policy, read, approval, vault, viewer, now)
        details = {"kinds": policy.kinds, "format": version.format, "next_review_on": str(facts.next_review_on)}
        _audit(policy, Action.POLICY_ADDED, viewer, now, details)
        vault.confirm()
    return policy


def add_version(
    *, policy_id: int, approval: Approval, next_review_on: date, source: Upload | Address, viewer: User, now: datetime
) -> PolicyVersion:
    """A new version of a policy. Links to sections whose wording stayed go with it; the others wait to be confirmed."""
    policy = policy_to_change(policy_id, viewer)
    _check(Facts(policy.title, tuple(Kind(kind) for kind in policy.kinds), policy.owner_id, next_review_on), approval, now)
    read = _read(source)
    with transaction.atomic():
        wait_in_line(policy.school_id)
        vault = SchoolVault(policy.school_id)
        version = _keep(policy, read, approval, vault, viewer, now)
        carried, waiting = _carry_links(policy, version)
        Policy.objects.filter(pk=policy.pk).update(next_review_on=next_review_on, told_stage=0, changed_at=now)
        details = {"number": version.number, "format": version.format, "links_carried": carried, "links_to_confirm": waiting}
        _audit(policy, Action.POLICY_VERSION_ADDED, viewer, now, details)
        vault.confirm()
    return version


def change_policy(*, policy_id: int, facts: Facts, viewer: User, now: datetime) -> None:
    """Another title, kind, owner or date of the next review. The text stays as it is."""
    policy = policy_to_change(policy_id, viewer)
    _check(facts, None, now)
    told = {} if facts.next_review_on == policy.next_review_on else {"told_stage": 0}
    with transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(
            title=facts.title, kinds=[str(kind) for kind in facts.kinds], owner_id=facts.owner_id, next_review_on=facts.next_review_on,
            changed_at=now, **told,
        )  # fmt: skip
        details = {"kinds": [str(kind) for kind in facts.kinds], "owner": facts.owner_id, "next_review_on": str(facts.next_review_on)}
        _audit(policy, Action.POLICY_CHANGED, viewer, now, details)


def withdraw_policy(*, policy_id: int, reason: str, viewer: User, now: datetime) -> None:
    """It counts no more, and its links are gone. What it said stays in the record of its versions."""
    policy = policy_to_change(policy_id, viewer)
    if not reason.strip():
        raise RegisterRefused("Say why the policy is taken out of the register.")
    with transaction.atomic():
        links = PolicyLink.objects.filter(section__version__policy=policy)
        unlinked = links.count()
        links.delete()
        if Policy.objects.filter(pk=policy.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_why=reason.strip()[:300], changed_at=now):
            _audit(policy, Action.POLICY_WITHDRAWN, viewer, now, {"links": unlinked})


def mark_headings(*, version_id: int, levels: Mapping[int, int], viewer: User, now: datetime) -> None:
    """A person says which lines are headings (place of the block → 1 to 6; what is not named is text). Only while nothing is linked to its sections."""
    version = PolicyVersion.objects.select_related("policy").filter(pk=version_id).first()
    if version is None:
        raise NotFound
    policy = policy_to_change(version.policy_id, viewer)
    if any(level not in LEVELS for level in levels.values()):
        raise RegisterRefused("A heading has a level of 1 to 6.")
    with transaction.atomic():
        wait_in_line(policy.school_id)
        if PolicyLink.objects.filter(section__version=version).exists():
            raise RegisterRefused("Clauses of this version are linked already. Take the links away first, or mark the headings of the next version.")
        blocks = [[text, levels.get(place, 0), page] for place, (text, _, page) in enumerate(version.blocks)]
        PolicyVersion.objects.filter(pk=version.pk).update(blocks=blocks)
        PolicySection.objects.filter(version=version).delete()
        sections = _make_sections(version, [Block(*block) for block in blocks])
        Policy.objects.filter(pk=policy.pk).update(changed_at=now)
        _audit(policy, Action.POLICY_HEADINGS_MARKED, viewer, now, {"version": version.pk, "sections": len(sections)})


def policy_to_change(policy_id: int, viewer: User) -> Policy:
    """The policy, where it is not withdrawn and the viewer may change it. Raises NotFound."""
    policy = Policy.objects.filter(pk=policy_id, withdrawn_at=None).first()
    if policy is None:
        raise NotFound
    _may_change(viewer, policy.school_id)
    return policy


def _may_change(viewer: User, school_id: int) -> None:
    if not has_right(viewer, school_id, Right.RUN_PROGRAMME):
        raise NotFound


def _check(facts: Facts, approval: Approval | None, now: datetime) -> None:
    if not facts.kinds:
        raise RegisterRefused("Say which kind of policy it is; one document may be several.")
    if approval and approval.approved_on > timezone.localdate(now):
        raise RegisterRefused("The day of approval lies ahead. Add the version once it is approved.")
    if approval and facts.next_review_on <= approval.approved_on:
        raise RegisterRefused("The next review must come after the day of approval.")


def _read(source: Upload | Address) -> _Read:
    if isinstance(source, Address):
        if not source.url.startswith(("https://", "http://")):
            raise RegisterRefused("The address must begin with https://.")
        return _Read(Format.LINK, Reading(()), address=source.url)
    kind, reading = read_document(source.name, source.content)
    return _Read(Format(kind), reading, source.content)


def _keep(policy: Policy, read: _Read, approval: Approval, vault: SchoolVault, viewer: User, now: datetime) -> PolicyVersion:
    newest = PolicyVersion.objects.filter(policy=policy).aggregate(newest=Max("number"))["newest"] or 0
    version = PolicyVersion.objects.create(
        school_id=policy.school_id, policy=policy, number=newest + 1, label=approval.label, format=read.format, address=read.address,
        size_bytes=len(read.content), sha256=hashlib.sha256(read.content).hexdigest() if read.content else "",
        blob=keep_file(vault, read.content) if read.content else "", approved_by=approval.approved_by, approved_on=approval.approved_on,
        pages=read.reading.pages, notes=list(read.reading.notes), added_at=now, added_by=viewer,
        blocks=[[block.text, block.level, block.page] for block in read.reading.blocks],
    )  # fmt: skip
    _make_sections(version, read.reading.blocks)
    return version


def _make_sections(version: PolicyVersion, blocks: Sequence[Block]) -> list[PolicySection]:
    made = [
        PolicySection(version=version, place=place, level=section.level, title=section.title, text=section.text, page=section.page)
        for place, section in enumerate(sections_of(blocks, pages=version.pages))
    ]
    return PolicySection.objects.bulk_create(made)


def _carry_links(policy: Policy, version: PolicyVersion) -> tuple[int, int]:
    """Move each link whose section's wording stayed to the new version. Returns how many moved, and how many wait."""
    new = list(version.sections.order_by("place"))
    values = [as_value(section) for section in new]
    carried = waiting = 0
    for link in PolicyLink.objects.filter(section__version__policy=policy).exclude(section__version=version).select_related("section"):
        old = as_value(link.section)
        place = became(old, values)
        if place is not None and is_same(old, values[place]):
            carried += PolicyLink.objects.filter(pk=link.pk).update(section=new[place])
        else:
            waiting += 1
    return carried, waiting


def as_value(section: PolicySection) -> Section:
    return Section(section.title, section.level, section.text, section.page)


def _audit(policy: Policy, action: Action, viewer: User, now: datetime, details: Mapping[str, object]) -> None:
    append(school_id=policy.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "policy", (str(policy.pk),), dict(details)), now=now)
