"""The technician's list: every device once, the longest silent first, counted, found, sorted and exported; no content, nobody's name."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from heedful.devices.actions import Heartbeat, record_heartbeat
from heedful.devices.models import Device, Profile
from heedful.devices.queries import reporting_of
from heedful.devices.queries.standing import natural
from heedful.devices.rules import DeviceKind
from heedful.devices.standing import clock_words, is_older, version_key
from heedful.web.spreadsheet import csv_of, text_cell
from tests.personas.people import Persona, Place

NOW = timezone.now()


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def add(place: Place, label: str, *, days_ago: float | None = None, kind: DeviceKind = DeviceKind.WINDOWS, listed: bool = True, **said: object) -> Device:
    device = Device.objects.create(
        school=place.school, label=label, serial=f"SN-{label}", kind=kind, site="Main site", added_at=NOW,
        **({"listed_at": NOW, "listed_from": "csv"} if listed else {}),
    )  # fmt: skip
    if days_ago is not None:
        seen = NOW - timedelta(days=days_ago)
        Profile.objects.create(
            school=place.school, device=device, public_key=uuid4().bytes * 2, enrolled_at=seen - timedelta(days=40), last_seen_at=seen,
            **({"agent_version": "0.1.0", "bundle_version": "b1"} | said),
        )  # fmt: skip
    return device


def test_a_technician_sees_devices_and_neither_content_nor_a_pupils_name(technician: Persona, larkfield: Place) -> None:
    larkfield.stores("i want to kill myself tonight")
    Device.objects.update(assigned_account=larkfield.accounts[0], listed_at=NOW)
    device = Device.objects.get(school=larkfield.school)
    for page in (text_of(technician.opens("devices")), text_of(technician.opens("device", device.pk))):
        assert "LARK-CB-001" in page
        for secret in ("kill myself", "Nia", "Merrick", "nia.merrick", "Suicide"):
            assert secret not in page


def test_the_longest_silent_stands_first_and_each_count_is_right(technician: Persona, larkfield: Place) -> None:
    Profile.objects.update(bundle_version="b1")
    add(larkfield, "PC-1", days_ago=9)
    add(larkfield, "PC-2", days_ago=20)
    add(larkfield, "PC-3")
    add(larkfield, "IPAD-1", kind=DeviceKind.IPAD)
    page = text_of(technician.opens("devices"))
    assert page.index("PC-3") < page.index("PC-2") < page.index("PC-1") < page.index("LARK-CB-001")
    for words in ("<dt>Silent a school day or more</dt><dd>2</dd>", "<dt>Never seen</dt><dd>1</dd>", "4 in the inventory, 1 of them not covered", "<dt>Not in the inventory</dt><dd>1</dd>"):
        assert words in page
    assert "Not covered" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"state": "silent"}, ["PC-1"], ["PC-10", "LARK-CB-001"]),
        ({"state": "never"}, ["PC-10"], ["SN-PC-1<", "LARK-CB-001"]),
        ({"state": "outside"}, ["LARK-CB-001"], ["PC-1"]),
        ({"q": "sn-pc-10"}, ["PC-10"], ["LARK-CB-001", "SN-PC-1<"]),
        ({"kind": "chromebook"}, ["LARK-CB-001"], ["PC-1"]),
        ({"q": "=nothing"}, ["No device is like this"], ["PC-1"]),
        ({"state": "nonsense", "sort": "nonsense", "page": "999999999999"}, ["PC-1", "LARK-CB-001"], []),
    ],
)  # fmt: skip
def test_devices_are_found_by_state_words_and_kind(technician: Persona, larkfield: Place, query: dict[str, str], shown: list[str], hidden: list[str]) -> None:
    add(larkfield, "PC-1", days_ago=9)
    add(larkfield, "PC-10")
    page = text_of(technician.opens("devices", **query))
    table = page[page.index("<main") :]
    assert all(words in table for words in shown)
    assert not any(f">{words}" in table or (words.endswith("<") and words in table) for words in hidden)


def test_devices_are_sorted_as_people_count_and_the_other_way_round(technician: Persona, larkfield: Place) -> None:
    for number in (2, 10, 1):
        add(larkfield, f"PC-{number}")
    page = text_of(technician.opens("devices", sort="name"))
    assert page.index(">PC-1<") < page.index(">PC-2<") < page.index(">PC-10<")
    assert 'aria-sort="ascending"' in page
    page = text_of(technician.opens("devices", sort="-name"))
    assert page.index(">PC-10<") < page.index(">PC-2<") < page.index(">PC-1<")


def test_what_is_wrong_is_told_with_what_to_do(technician: Persona, larkfield: Place) -> None:
    beat = Heartbeat(
        agent_version="0.0.9", bundle_version="", policy_version="", clock_skew_s=-400, spool_captures=3, set_aside=1, lost_captures=2, lost_pictures=0,
        fault="library_unverified", forced=False, lines_read=0,
    )  # fmt: skip
    record_heartbeat(profile=larkfield.device, beat=beat)
    page = text_of(technician.opens("device", larkfield.device.device_id))
    for words in ("not signed by this server", "TLS inspection", "6 min slow", "older than is supported", "force_installed", "1 set aside", "Captures were lost"):
        assert words in page
    listing = text_of(technician.opens("devices", state="faulty"))
    assert "LARK-CB-001" in listing
    assert "too old" in listing


def test_a_device_that_has_no_library_is_not_called_well(technician: Persona, larkfield: Place) -> None:
    page = text_of(technician.opens("device", larkfield.device.device_id))
    assert "It has no library, so it sees nothing" in page
    assert "Nothing wrong" not in page


def test_several_profiles_on_one_device_are_one_row(technician: Persona, larkfield: Place) -> None:
    device = add(larkfield, "PC-1", days_ago=0)
    Profile.objects.create(school=larkfield.school, device=device, public_key=bytes(32), enrolled_at=NOW, last_seen_at=NOW, bundle_version="b1")
    Profile.objects.create(school=larkfield.school, device=device, public_key=bytes(32), enrolled_at=NOW, last_seen_at=NOW, superseded_at=NOW)
    page = text_of(technician.opens("devices"))
    assert page.count(">PC-1<") == 1
    assert "2 profiles" in page


def test_the_numbers_for_others_count_devices_and_not_profiles(larkfield: Place) -> None:
    device = add(larkfield, "PC-1", days_ago=0)
    for _ in range(3):
        Profile.objects.create(
            school=larkfield.school, device=device, public_key=bytes(32), enrolled_at=NOW, last_seen_at=NOW, spool_captures=2, superseded_at=NOW
        )
    told = reporting_of([larkfield.school.pk], now=NOW)
    assert (told.enrolled, told.seen_today, told.waiting_on_devices) == (2, 2, 0)


def test_devices_of_another_school_are_not_there(technician: Persona, marsh_end: Place) -> None:
    theirs = marsh_end.device.device_id
    assert "MARS-CB-001" not in text_of(technician.opens("devices"))
    assert technician.opens("device", theirs).status_code == 404
    assert technician.opens("devices", school=str(marsh_end.school.pk)).status_code == 404
    assert "MARS-CB-001" not in technician.opens("devices_csv").content.decode()


def test_the_table_to_open_elsewhere_has_every_device_and_no_formula(technician: Persona, larkfield: Place) -> None:
    for number in range(60):
        add(larkfield, f"PC-{number}")
    add(larkfield, '=HYPERLINK("http://evil.example")', days_ago=0)
    response = technician.opens("devices_csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"].startswith("text/csv")
    assert len(rows) == 63
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_what_a_device_calls_itself_is_text(technician: Persona, larkfield: Place) -> None:
    name = "<img src=x onerror=alert(1)>"
    device = add(larkfield, name, days_ago=0, browser=name, agent_version=name[:40])
    for page in (text_of(technician.opens("devices")), text_of(technician.opens("device", device.pk))):
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_five_thousand_devices_take_as_many_questions_as_five(technician: Persona, larkfield: Place, django_assert_max_num_queries: object) -> None:
    devices = [
        Device(school=larkfield.school, label=f"PC-{n}", kind="windows", listed_at=NOW, listed_from="csv", added_at=NOW, site=f"Site {n % 9}")
        for n in range(1000)
    ]
    Device.objects.bulk_create(devices)
    Profile.objects.bulk_create(
        Profile(school=larkfield.school, device=device, public_key=bytes(32), enrolled_at=NOW, last_seen_at=NOW, bundle_version="1")
        for device in devices
    )
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = text_of(technician.opens("devices", page="3"))
    assert "page 3 of 21" in page


@pytest.mark.parametrize(("skew_s", "words"), [(0, ""), (120, ""), (-90, ""), (121, "2 min fast"), (-7200, "2 h slow"), (90_000, "1 day fast")])
def test_a_clock_far_off_is_told_in_words(skew_s: int, words: str) -> None:
    assert clock_words(skew_s) == words


@pytest.mark.parametrize(("version", "old"), [("0.1.0", False), ("0.0.9", True), ("0.10.0", False), ("", False), ("0.1", True), ("1", False)])
def test_versions_are_compared_by_their_numbers(version: str, old: bool) -> None:
    assert is_older(version, "0.1.0") is old


@given(st.text(max_size=40))
def test_whatever_a_version_or_a_label_says_can_be_sorted(text: str) -> None:
    assert version_key(text) >= ()
    assert natural(text) <= natural(text + "~")


@given(st.text(max_size=60))
def test_no_cell_begins_a_formula_and_its_text_is_kept(text: str) -> None:
    cell = text_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") in {text.replace("\x00", ""), text.replace("\x00", "").removeprefix("'")}
    assert csv_of(("a",), [(text,)]).startswith(b"\xef\xbb\xbf")
