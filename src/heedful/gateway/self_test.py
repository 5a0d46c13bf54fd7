"""The self-test: a synthetic device goes through the devices' own door of the running installation, as any device does.

What it proves and what it can't is in docs/coverage.md. It leaves no capture and no device behind.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.utils import timezone

from heedful.captures.actions.rehearse import rehearse_storing
from heedful.captures.assessing import device_layers
from heedful.detection.bundle import Bundle, BundleError, load_bundle
from heedful.detection.engine import assess
from heedful.detection.values import Observation
from heedful.devices.coverage.actions.self_test import Step, claim_self_test, finish_self_test, make_self_test_token
from heedful.devices.coverage.queries.self_tests import notices_stuck, phrase_arrived, profile_of
from heedful.gateway.keys import server_public_key
from heedful.gateway.outside import as_devices_trust, mail_server
from heedful.gateway.signing import ENROLLING, bundle_bytes, is_signed_by, policy_bytes, request_bytes, sign, to_base64url
from heedful.people.models import School
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName
from heedful.vault.envelope import VaultError

log = structlog.get_logger()
TIMEOUT_S = 15.0
AGENT = "self-test"
# The library finds the first and not the second, whatever else changes in it; a test holds it to that. Models may not make nothing of it.
FOUND, NOT_FOUND = "i want to kill myself", "what time is the bus home"


class StepFailed(Exception):
    """A step did not go as it should; the text says what was got, for a technician. No text of anybody is in it."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def document(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise StepFailed("the answer is not Heedful's; does the proxy pass the devices' paths on?")
        return found


Send = Callable[[str, str, bytes, dict[str, str]], Answer]


def over_the_network(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Ask the devices' door at its own address, as a device does: name, certificate and proxy are part of the test."""
    request = urllib.request.Request(settings.DEVICE_URL + path, data=body or None, headers=headers, method=method)  # noqa: S310 - the school's own address
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=as_devices_trust()) as response:  # noqa: S310
            return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, response.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, {}, refused.read())
    except (OSError, urllib.error.URLError) as fault:
        reason = getattr(fault, "reason", fault)
        if isinstance(reason, ssl.SSLError):
            raise StepFailed("its certificate is not accepted; devices would refuse it too. 'heedful doctor' says more") from fault
        raise StepFailed(
            f"the devices' door can't be reached ({type(reason).__name__}). Is Heedful running? 'heedful doctor' says more"
        ) from fault


