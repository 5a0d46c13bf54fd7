"""What the tests of keeping let an installation do, run as `python -m tests.keeping.inside FUNCTION OPTIONS`: each prints one JSON answer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import django

from tests.keeping.older import fill_older as fill_older
from tests.keeping.older import read_newer as read_newer

PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


def fill(captures: int = 6) -> dict[str, Any]:
    """A school with captures of every kind, then one that was deleted: its number must not come again."""
    from heedful.commands._tables import make_tables
    from heedful.gateway.keys import extension_key, server_key
    from heedful.people.models import School

    make_tables()
    extension_key()
    server_key()
    from tests.harness.westbrook import build_school

    westbrook = build_school(pictures=True) if not School.objects.exists() else None
    if westbrook:
        westbrook.dsl.set_password("a long sentence for tests")
        westbrook.dsl.save()
    store(captures=captures)
    last = store(captures=1)["numbers"][0]
    from heedful.captures.models import Capture

    Capture.objects.filter(pk=last).delete()
    return contents() | {"deleted": last}


def store(captures: int = 1) -> dict[str, Any]:
    """Store captures with text, title, address, earlier lines and a picture, decide on some and note on one."""
    from heedful.captures.actions.decide import dismiss_capture, note_capture
    from heedful.captures.models import Capture
    from heedful.captures.rules import FalsePositive
    from heedful.people.models import User
    from tests.harness.westbrook import NOW

    numbers = []
    for number in range(captures):
        numbers.append(store_one(f"i hate my life today, {number}"))
    first = Capture.objects.get(pk=numbers[0])
    dsl = User.objects.get(email__startswith="dsl")
    note_capture(number=first.pk, text="Spoke with the tutor", viewer=dsl, now=NOW)
    if captures > 1:
        other = Capture.objects.get(pk=numbers[1])
        dismiss_capture(number=other.pk, reason=FalsePositive.GAME, revision=other.revision, viewer=dsl, now=NOW)
    return {"numbers": numbers}


def store_one(text: str) -> int:
    """Store one capture as the gateway does; its number."""
    from heedful.captures.models import Capture
    from heedful.people.models import Account, School, User
    from tests.harness import westbrook as house

    school = School.objects.get()
    account = Account.objects.get(pupil__isnull=False)
    people = User.objects.get(email__startswith="dsl"), User.objects.get(email__startswith="deputy")
    place = house.Westbrook(school, *people, account.pupil, account)
    item = place.incoming(3, text=text, picture=PICTURE)
    item = replace(item, content=replace(item.content, before=((9, "before that"),)))
    house.store(place.plain_profile(), item)
    return int(Capture.objects.get(capture_id=item.capture_id).pk)


def store_on_and_on(seconds: float) -> dict[str, Any]:
    """Store captures one by one for so long, and print the id of each as soon as it would be acknowledged."""
    import time

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        print(store_one("i will bring a knife tomorrow"), flush=True)  # of severity 4: never only counted
    return {}


def contents() -> dict[str, Any]:
    """Everything that a restore has to bring back, in clear."""
    from django.db import connection

    from heedful.audit.models import Entry
    from heedful.captures.models import Capture
    from heedful.captures.sealing import open_before, open_column, open_note, open_picture
    from heedful.people.models import User
    from heedful.vault.blobs import read_blob
    from heedful.vault.queries import SchoolVault

    rows = {}
    for row in Capture.objects.order_by("pk"):
        vault = SchoolVault(row.school_id)
        picture = b"" if not row.picture_blob else open_picture(vault, row.capture_id, read_blob(school_id=row.school_id, name=row.picture_blob))
        rows[str(row.pk)] = [
            str(row.capture_id), row.observed_at.isoformat(), row.arrived_at.isoformat(), row.severity, row.themes, row.findings, row.tab,
            row.state, row.revision, *(open_column(vault, row.capture_id, name, getattr(row, f"{name}_sealed")) for name in ("text", "title", "url", "account")),
            list(open_before(vault, row.capture_id, row.before_sealed)), picture.hex(),
            [open_note(vault, note.pk, note.text_sealed) for note in row.notes.order_by("pk")],
        ]  # fmt: skip
    return {
        "engine": connection.vendor,
        "captures": rows,
        "entries": [entry.hash for entry in Entry.objects.order_by("school_id", "number").exclude(subject_kind__in=("backup", "installation"))],
        "people": [[u.email, u.password, u.joined_at.isoformat()] for u in User.objects.order_by("pk")],
    }


def add_policy() -> dict[str, Any]:
    """Put a policy into the register, with a clause that is linked."""
    from datetime import UTC, date, datetime

    from heedful.people.models import School, User
    from heedful.programme.policies.actions.linking import link_section
    from heedful.programme.policies.actions.register import Approval, Facts, Upload
    from heedful.programme.policies.actions.register import add_policy as add
    from heedful.programme.policies.rules import Kind, Target

    school, dsl, now = School.objects.get().pk, User.objects.get(email__startswith="dsl"), datetime.now(UTC)
    facts, approval = Facts("Behaviour policy", (Kind.BEHAVIOUR,), None, date(2040, 9, 1)), Approval("v1", "Governors", date(2026, 9, 1))
    made = add(
        school_id=school, facts=facts, approval=approval, source=Upload("a.md", b"# Bullying\n\nWe stop it.\n"), viewer=dsl, now=now
    )
    section = made.versions.get().sections.get()
    link_section(school_id=school, section_id=section.pk, target=Target("bullying"), viewer=dsl, now=now)
    return policies()


def policies() -> dict[str, Any]:
    """Every policy with its file, its sections and the themes behind which they stand."""
    from heedful.people.models import School
    from heedful.programme.policies.models import PolicyVersion
    from heedful.programme.policies.sealing import open_file
    from heedful.vault.queries import SchoolVault

    vault = SchoolVault(School.objects.get().pk)
    return {
        row.policy.title: [
            row.label, row.sha256, open_file(vault, row.blob).hex(), list(row.sections.order_by("place").values_list("title", "text", "links__theme")),
        ]
        for row in PolicyVersion.objects.select_related("policy").order_by("pk")
    }  # fmt: skip


def store_past_their_time(captures: int) -> dict[str, Any]:
    """Store captures with pictures whose last day was yesterday."""
    from datetime import timedelta

    from django.utils import timezone

    from heedful.captures.models import Capture

    for _ in range(captures):
        store_one("i will bring a knife tomorrow")
    yesterday = timezone.localdate() - timedelta(days=1)
    Capture.objects.update(kept_why="record_only", keep_until=yesterday, parts_until=None)
    return files_and_rows()


def night_in_small_steps() -> dict[str, Any]:
    """What a night does, two captures a step, until it is killed."""
    from django.utils import timezone

    from heedful.captures.actions import retain
    from heedful.people.models import School

    school = School.objects.get().pk
    while retain.delete_captures(school_id=school, now=timezone.now(), most=2):
        print("step", flush=True)
    return files_and_rows()


def files_and_rows() -> dict[str, Any]:
    """How many captures there are, whose file is missing, and which files no row names."""
    from django.conf import settings

    from heedful.captures.models import Capture

    named = set(Capture.objects.exclude(picture_blob="").values_list("picture_blob", flat=True))
    lies = {path.stem for path in (settings.DATA_DIR / "blobs").glob("*/*.sealed")}
    return {"captures": Capture.objects.count(), "without_file": len(named - lies), "orphans": len(lies - named)}


def sweep_old_files() -> dict[str, Any]:
    """A night a day later: files that no row names are old enough to go."""
    import os

    from django.conf import settings

    for path in (settings.DATA_DIR / "blobs").glob("*/*.sealed"):
        os.utime(path, (0, 0))
    from django.utils import timezone

    from heedful.assurance.actions import run_night

    run_night(now=timezone.now())
    return files_and_rows()


def tried() -> list[str]:
    """The backups that the record says were restored for a try."""
    from heedful.audit.queries import entries_about
    from heedful.audit.rules import Action

    return [name for entry in entries_about(0, subject_kind="backup", action=Action.RESTORE_TRIED) for name in entry.subject_ids]


def key_facts() -> dict[str, Any]:
    """What devices and their policies hold on to."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from heedful.gateway.keys import extension_key, server_public_key

    public = extension_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"server": server_public_key().hex(), "extension": public.hex()}


if __name__ == "__main__":
    django.setup()
    from heedful.captures import assessing
    from heedful.detection.bundle import load_bundle
    from tests.harness.fixtures import small_bundle_bytes

    assessing.load_shipped_bundle = lambda: load_bundle(small_bundle_bytes())  # type: ignore[assignment]
    print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[2]))))
