"""Fills an empty installation with a million captures and times the console on it; prints one JSON object. Run by `bench.triage`."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from heedful.commands._installation import make_ready

MANY = int(os.environ.get("BENCH_CAPTURES", 1_000_000))
REAL = 120  # captures that can be opened: the most serious ones, so they are what a page shows
PUPILS = 1000
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
    views_ms = {}
    for name, address in VIEWS.items():
        client.get(address)  # the first reading of pages from disk is not what people wait for each time
        views_ms[name] = p95_ms(lambda: answered(client.get(address).status_code, 200), turns=20)  # noqa: B023 - called at once
    search_ms = p95_ms(lambda: answered(client.post("/captures/search", {"q": "robin host7"}, follow=True).status_code, 200), turns=20)
    waiting_now = tops()
    next_ms = p95_ms(lambda: judge(client, waiting_now))
    mine = made_just_now()
    undo_ms = p95_ms(lambda: answered(client.post(f"/captures/decisions/{next(mine)}/undo", follow=True).status_code, 200), turns=20)
    found = {"stored": stored, "waiting": waiting, "queue_ms": queue_ms, "next_ms": next_ms, "undo_ms": undo_ms}
    print(json.dumps(found | {"views_ms": views_ms | {"a search, and what it finds": search_ms}}))


# Views without an index of their own, on the tab where most stand, and one of a burst.
VIEWS = {
    "one theme and year": "/captures/?tab=closed&theme=suicide&year=9",
    "a host that is rare": "/captures/?tab=closed&host=host77.example",
    "a phrase": "/captures/?tab=closed&rules=suicide.kill-myself",
    "what is not there": "/captures/?tab=closed&theme=gambling",
    "one day": f"/captures/?tab=closed&since={date.today() - timedelta(days=40)}&until={date.today() - timedelta(days=40)}",
    "the tenth page": "/captures/?tab=closed&page=10",
}


def seed() -> None:
    """One live school, its lead, a device, and some real captures of severity 5."""
    from django.utils import timezone

    from heedful.captures.actions.store import Incoming, store_captures
    from heedful.captures.sealing import Content
    from heedful.demo.device import uuid7
    from heedful.devices.actions import Platform, enrol_profile, make_token
    from heedful.devices.rules import TokenKind
    from heedful.people.actions import NewPupil, add_pupils, add_staff, create_school
    from heedful.people.clearance.actions import give_clearance
    from heedful.people.clearance.rules import Path
    from heedful.people.rules import RoleName, Stage

    now = timezone.now()
    school = create_school(name="Bench School", now=now, stage=Stage.LIVE)
    lead = add_staff(school=school, email="lead@bench.example", name="A Lead", roles=[RoleName.DSL], now=now)
    give_clearance(user=lead, school=school, path=Path.TRAINED, expires_on=now.date() + timedelta(days=365), now=now)
    add_pupils(school, [NewPupil("Robin", f"Pupil{n}", n % 14, "", ()) for n in range(PUPILS)], now=now)
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
    """Copy one of them inside the database until there are a million, most of them closed; returns how many, and how many rows wait."""
    from django.db import connection

    from heedful.captures.models import Capture
    from heedful.captures.queries.queue import count_to_review
    from heedful.people.queries import user_by_email

    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        statement = copying(SQLITE if is_sqlite else POSTGRESQL)
        cursor.execute(statement)
        # What the database does by itself some minutes after a large change, done now.
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
    lead = user_by_email("lead@bench.example")
    assert lead is not None
    return Capture.objects.count(), count_to_review(lead)


# How one copy differs from the others, by column; `n` counts them. One in 33 waits, and of three that wait two stand folded
# under the third; they are spread over PUPILS pupils, 500 hosts and a year. What is not named is as in the first capture.
COMMON = {
    "severity": "2 + n.n % 2",
    "host": "'host' || n.n % 500 || '.example'",
    "pupil_id": "(SELECT min(id) FROM people_pupil) + n.n % 1000",
    "state": "CASE WHEN n.n % 33 = 0 THEN 'new' ELSE 'closed' END",
    "is_folded": "n.n % 33 = 0 AND n.n % 99 <> 0",
    "is_open": "n.n % 33 = 0",
    "before_sealed": "c.text_sealed",  # as long a row as any; nobody opens it here
}
SQLITE = COMMON | {
    "capture_id": "lower(hex(randomblob(16)))",
    "text_sealed": "x''",  # a ciphertext opens in its own row alone
    "burst": "printf('%032x', n.n / 99)",
    "observed_at": "strftime('%Y-%m-%d %H:%M:%f', c.observed_at, '-' || (n.n * 30) || ' seconds')",
    "arrived_at": "strftime('%Y-%m-%d %H:%M:%f', c.arrived_at, '-' || (n.n * 30) || ' seconds')",
    "closed_at": "CASE WHEN n.n % 33 = 0 THEN NULL ELSE strftime('%Y-%m-%d %H:%M:%f', c.arrived_at, '-' || (n.n * 30) || ' seconds') END",
    "": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {many})",
}
POSTGRESQL = COMMON | {
    "capture_id": "gen_random_uuid()",
    "text_sealed": "''::bytea",
    "burst": "lpad(to_hex(n.n / 99), 32, '0')::uuid",
    "observed_at": "c.observed_at - n.n * interval '30 seconds'",
    "arrived_at": "c.arrived_at - n.n * interval '30 seconds'",
    "closed_at": "CASE WHEN n.n % 33 = 0 THEN NULL ELSE c.arrived_at - n.n * interval '30 seconds' END",
    "": "WITH n(n) AS (SELECT generate_series(1, {many}))",
}


def copying(differs: dict[str, str]) -> str:
    """The statement that copies the first capture; its columns are the model's, whichever they are today."""
    from heedful.captures.models import Capture

    columns = [field.column for field in Capture._meta.concrete_fields if not field.primary_key and not field.generated]
    values = ", ".join(differs.get(column, f"c.{column}") for column in columns)
    statement = "INSERT INTO captures_capture ({columns}) {numbers} SELECT {values} FROM captures_capture c, n WHERE c.id = {first}"
    parts = {
        "{columns}": ", ".join(columns), "{numbers}": differs[""], "{values}": values, "{many}": str(MANY - REAL),
        "{first}": "(SELECT min(id) FROM captures_capture)",
    }  # fmt: skip
    for part, text in parts.items():
        statement = statement.replace(part, text)
    return statement


def tops() -> Iterator[tuple[int, int]]:
    """Number and revision of what stands on top, one after the other; looked up before anything is timed."""
    from heedful.captures.models import Capture

    waiting = Capture.objects.filter(tab="to_review", severity=5).order_by("arrived_at", "id")
    return iter(list(waiting.values_list("pk", "revision")))


def judge(client: object, waiting: Iterator[tuple[int, int]]) -> None:
    """Grade the most serious capture; the answer leads to the next one, which is then read."""
    from django.test import Client

    assert isinstance(client, Client)
    number, revision = next(waiting)
    given = client.post(f"/captures/{number}/grade", {"grade": "4", "revision": str(revision)}, follow=True)
    answered(given.status_code, 200)


def made_just_now() -> Iterator[int]:
    """The lead's decisions, the newest first."""
    from heedful.captures.models import Decision

    return iter(list(Decision.objects.filter(kind="graded").order_by("-pk").values_list("pk", flat=True)))


def answered(status: int, wanted: int) -> None:
    if status != wanted:
        sys.exit(f"the console answered {status}")


def p95_ms(work: Callable[[], None], *, turns: int = TURNS) -> float:
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[int(turns * 0.95) - 1]


if __name__ == "__main__":
    main()
