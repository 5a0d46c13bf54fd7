"""The people of the tests: two schools, their staff and pupils, each persona with a browser of its own.

A pytest plugin: any test that asks for `dsl`, `deputy`, `technician`, … gets the two schools with it. The personas
stand for the roles of the design; what they may open is in `tests/personas/test_permissions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.sealing import Content
from heedful.devices.models import Device, Profile
from heedful.devices.rules import DeviceKind
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff, create_group, create_school
from heedful.people.models import Account, Pupil, School, User
from heedful.people.queries import needs_second_factor
from heedful.people.rules import RoleName, Stage
from tests.harness.trained import train

STAFF = {
    "dsl": ("Amara Lockhart", RoleName.DSL),
    "deputy": ("Tom Hale", RoleName.DEPUTY),
    "behaviour_lead": ("Priya Vance", RoleName.BEHAVIOUR),
    "technician": ("Sam Whitlock", RoleName.TECHNICIAN),
    "head": ("Ruth Calder", RoleName.HEAD),
    "governor": ("Desmond Ayre", RoleName.GOVERNOR),
    "staff_member": ("Jo Pemberton", RoleName.STAFF),
}
PUPILS = (
    NewPupil("Nia", "Merrick", 8, "8K", ("Pilot",)),
    NewPupil("Finn", "Ashdown", 10, "10B"),
    NewPupil("Maryam", "Gill", 5, "5P"),
    NewPupil("Jakub", "Nowak", 12, "12A"),
)


@dataclass(eq=False)
class Persona:
    """Somebody with a browser. `user` is None for a person who has not signed in."""

    name: str
    user: User | None
    browser: Client = field(default_factory=Client)

    def opens(self, url_name: str, *args: Any, **query: str) -> HttpResponse:
        return self.browser.get(reverse(url_name, args=args), query)

    def posts(self, url_name: str, *args: Any, **form: Any) -> HttpResponse:
        return self.browser.post(reverse(url_name, args=args), form)

    def polls(self, url_name: str, **query: str) -> HttpResponse:
        return self.browser.get(reverse(url_name), query, headers={"X-Heedful-Poll": "1"})


@dataclass(frozen=True)
class Place:
    """One school with its pupils (in the order of PUPILS), a shared account and a device."""

    school: School
    staff: dict[str, User]
    pupils: tuple[Pupil, ...]
    accounts: tuple[Account, ...]
    shared: Account
    device: Profile

    def stores(
        self, text: str, *, pupil: int | None = 0, source: str = "typed", host: str = "docs.school.example", title: str = "Document",
        observed_at: datetime | None = None, now: datetime | None = None, before: tuple[tuple[int, str], ...] = (), shared: bool = False,
        picture: bytes = b"", capture_id: UUID | None = None,
    ) -> int:  # fmt: skip
        """Store one capture as the gateway does, and return its number."""
        moment = now or timezone.now()
        account = self.shared if shared else None if pupil is None else self.accounts[pupil]
        confidence = "certain" if account else "unknown"
        url = f"https://{host}/a/page?q=1" if host else ""
        capture_id = capture_id or uuid4()
        incoming = Incoming(
            capture_id=capture_id, observed_at=observed_at or moment, source=source, app="browser", host=host, account=account,
            content=Content(text, title, url, account.address if account else "", before), identity_confidence=confidence,
            identity_how="profile" if account else "none", device_bundle_version="1", picture=picture,
        )  # fmt: skip
        store_captures(profile=self.device, incoming=[incoming], now=moment, in_transaction=lambda: None)
        return self.number_of(capture_id)

    def number_of(self, capture_id: UUID) -> int:
        return int(self.school.captures.values_list("pk", flat=True).get(capture_id=capture_id))


def make_place(name: str, host: str, *, now: datetime) -> Place:
    """A school with one person per role, four pupils, a shared account and one device."""
    school = create_school(name=name, now=now, stage=Stage.LIVE)
    create_group(school=school, name="Pilot", in_pilot=True, now=now)
    staff = {
        key: add_staff(school=school, email=f"{key}@{host}", name=person, roles=[role], now=now, password=PASSWORD)
        for key, (person, role) in STAFF.items()
    }
    for person in staff.values():
        train(person, school, now=now)
    pupils = add_pupils(school, PUPILS, now=now)
    accounts = add_accounts(
        school,
        [*(NewAccount(f"{p.given_name}.{p.family_name}@{host}", pupil=p) for p in pupils), NewAccount(f"library@{host}", shared=True)],
        now=now,
    )
    machine = Device.objects.create(school=school, kind=DeviceKind.CHROMEBOOK, label=f"{name[:4].upper()}-CB-001", added_at=now)
    device = Profile.objects.create(
        school=school, device=machine, public_key=bytes(32), enrolled_at=now, last_seen_at=now, os="ChromeOS", browser="Chrome", agent_version="0.1.0",
    )  # fmt: skip
    return Place(school, staff, tuple(pupils), tuple(accounts[:-1]), accounts[-1], device)


PASSWORD = "a long sentence for tests"


def sign_in(persona: Persona) -> Persona:
    """Put the persona behind a session, with the second factor that the role asks for."""
    assert persona.user is not None
    if needs_second_factor(persona.user):
        Authenticator.objects.get_or_create(user=persona.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused"}})
    persona.browser.force_login(persona.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return persona


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; what it is for is not under test here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def larkfield(db: None, quick_passwords: None) -> Place:
    """The school that the personas belong to."""
    return make_place("Larkfield Academy", "larkfield.example", now=timezone.now())


@pytest.fixture
def marsh_end(db: None, quick_passwords: None) -> Place:
    """Another school of the same installation."""
    return make_place("Marsh End School", "marshend.example", now=timezone.now())


def _fixture(key: str) -> Callable[..., Persona]:
    @pytest.fixture(name=key)
    def persona(larkfield: Place) -> Persona:
        return sign_in(Persona(key, larkfield.staff[key]))

    return persona


dsl = _fixture("dsl")
deputy = _fixture("deputy")
behaviour_lead = _fixture("behaviour_lead")
technician = _fixture("technician")
head = _fixture("head")
governor = _fixture("governor")
staff_member = _fixture("staff_member")


@pytest.fixture
def dsl_of_another_school(larkfield: Place, marsh_end: Place) -> Persona:
    return sign_in(Persona("dsl_of_another_school", marsh_end.staff["dsl"]))


@pytest.fixture
def anonymous(larkfield: Place) -> Persona:
    return Persona("anonymous", None)
