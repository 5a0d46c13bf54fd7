"""`kill -9` in the middle of a fleet's day: what was acknowledged is stored, what was sent arrives, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from heedful.detection.bundle import Bundle
from tests.durability.fleet import Fleet
from tests.durability.server import Server, kill, running_server, wait_until
from tests.harness.postgres import DURABLE, create_database, postgres_server

GIVE_UP_AFTER_S = 75.0
Phrases = dict[int, tuple[str, str]]


def kill_while_it_sends(server: Server, fleet: Fleet, plan: Sequence[tuple[float, str]]) -> list[str]:
    """Start the fleet, and strike each time that a share of all captures is acknowledged; returns what was killed."""
    fleet.start(give_up_after_s=GIVE_UP_AFTER_S)
    struck: list[str] = []
    for share, what in plan:
        wait_until(
            f"{share:.0%} are acknowledged",
            lambda share=share: len(fleet.acknowledged()) >= share * len(fleet.sent),
            within_s=GIVE_UP_AFTER_S,
        )
        if fleet.left() == 0:
            break
        if what == "tree":
            server.kill_tree()
            server.start()
        else:
            kill(server.web_workers()[0])
        struck.append(what)
    fleet.join()
    return struck


def assert_nothing_lost(server: Server, fleet: Fleet) -> None:
    stored = Counter(str(row["id"]) for row in server.stored())
    assert fleet.left() == 0
    assert fleet.acknowledged() == fleet.sent
    assert set(stored) == fleet.sent
    assert set(stored.values()) == {1}
    assert "broken" not in server.run("audit", "verify")
    answers = Counter(status for device in fleet.devices for status in device.results.values())
    assert set(answers) <= {"stored", "duplicate"}


def test_on_sqlite_each_capture_of_a_fleet_arrives_once(server: Server, phrases: Phrases) -> None:
    fleet = Fleet(server.url, server.make_school(), devices=100, captures_each=50, phrase=phrases[2])
    plan = [(0.06, "worker"), (0.15, "tree"), (0.3, "tree"), (0.45, "worker"), (0.6, "tree"), (0.75, "worker")]
    assert Counter(kill_while_it_sends(server, fleet, plan)) == {"tree": 3, "worker": 3}
    assert len(fleet.sent) == 5000
    assert_nothing_lost(server, fleet)


def test_on_postgresql_each_capture_of_a_fleet_arrives_once(shipped: Bundle, phrases: Phrases, tmp_path: Path) -> None:
    assert DURABLE["fsync"] == "on"
    with postgres_server(durable=True) as folder, running_server(tmp_path, database_url=create_database(folder, "killed")) as server:
        fleet = Fleet(server.url, server.make_school(), devices=20, captures_each=50, phrase=phrases[2])
        struck = kill_while_it_sends(server, fleet, [(0.1, "worker"), (0.35, "tree"), (0.6, "worker")])
        assert Counter(struck) == {"tree": 1, "worker": 2}
        assert_nothing_lost(server, fleet)


@pytest.fixture(autouse=True)
def _nothing_is_skipped(shipped: Bundle) -> None:
    """The library is built before any server starts, so that a restart takes a second and not ten."""
