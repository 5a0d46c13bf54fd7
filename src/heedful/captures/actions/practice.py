"""Captures of a practice school: dealt to its one learner, and taken away when they have finished. Nothing of it is real.

They are rows like any other, so that the pages, the keys and the ways to take a decision back are the real ones. What the
machine made of each is given, not found: the exercise stays the same when the library changes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import Capture, Hold
from heedful.captures.queries.retained import days_in_force
from heedful.captures.rules import Source
from heedful.captures.sealing import Content, seal_content
from heedful.devices.models import Profile
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils
from heedful.people.models import Account, School
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Route, Urgency
from heedful.vault.queries import SchoolVault

MADE_BY = "practice"  # in the place of a library's version: moving such a capture judges nothing anew


class NotPractice(Exception):
    """This would deal invented captures to a real school, or take real ones away."""


@dataclass(frozen=True)
class Dealt:
    """One invented capture: what was written where, and what the machine of the exercise made of it (`machine`: theme to level)."""

    pupil: int
    text: str
    source: str
    host: str
    title: str
    machine: Mapping[str, int]
    words: str


def deal_practice(*, school: School, pupils: Sequence[NewPupil], deck: Sequence[Dealt], now: datetime) -> list[tuple[UUID, Route]]:
    """Give the learner of this practice school a fresh deck, and nothing of an earlier one; the id and the route of each, in its order.

    The routes are those of the real school's table in force. Raises NotPractice.
    """
    if school.practice_of_id is None or school.practice_for_id is None:
        raise NotPractice
    with transaction.atomic():
        clear_practice(school=school)
        accounts = _accounts(school, pupils, now)
        profile = Profile.objects.create(
            school=school, public_key=os.urandom(32), enrolled_at=now, revoked_at=now, os="ChromeOS", browser="Chrome", agent_version=MADE_BY
        )
        vault, table, days = SchoolVault(school.pk), table_in_force(school.pk), days_in_force(school.pk, on=timezone.localdate(now))
        rows = []
        for place, card in enumerate(deck):
            # Some minutes apart, the last one just now: as a morning brings them.
            row = _row(card, accounts[card.pupil], profile, vault, now=now - timedelta(minutes=7 * (len(deck) - place)))
            line = table.decide({theme: level for theme, (_, level) in row.themes.items()}, row.age_band)
            if card.source == Source.REPORT:
                line = type(line)(Route.SAFEGUARDING, line.urgency if line.urgency == Urgency.NOW else Urgency.TODAY)
            row.threshold_version, row.suggested_route, row.route, row.urgency = table.version, line.route, line.route, line.urgency
            row.set_dates(days, arrived_on=timezone.localdate(now))
            rows.append(row)
        stored = Capture.objects.bulk_create(rows)
        fact = Fact(Action.CAPTURES_STORED, "capture", tuple(str(row.pk) for row in stored), {"practice": True})
        append(school_id=school.pk, actor=Actor.person(school.practice_for_id), fact=fact, now=now)
        vault.confirm()
    return [(row.capture_id, Route(row.route)) for row in stored]


def clear_practice(*, school: School) -> None:
    """Take every capture of a practice school away, with all that hangs on them. Raises NotPractice."""
    if school.practice_of_id is None:
        raise NotPractice
    with transaction.atomic():
        Hold.objects.filter(school=school).delete()
        Capture.objects.filter(school=school).delete()
        Profile.objects.filter(school=school).delete()


def _accounts(school: School, pupils: Sequence[NewPupil], now: datetime) -> list[Account]:
    known = list(Account.objects.filter(school=school, pupil__isnull=False).select_related("pupil").order_by("pk"))
    if len(known) == len(pupils):
        return known
    School.objects.get(pk=school.pk).pupils.all().delete()
    made = add_pupils(school, pupils, now=now)
    addresses = [f"{row.given_name}.{row.family_name}@practice.example".lower() for row in pupils]
    return add_accounts(school, [NewAccount(address, pupil=pupil) for address, pupil in zip(addresses, made, strict=True)], now=now)


def _row(card: Dealt, account: Account, profile: Profile, vault: SchoolVault, *, now: datetime) -> Capture:
    capture_id, start = uuid4(), card.text.index(card.words)
    address = f"https://{card.host}/" if card.host else ""
    content: dict[str, Any] = dict(seal_content(vault, capture_id, Content(card.text, card.title, address, account.address, ())))
    theme = max(card.machine, key=lambda name: card.machine[name])
    findings = [
        [name, start, start + len(card.words), f"practice.{name}", level, "The machine of this exercise looked at these words."]
        for name, level in card.machine.items()
    ]
    return Capture(
        school_id=profile.school_id, capture_id=capture_id, profile=profile, account=account, pupil=account.pupil,
        identity_confidence="certain", identity_how="profile", observed_at=now, utc_offset_minutes=0, arrived_at=now,
        source=card.source, app="browser", host=card.host, age_band=account.pupil.age_band if account.pupil else "unknown",
        bundle_version=MADE_BY, device_bundle_version=MADE_BY, severity=max(card.machine.values()), theme=theme,
        themes={name: [900, level] for name, level in card.machine.items()}, findings=findings, **content,
    )  # fmt: skip
