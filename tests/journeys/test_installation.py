"""A new school on a Monday: roll, inventory, enrolment by policy, the test phrase, coverage turns green; then one device goes silent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from heedful.demo.device import SimulatedDevice
from tests.durability.server import Server, running_server
from tests.journeys.actors import Pupil
from tests.journeys.technician import Technician
from tests.journeys.wire import Tap

PUPILS = """source_id,given_name,family_name,year_group,tutor_group,account
101,Nia,Merrick,8,8B,nia.merrick@fernhill.example
102,Tom,Ashdown,8,8B,tom.ashdown@fernhill.example
103,Priya,Vale,9,9A,priya.vale@fernhill.example
,,,,,
"""
INVENTORY = """serial number,asset tag,kind,site,group
LINX0001,LAB-01,linux,Main building,8B
LINX0002,LAB-02,linux,Main building,9A
IPAD0001,PAD-01,ipad,Annexe,9A
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("fernhill")) as running:
        number = running.run("school", "make", "Fernhill School").split()[1]
        running.run("school", "staff", number, "it@fernhill.example", "Sam Whitlock", "--role", "technician")
        running.put_live(number)
        yield running


@pytest.fixture(scope="module")
def technician(playwright: Playwright, server: Server) -> Iterator[Technician]:
    somebody = Technician.comes_for_the_first_time(playwright, server, "it@fernhill.example")
    yield somebody
    somebody.leaves()


def test_from_a_roll_to_green_coverage_and_a_silent_device_is_named(
    technician: Technician, server: Server, playwright: Playwright, tmp_path: Path
) -> None:
    (tmp_path / "pupils.csv").write_text(PUPILS, "utf-8")
    (tmp_path / "inventory.csv").write_text(INVENTORY, "utf-8")
    technician.imports_the_roll(tmp_path / "pupils.csv")
    technician.imports_the_inventory(tmp_path / "inventory.csv")
    assert technician.reads_the_verdict("8B") != "Covered"

    token = technician.makes_a_token("Lab, autumn")
    policy = technician.copies_the_linux_policy(token)
    pupil = at_a_machine(playwright, tmp_path, policy, server, machine="LAB-01", account="nia.merrick@fernhill.example")
    try:
        phrase = technician.starts_a_test("8B", "Linux")
        page = pupil.opens("https://notes.school.example/", "<textarea></textarea>")
        page.locator("textarea").press_sequentially(f"{phrase}\n")
        technician.sees_the_group_turn_green("8B")
    finally:
        pupil.closes_the_browser()
    assert technician.reads_the_verdict("8B").startswith("Covered")
    assert technician.reads_the_verdict("iPad").startswith("Not covered")
    assert server.stored() == []  # the phrase is proof, and no capture

    other = SimulatedDevice(server.url)
    other.enrol(token, os="Linux", browser="Chromium", machine_id="LAB-02")
    assert technician.reads_the_silent_devices() == []
    has_been_silent_since(server, "LAB-02", datetime.now(UTC) - timedelta(days=5))
    assert technician.reads_the_silent_devices() == ["LAB-02"]


def at_a_machine(playwright: Playwright, folder: Path, policy: dict[str, Any], server: Server, *, machine: str, account: str) -> Pupil:
    """A pupil's browser under the copied policy, with the values that differ from machine to machine put in, as the page says."""
    tap = Tap(server.port)
    (extension,) = policy["3rdparty"]["extensions"].values()
    extension |= {"serverUrl": tap.url, "deviceLabel": machine, "pupil": account}
    (settings,) = (each for each in policy["ExtensionSettings"].values() if "update_url" in each)
    settings["update_url"] = f"{tap.url}/extension/updates.xml"
    pupil = Pupil(playwright, folder / "pupil", policy | {"DeveloperToolsAvailability": 1}, tap)
    (folder / "pupil").mkdir()
    pupil.starts_the_browser()
    pupil.waits_until_watched()
    return pupil


def has_been_silent_since(server: Server, label: str, moment: datetime) -> None:
    """Let time pass for one device, in the database."""
    with sqlite3.connect(server.data_dir / "heedful.sqlite3", timeout=20) as database:
        device = database.execute("SELECT id FROM devices_device WHERE label = ?", [label]).fetchone()[0]
        changed = database.execute(
            "UPDATE devices_profile SET last_seen_at = ?, enrolled_at = ? WHERE device_id = ?", [moment.isoformat(" "), moment.isoformat(" "), device]
        )
        assert changed.rowcount == 1
    database.close()
