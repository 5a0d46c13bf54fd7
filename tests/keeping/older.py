"""What an older release's installation held, and reading it with today's Heedful. Each release adds its state to RELEASES.

Run inside an installation by `tests.keeping.inside`.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

# The newest migration of each app in each release, by tag.
RELEASES: dict[str, dict[str, str]] = {
    "v0.1.0": {
        "audit": "0001_initial", "vault": "0001_initial", "people": "0001_initial", "escalation": "0001_initial",
        "thresholds": "0001_initial", "devices": "0001_initial", "captures": "0003_index_on_arrival",
    },
}  # fmt: skip
THEN = datetime(2026, 10, 5, 10, 30, tzinfo=UTC)
DEVICE = UUID(int=7)
WORDS = ("i hate my life today", "well flipping heck", "i will bring a knife tomorrow")


def fill_older(release: str) -> list[int]:
    """Make the tables as they were in that release and fill them; the numbers of the captures."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    target = [(app, name) for app, name in RELEASES[release].items()]
    # The libraries' own tables, which each release had in full.
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] in {"contenttypes", "auth", "sessions"}] + target)
    return _fill(executor.loader.project_state(target).apps)


def _fill(old: Any) -> list[int]:
    """What a school had then, written as that release's tables take it; the numbers of the captures."""

    def make(model: str, **values: Any) -> Any:
        return old.get_model(model).objects.create(**values)

    school = make("people.School", name="Larkfield Academy", stage="live", test_phrase="heedful test 1", pictures=True)
    lead = make("people.User", email="dsl@larkfield.example", name="Amara Lockhart", password="!")
    make("people.Role", user=lead, school=school, name="dsl")
    pupil = make("people.Pupil", school=school, given_name="Nia", family_name="Merrick", year_group=8, age_band="ks3")
    account = make("people.Account", school=school, address="nia.merrick@larkfield.example", pupil=pupil)
    device = make("devices.Device", id=DEVICE, school=school, public_key=bytes(32), enrolled_at=THEN, last_sequence=41, os="ChromeOS")
    make("devices.DeviceHour", device=device, hour=THEN, stored=3, counted=1)
    make("devices.TestSighting", id=UUID(int=9), device=device, account=account, observed_at=THEN, arrived_at=THEN)
    key = _make_key(make, school.pk)
    numbers = []
    for number, words in enumerate(WORDS):
        capture_id = UUID(int=100 + number)
        columns = {"text": words, "title": "A page", "url": "https://chat.example/room/7", "account": account.address}
        sealed = {f"{name}_sealed": _sealed(key, school.pk, "capture", name, str(capture_id), plain) for name, plain in columns.items()}
        verdict = {"state": "graded", "grade": 3, "graded_at": THEN + timedelta(days=1), "graded_by": lead} if number == 1 else {}
        row = make(
            "captures.Capture", school=school, capture_id=capture_id, device=device, account=account, pupil=pupil, identity_confidence="certain",
            identity_how="profile", observed_at=THEN, utc_offset_minutes=60, arrived_at=THEN, source="typed", app="browser", host="chat.example",
            before_sealed=b"", age_band="ks3", bundle_version="1", device_bundle_version="1", severity=3, theme="low_mood",
            themes={"low_mood": [900, 3]}, findings=[], threshold_version=0, suggested_route="safeguarding", urgency="week",
            route="record_only" if number == 2 else "safeguarding", **sealed, **verdict,
        )  # fmt: skip
        numbers.append(row.pk)
    note = make("captures.CaptureNote", capture_id=numbers[1], by=lead, at=THEN)
    note.text_sealed = _sealed(key, school.pk, "capture_note", "text", str(note.pk), "Spoke with the tutor")
    note.save()
    clock = make(
        "escalation.Clock", school=school, subject_kind="capture", subject_id=numbers[0], number=numbers[0], severity=3, url_name="capture",
        started_at=THEN, due_at=THEN,
    )  # fmt: skip
    make("escalation.Notice", clock=clock, recipient=lead, message_id="<1@heedful.invalid>", send_at=THEN, state="sent", sent_at=THEN)
    _audit(make, school.pk, ["school.made", "school.changed", "captures.stored"])
    return numbers