@dataclass
class Probe:
    """One run's synthetic device, and what it has learnt so far."""

    school: School
    send: Send
    now: datetime
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    device_id: str = ""
    sequence: int = 0
    policy: dict[str, Any] = field(default_factory=dict)
    bundle: Bundle | None = None

    def ask(self, method: str, path: str, document: dict[str, Any] | None = None) -> Answer:
        """Sign and send one request."""
        device, body = self.device_id or ENROLLING, json.dumps(document).encode() if document is not None else b""
        self.sequence += 1 if self.device_id else 0
        message = request_bytes(method=method, path=path, device=device, sequence=self.sequence, body=body)
        headers = {
            "Heedful-Device": device, "Heedful-Sequence": str(self.sequence), "Heedful-Signature": sign(self.key, message),
            "Content-Type": "application/json",
        }  # fmt: skip
        return self.send(method, path, body, headers)

    def must(self, status: int, answer: Answer) -> Answer:
        if answer.status != status:
            raise StepFailed(f"the door answered {answer.status}, not {status}")
        return answer

    def enrols(self) -> str:
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        platform = {"os": AGENT, "browser": AGENT, "browser_version": "", "agent_version": AGENT}
        token = make_self_test_token(school=self.school, now=self.now)
        told = self.must(
            201, self.ask("POST", "/device/v1/enrol", {"token": token, "public_key": to_base64url(public), "platform": platform})
        ).document()
        if told.get("server_public_key") != to_base64url(server_public_key()):
            raise StepFailed("another installation answers at this address: its key is not ours")
        self.device_id = str(told.get("device_id", ""))
        return "a device with a one-use token was let in"

    def gets_its_policy(self) -> str:
        answer = self.must(200, self.ask("GET", "/device/v1/policy?account="))
        if not is_signed_by(
            server_public_key(), answer.headers.get("heedful-server-signature", ""), policy_bytes(device=self.device_id, body=answer.body)
        ):
            raise StepFailed("the policy is not signed by this installation; something between changes it")
        self.policy = answer.document()
        if self.policy.get("test_phrase") != self.school.test_phrase:
            raise StepFailed("the policy holds another test phrase than the school's")
        return f"signed, and says: {'monitor' if self.policy.get('monitor') else 'do not monitor'} ({self.policy.get('reason')})"

    def gets_the_library(self) -> str:
        answer = self.must(200, self.ask("GET", "/device/v1/bundle"))
        if not is_signed_by(server_public_key(), answer.headers.get("heedful-server-signature", ""), bundle_bytes(answer.body)):
            raise StepFailed("the library is not signed by this installation; something between changes it")
        if hashlib.sha256(answer.body).hexdigest() != self.policy.get("bundle", {}).get("sha256"):
            raise StepFailed("the library is not the one that the policy names; restart Heedful so that all processes have the same")
        try:
            self.bundle = load_bundle(answer.body)
        except BundleError as fault:
            raise StepFailed("the library can't be read") from fault
        return f"version {self.bundle.version}, signed"

    def finds_what_it_should(self) -> str:
        assert self.bundle is not None
        found, nothing = (assess(Observation(text), bundle=self.bundle, layers=frozenset(device_layers())).severity for text in (FOUND, NOT_FOUND))
        if not found or nothing:
            raise StepFailed(f"a line that should be found has severity {found}, a harmless one {nothing}")
        return "a known line is found with the library that devices have, a harmless one is not"

    def answers_the_test_phrase(self) -> str:
        at = timezone.now().isoformat(timespec="milliseconds")
        account = {"name": "", "identity_confidence": "unknown", "how": "none"}
        spool = {"captures": 0, "bytes": 0, "set_aside": 0, "lost_pictures": 0, "lost_captures": 0}
        beat = {
            "agent_version": AGENT, "bundle_version": self.bundle.version if self.bundle else "", "policy_version": str(self.policy.get("version", "")),
            "device_time": at, "spool": spool, "lines_read": 1, "tests": [{"id": _uuid7(self.now), "observed_at": at, "account": account}],
        }  # fmt: skip
        self.must(200, self.ask("POST", "/device/v1/heartbeat", beat))
        if not phrase_arrived(self.device_id):
            raise StepFailed("the door said yes, and the database has no answer to the test phrase; do both use the same database?")
        return "it came through to the database, and counts for no group"

    def is_judged_at_the_captures_door(self) -> str:
        told = self.must(200, self.ask("POST", "/device/v1/captures", {"captures": [{"id": _uuid7(self.now)}]})).document()
        if [result.get("status") for result in told.get("results", [])] != ["rejected"]:
            raise StepFailed("a capture that is none was not turned down")
        return "a capture that is none was turned down, and nothing of it kept"

    def can_be_stored(self) -> str:
        profile = profile_of(self.device_id)
        if profile is None:
            raise StepFailed("the database does not know the device that the door has let in")
        found = rehearse_storing(profile=profile, text=FOUND, now=self.now)
        if not (found.severity and found.reads_back and found.is_audited):
            raise StepFailed("a capture was stored, and could not be read back as it was or left no audit entry")
        return "a capture was assessed, sealed, audited, read back, and taken back before anybody could see it"

    def can_be_told(self) -> str:
        if settings.DEMO:
            return "not tried in the demo: its mails go to a folder"
        if not settings.EMAIL_HOST:
            raise StepFailed("HEEDFUL_EMAIL_HOST is empty: nobody can be told of an urgent capture")
        leads = [person.email for person in people_with_role(self.school.pk, RoleName.DSL, RoleName.DEPUTY)]
        if not leads:
            raise StepFailed("the school has no safeguarding lead who can sign in")
        ask_mail_server(leads)
        stuck = notices_stuck(self.school.pk, now=self.now)
        if stuck:
            raise StepFailed(f"{stuck} notice{'s' if stuck != 1 else ''} of the last week could not be sent; 'heedful doctor' says more")
        return f"the mail server would take mail for {len(leads)} lead{'s' if len(leads) != 1 else ''}, and no notice is stuck"

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """In the order in which each leans on the one before; the last two stand alone."""
        return [
            ("Enrolment", self.enrols), ("Policy", self.gets_its_policy), ("Library", self.gets_the_library), ("Matching", self.finds_what_it_should),
            ("Test phrase", self.answers_the_test_phrase), ("Captures' door", self.is_judged_at_the_captures_door), ("Storing", self.can_be_stored),
            ("Notices", self.can_be_told),
        ]  # fmt: skip


def ask_mail_server(addresses: list[str]) -> None:
    """Ask whether the mail server would take a message for these people, and stop before there is one. Raises StepFailed."""
    try:
        with mail_server() as server:
            answers = [server.mail(settings.DEFAULT_FROM_EMAIL)[0], *(server.rcpt(address)[0] for address in addresses)]
            server.rset()
    except (OSError, smtplib.SMTPException) as fault:
        raise StepFailed(f"{settings.EMAIL_HOST} does not take mail ({type(fault).__name__}); check the HEEDFUL_EMAIL_ settings") from fault
    refused = [code for code in answers if not 200 <= code < 300]
    if refused:
        raise StepFailed(f"{settings.EMAIL_HOST} answered {refused[0]}: it would not take a message to a safeguarding lead")


def run_self_test(*, school: School, due_key: str = "", now: datetime, send: Send = over_the_network) -> tuple[bool, list[Step]] | None:
    """Run the self-test for one school, keep and tell its result. None where another worker has claimed the occasion."""
    row = claim_self_test(school=school, due_key=due_key, now=now)
    if row is None:
        return None
    probe = Probe(school, send, now)
    steps: list[Step] = []
    for name, step in probe.steps():
        before_failed = any(not done.passed for done in steps)
        if before_failed and name != "Notices":
            steps.append(Step(name, False, "not tried, since a step before it failed", tried=False))
            continue
        steps.append(_taken(name, step))
    passed = finish_self_test(test=row, steps=steps, now=timezone.now())
    log.info("gateway.self_tested", school=school.pk, passed=passed, failed=[step.name for step in steps if step.tried and not step.passed])
    return passed, steps


def _taken(name: str, step: Callable[[], str]) -> Step:
    try:
        return Step(name, True, step())
    except StepFailed as fault:
        return Step(name, False, str(fault))
    except (AnyDatabaseError, OSError, VaultError) as fault:
        return Step(name, False, f"it could not be done ({type(fault).__name__}); look at the log, the disk and the keys")


def _uuid7(now: datetime) -> str:
    value = (int(now.timestamp() * 1000) & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
