"""A list of devices is read as each system writes it; what can't be read is told by its line, and the rest is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.devices.inventory.reading import moment_of, read_inventory
from heedful.devices.inventory.tests.samples import GOOGLE, INTUNE, PLAIN
from heedful.devices.inventory.values import Inventory, InventoryRefused
from heedful.devices.rules import InventorySource

LONDON = ZoneInfo("Europe/London")


def read(text: str | bytes) -> Inventory:
    return read_inventory("devices.csv", text if isinstance(text, bytes) else text.encode(), zone=LONDON)


def test_googles_export_gives_chromebooks_with_place_group_and_person_and_leaves_out_what_is_deprovisioned() -> None:
    found = read(GOOGLE)
    assert (found.source, found.passed_over, found.problems, found.is_whole) == (InventorySource.GOOGLE, {"no longer in use": 1}, (), True)
    first, second = found.rows
    assert (first.kind, first.label, first.serial, first.directory_device_id, first.site, first.group) == (
        "chromebook", "CB-001", "NX1001", "aaaa-0001", "Main site", "Year 8",
    )  # fmt: skip
    assert (second.account, second.group) == ("amara.okonedo@westbrook.example", "Trolley 3")
    assert first.account == ""  # who used it last says not whose it is
    assert first.active_at == datetime(2026, 11, 23, 15, 2, 11, tzinfo=UTC)


def test_intunes_export_tells_kinds_by_system_and_leaves_out_what_is_somebodys_own() -> None:
    found = read(INTUNE)
    assert (found.source, found.passed_over) == (InventorySource.INTUNE, {"somebody's own": 1})
    assert [(row.label, str(row.kind), row.serial) for row in found.rows] == [
        ("IT2-PC01", "windows", "5CD0001"), ("MEDIA-01", "mac", "C02EXAMPLE1"), ("IPAD-07", "ipad", "DMPEXAMPLE7"), ("IT2-PC02", "windows", ""),
    ]  # fmt: skip
    assert {row.directory_device_id for row in found.rows} == {""}
    assert found.rows[0].active_at == datetime(2026, 11, 20, 8, 11, 3, tzinfo=UTC)


def test_a_plain_list_is_read_with_its_bad_rows_told_by_line() -> None:
    found = read(PLAIN)
    assert found.source == InventorySource.CSV
    assert [(row.label, str(row.kind)) for row in found.rows] == [("LT-01", "windows"), ("LT-02", "linux"), ("LT-05", "other")]
    assert [(problem.line, problem.column) for problem in found.problems] == [(4, "serial"), (5, "serial"), (6, "kind")]
    assert not found.is_whole


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"), (b"PK\x03\x04rest", "Excel"), (b"one,two\n1,2\n", "no column names a device"), (b'Serial,"torn\n1,2', "quotation mark"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_devices_is_refused_with_the_way_out(content: bytes, words: str) -> None:
    with pytest.raises(InventoryRefused, match=words):
        read(content)


def test_an_export_of_windows_is_read_in_its_encoding() -> None:
    assert read("Serial number\tDevice name\nS1\tÉcran 1\n".encode("utf-16")).rows[0].label == "Écran 1"


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00", "31/02/2026", "2026-13-01"])
def test_a_moment_that_can_not_be_told_is_left_out(text: str) -> None:
    assert moment_of(text, LONDON) is None


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    try:
        found = read(b"Serial number,Device name\n" + content)
    except InventoryRefused:
        return
    assert all(row.serial or row.label or row.machine_id or row.directory_device_id for row in found.rows)


@given(st.text(max_size=200))
def test_no_cell_of_a_file_is_told_in_a_problem(text: str) -> None:
    secret = "harrowing" + text.replace('"', "")
    said = ""
    try:
        said = "".join(map(str, read(f'Serial number,Device name,Type\nS1,ok,"{secret}"\n'.encode("utf-8", "replace")).problems))
    except InventoryRefused as fault:
        said = str(fault)
    assert "harrowing" not in said
