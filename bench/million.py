"""Fills an empty installation with a million captures and times the console on it; prints one JSON object. Run by `bench.triage`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from heedful.commands._installation import make_ready

HERE = Path(__file__).parent
REAL = 120  # captures that can be opened: the most serious ones, so they are what a page shows
TURNS = 50


def main() -> None:
    make_ready()
    from django.conf import settings
    from django.test import Client

    from heedful.people.queries import user_by_email

    seed()
    client = Client(SERVER_NAME="localhost")
    lead = user_by_email("lead@bench.example")
    assert lead is not None
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    stored, waiting = fill()
    for _ in range(3):
        client.get("/captures/")
    queue_ms = p95_ms(lambda: answered(client.get("/captures/").status_code, 200))
    next_ms = p95_ms(lambda: judge_the_top(client))
    print(json.dumps({"stored": stored, "waiting": waiting, "queue_ms": queue_ms, "next_ms": next_ms}))


def seed() -> None:
    """One live school, its lead, a device, and some real captures of severity 5."""
    from django.utils import timezone

    from heedful.captures.actions.store import Incoming, store_captures
    from heedful.captures.sealing import Content
    from heedful.demo.device import uuid7
    from heedful.devices.actions import Platform, enrol_profile, make_token
    from heedful.devices.rules import TokenKind
    from heedful.people.actions import add_staff, create_school
    from heedful.people.rules import RoleName, Stage

    now = timezone.now()
    school = create_school(name="Bench School", now=now, stage=Stage.LIVE)
    add_staff(school=school, email="lead@bench.example", name="A Lead", roles=[RoleName.DSL], now=now)
    _, token = make_token(school_id=school.pk, kind=TokenKind.DEVICE, label="", uses=1, valid_for_days=1, made_by=None, now=now)
    device = enrol_profile(token=token, public_key=bytes(32), platform=Platform("Linux", "Chromium", "0"), directory_device_id="", now=now)
    content = Content(text="i want to kill myself", title="Notes", url="https://notes.school.example/", account="", before=())
    incoming = [
        Incoming(
            UUID(uuid7(1_760_000_000_000 + n)),
            now - timedelta(seconds=n),
            "typed",
            "browser",
            "notes.school.example",
            content,
            None,
            "unknown",
            "none",
            "0",
        )
        for n in range(REAL)
    ]
    for first in range(0, REAL, 50):
        store_captures(profile=device, incoming=incoming[first : first + 50], now=now, in_transaction=lambda: None)


def fill() -> tuple[int, int]:
    """Copy one of them inside the database until there are a million, most of them closed; returns how many, and how many wait."""
    from django.db import connection

    from heedful.captures.models import Capture
    from heedful.captures.queries.queue import count_to_review
    from heedful.people.queries import user_by_email

    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute((HERE / f"million.{connection.vendor}.sql").read_text("utf-8"))
        # What the database does by itself some minutes after a large change, done now.
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
    lead = user_by_email("lead@bench.example")
    assert lead is not None
    return Capture.objects.count(), count_to_review(lead)


def judge_the_top(client: object) -> None:
    """Grade the most serious capture; the answer leads to the next one, which is then read."""
    from django.test import Client

    from heedful.captures.models import Capture

    assert isinstance(client, Client)
    top = Capture.objects.filter(state="new", severity=5).order_by("arrived_at", "id").first()
    assert top is not None, f"only {TURNS} of {REAL} should be needed"
    given = client.post(f"/captures/{top.pk}/grade", {"grade": "4", "revision": str(top.revision)}, follow=True)
    answered(given.status_code, 200)


def answered(status: int, wanted: int) -> None:
    if status != wanted:
        sys.exit(f"the console answered {status}")


def p95_ms(work: Callable[[], None]) -> float:
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[int(TURNS * 0.95) - 1]


if __name__ == "__main__":
    main()
