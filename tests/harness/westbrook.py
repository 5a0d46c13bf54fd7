"""One invented school, ready for a test: staff, a pupil with an account, an enrolled device that signs for real."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client

from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.models import Capture
from heedful.captures.sealing import Content
from heedful.demo.device import Answer, SimulatedDevice, capture_of
from heedful.devices.actions import make_token
from heedful.devices.models import Profile
from heedful.devices.rules import TokenKind
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff, create_school
from heedful.people.models import Account, Pupil, School, User
from heedful.people.rules import RoleName, Stage
from tests.harness.trained import train

# A Tuesday, in school hours.
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
# What the small library (captures/tests/library) makes of a text, by severity.
TEXTS = {
    0: "see you at lunch",
    1: "well flipping heck",
    2: "oh shut up please",
    3: "i hate my life today",
    4: "i will bring a knife tomorrow",
    5: "i want to kill myself tonight",
}
_milliseconds = count(1_764_000_000_000)


@dataclass
class InProcessDevice(SimulatedDevice):
    """A simulated device whose requests go through Django's test client instead of the network."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def _send(self, method: str, path: str, body: bytes, *, device: str, sequence: int) -> Answer:
        return self.send_raw(method, path, body, self.headers(method, path, body, device=device, sequence=sequence))

    def send_raw(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send exactly these bytes and headers. The last answer's headers stay in `last_headers`."""
        response = self.client.generic(method, path, body, content_type=headers.pop("Content-Type", "application/json"), headers=headers)
        self.last_headers = dict(response.headers)
        return Answer(response.status_code, response.content)

    def signed(self, method: str, path: str, body: bytes = b"", *, sequence: int | None = None) -> dict[str, str]:
        """The headers of a rightly signed request, for a test to spoil."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        return self.headers(method, path, body, device=self.device_id, sequence=sequence)

    def post_captures(self, *items: Any) -> Answer:
        return self.request("POST", "/device/v1/captures", json.dumps({"captures": items}).encode())

    def statuses(self, *items: Any) -> list[str]:
        """Send a batch that is answered 200, and return the status of each item."""
        answer = self.post_captures(*items)
        assert answer.status == 200, answer.body
        return [result["status"] for result in answer.document()["results"]]

    def row(self) -> Profile:
        return Profile.objects.select_related("school").get(pk=self.device_id)


@dataclass(frozen=True)
class Westbrook:
    """The school and who is in it. Nobody here exists."""

    school: School
    dsl: User
    deputy: User
    pupil: Pupil
    account: Account

    def token(self, *, kind: TokenKind = TokenKind.DEVICE, uses: int = 10, days: int = 30, now: datetime | None = None) -> str:
        """A fresh enrolment token; `now` is when it was made (the gateway itself goes by the real clock)."""
        made_at = now or datetime.now(UTC)
        return make_token(school_id=self.school.pk, kind=kind, label="", uses=uses, valid_for_days=days, made_by=None, now=made_at)[1]

    def device(self) -> InProcessDevice:
        """Enrol a new device through the real door."""
        device = InProcessDevice(server_url="")
        device.enrol(self.token(), os="Windows")
        return device

    def capture(self, device: InProcessDevice, severity: int = 3, /, **changes: Any) -> dict[str, Any]:
        """A valid capture of the pupil, whose text the small library gives this severity."""
        made = capture_of(
            device_id=device.device_id, text=TEXTS[severity], hits=[{"start": 0, "end": 4, "phrase": "low_mood.hate-my-life"}],
            observed_at=datetime.now(UTC).isoformat(timespec="milliseconds"), unix_ms=next(_milliseconds), url="https://chat.example/room/7",
            title="A page", account=self.account.address,
        )  # fmt: skip
        return made | changes

    def incoming(self, severity: int = 3, *, text: str | None = None, **changes: Any) -> Incoming:
        """The same as a value, past the gateway."""
        content = Content(text or TEXTS[severity], "A page", "https://chat.example/room/7", self.account.address, ())
        made = Incoming(
            capture_id=uuid4(), observed_at=NOW, source="typed", app="browser", host="chat.example", content=content, account=self.account,
            identity_confidence="certain", identity_how="profile", device_bundle_version="1",
        )  # fmt: skip
        return replace(made, **changes)

    def stored(self, severity: int = 3, **changes: Any) -> Capture:
        """Store one capture of this severity and return its row."""
        item = self.incoming(severity, **changes)
        store(self.plain_profile(), item)
        return Capture.objects.get(capture_id=item.capture_id)

    def plain_profile(self) -> Profile:
        """A device row without a key that anybody holds: enough where nothing is signed."""
        return Profile.objects.get_or_create(
            school=self.school, directory_device_id="plain", defaults={"public_key": bytes(32), "enrolled_at": NOW}
        )[0]


def store(device: Profile, *items: Incoming, now: datetime = NOW) -> list[str]:
    """Store as the gateway does; the status of each item."""
    results = store_captures(profile=device, incoming=items, now=now, in_transaction=lambda: None)
    return [str(results[item.capture_id]) for item in items]


def build_school(name: str = "Westbrook School", domain: str = "westbrook.example", **settings: Any) -> Westbrook:
    """Make a school that is live, with a lead, a deputy and one pupil of year 8."""
    school = create_school(name=name, now=NOW, **({"stage": Stage.LIVE} | settings))

    def staff(role: RoleName) -> User:
        person = add_staff(school=school, email=f"{role}@{domain}", name=f"{role.label} of {name}", roles=[role], now=NOW)
        train(person, school, now=NOW)
        return person

    [pupil] = add_pupils(school, [NewPupil("Amara", "Okonedo", 8, "8K", ("Year 8",))], now=NOW)
    [account] = add_accounts(school, [NewAccount(f"amara.okonedo@{domain}", pupil=pupil)], now=NOW)
    return Westbrook(school, staff(RoleName.DSL), staff(RoleName.DEPUTY), pupil, account)
