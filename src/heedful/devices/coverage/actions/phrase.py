"""Starting a test of the phrase, writing down what an answer proves, and setting the terms in which it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.devices.coverage.days import Term, check_terms
from heedful.devices.coverage.health import year_name
from heedful.devices.coverage.models import GROUP_LENGTH, PhraseProof, PhraseTest, SchoolTerm
from heedful.devices.coverage.phrase import TEST_LASTS, PhraseTestRefused, Running, credited, typed_at
from heedful.devices.models import Profile, TestSighting
from heedful.devices.rules import COVERED_KINDS, DeviceKind, TokenKind
from heedful.people.models import Account, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right


def start_phrase_test(*, school_id: int, group: str, kind: str, known_groups: Sequence[str], viewer: User, now: datetime) -> PhraseTest:
    """Say: I am testing this group on this kind of device now. What comes through in the next 30 minutes is credited to the viewer.

    `known_groups` are the names that the school's page offers. Raises NotFound where the school is not the viewer's to look after,
    PhraseTestRefused where there is no such group or nothing of Heedful runs on such a device.
    """
    if not has_right(viewer, school_id, Right.LOOK_AFTER_COVERAGE):
        raise NotFound
    if group not in known_groups:
        raise PhraseTestRefused("Choose one of the groups of this school.")
    if kind not in COVERED_KINDS:
        raise PhraseTestRefused("Choose a kind of device that Heedful runs on.")
    with transaction.atomic():
        # Starting another group ends the one before: nobody is in two rooms at once.
        PhraseTest.objects.filter(school_id=school_id, tester=viewer, ends_at__gt=now).update(ends_at=now)
        test = PhraseTest.objects.create(
            school_id=school_id, group=group, kind=kind, tester=viewer, started_at=now, ends_at=now + TEST_LASTS
        )
        fact = Fact(Action.PHRASE_TEST_STARTED, "phrase_test", (str(test.pk),), {"kind": kind})
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return test


def prove_sighting(sighting: TestSighting) -> list[PhraseProof]:
    """Write down what an answer to the test phrase proves, once: for each group of its pupil or device, or for none.

    Call it in the transaction that keeps the sighting. The self-test's own answer proves nothing of a group or device.
    """
    profile = Profile.objects.select_related("token", "device__group").get(pk=sighting.profile_id)
    if profile.token is not None and profile.token.kind == TokenKind.SELF_TEST:
        return []
    device = profile.device
    groups = _groups_of(sighting.account, profile)
    kind = device.kind if device else str(DeviceKind.OTHER)
    at = typed_at(observed_at=sighting.observed_at, arrived_at=sighting.arrived_at, clock_skew_s=profile.clock_skew_s)
    test = credited(_running(profile.school_id, sighting.arrived_at), groups=groups, kind=kind, at=at, arrived_at=sighting.arrived_at)
    return [
        PhraseProof.objects.get_or_create(
            sighting=sighting, group=group,
            defaults={
                "school_id": profile.school_id, "kind": kind, "site": device.site if device else "", "proved_at": at,
                "is_listed": device is not None and device.is_listed and device.retired_at is None,
                "test_id": test.id if test else None, "tester_id": test.tester_id if test else None,
            },
        )[0]
        for group in groups or [""]
    ]  # fmt: skip


def _groups_of(account: Account | None, profile: Profile) -> list[str]:
    """Names of the groups that an answer speaks for: its pupil's, with their year, and its device's. A shared account names nobody."""
    names: list[str] = []
    pupil = account.pupil if account and not account.shared and account.closed_on is None else None
    if pupil is not None:
        names += [group.name for group in pupil.groups.all()]
        names += [year_name(pupil.year_group)] if pupil.year_group is not None else []
    if profile.device and profile.device.group:
        names.append(profile.device.group.name)
    return sorted({name[:GROUP_LENGTH] for name in names})


def _running(school_id: int, now: datetime) -> list[Running]:
    rows = PhraseTest.objects.filter(school_id=school_id, started_at__lte=now, ends_at__gte=now)
    return [Running(row.pk, row.group, row.kind, row.tester_id, row.started_at, row.ends_at) for row in rows]


def set_terms(*, school_id: int, terms: Sequence[Term], viewer: User, now: datetime) -> None:
    """Set the dates of the school year's three terms. Raises NotFound, or TermsRefused, and then changes nothing."""
    if not has_right(viewer, school_id, Right.LOOK_AFTER_COVERAGE):
        raise NotFound
    check_terms(terms)
    with transaction.atomic():
        for term in terms:
            SchoolTerm.objects.update_or_create(
                school_id=school_id, name=term.name, defaults={"starts_on": term.starts_on, "ends_on": term.ends_on}
            )
        details = {str(term.name): [term.starts_on.isoformat(), term.ends_on.isoformat()] for term in terms}
        append(
            school_id=school_id,
            actor=Actor.person(viewer.pk),
            fact=Fact(Action.TERMS_SET, "school", (str(school_id),), details),
            now=now,
        )