def _make_key(make: Any, school_id: int) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from heedful.vault.envelope import seal
    from heedful.vault.keyring import installation_keys
    from heedful.vault.queries import wrapping_place

    plain = secrets.token_bytes(32)
    name, wrapping = next(iter(installation_keys().items()))
    make("vault.SchoolKey", school_id=school_id, version=1, wrapped=seal(AESGCM(wrapping), 0, plain, wrapping_place(school_id, 1)), wrapped_by=name)
    return AESGCM(plain)


def _sealed(key: Any, school_id: int, table: str, field: str, row: str, plain: str) -> bytes:
    from heedful.vault.envelope import Place, seal

    return seal(key, 1, plain.encode(), Place(school_id, table, field, row))


def _audit(make: Any, school_id: int, actions: list[str]) -> None:
    from heedful.audit.rules import SYSTEM, Fact, entry_hash

    previous = ""
    for number, action in enumerate(actions, start=1):
        details = {"capture_from": {"from": 2, "to": 3}, "reason": "as older entries have it"} if action == "school.changed" else {}
        fact = Fact(action, "school", (str(school_id),), details)
        digest = entry_hash(school_id=school_id, number=number, at=THEN, actor=SYSTEM, fact=fact, previous=previous)
        make(
            "audit.Entry", school_id=school_id, number=number, at=THEN, actor_kind=SYSTEM.kind, actor_id=SYSTEM.id, action=action,
            subject_kind="school", subject_ids=[str(school_id)], details=details, previous=previous, hash=digest,
        )  # fmt: skip
        previous = digest
    make("audit.Head", school_id=school_id, number=len(actions), hash=previous)


def read_newer(numbers: list[int]) -> str:
    """Everything is there, as today's Heedful reads it, and can be worked with."""
    from heedful.audit.queries import first_break
    from heedful.captures.actions.decide import dismiss_capture
    from heedful.captures.models import Capture
    from heedful.captures.rules import FalsePositive
    from heedful.captures.sealing import open_column, open_note
    from heedful.devices.models import Profile, ProfileHour
    from heedful.escalation.models import Clock, Notice
    from heedful.people.models import Account, User
    from heedful.vault.queries import SchoolVault

    rows = {row.pk: row for row in Capture.objects.order_by("pk")}
    assert list(rows) == numbers
    for row, words in zip(rows.values(), WORDS, strict=True):
        assert open_column(SchoolVault(row.school_id), row.capture_id, "text", row.text_sealed) == words
        assert (row.profile_id, row.account.address, str(row.pupil)) == (DEVICE, "nia.merrick@larkfield.example", "Nia Merrick")  # type: ignore[union-attr]
    waits, graded, recorded = rows.values()
    assert [row.tab for row in (waits, graded, recorded)] == ["to_review", "graded", "record_only"]
    assert (waits.kept_why, waits.keep_until) == ("unreviewed", date(2026, 10, 5) + timedelta(days=90))
    assert (graded.kept_why, graded.keep_until) == ("graded", date(2026, 10, 6) + timedelta(days=365))
    assert (recorded.kept_why, recorded.keep_until) == ("record_only", date(2026, 10, 5) + timedelta(days=30))
    [note] = graded.notes.all()
    assert open_note(SchoolVault(graded.school_id), note.pk, note.text_sealed) == "Spoke with the tutor"
    profile = Profile.objects.get()
    assert (profile.pk, profile.last_sequence, profile.hours.get().stored) == (DEVICE, 41, 3)
    assert ProfileHour.objects.count() == 1
    assert profile.test_sightings.count() == 1
    assert (Clock.objects.get().subject_id, Notice.objects.get().state) == (waits.pk, "sent")
    assert Account.objects.get().from_roll is False
    assert first_break(waits.school_id) is None
    lead = User.objects.get()
    dismiss_capture(number=waits.pk, reason=FalsePositive.GAME, revision=waits.revision, viewer=lead, now=datetime.now(UTC))
    assert first_break(waits.school_id) is None
    return "read"
