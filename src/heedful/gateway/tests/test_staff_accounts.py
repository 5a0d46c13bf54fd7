"""A member of staff's account sends nothing, however it came onto the roll, unless the school has decided on it; then they are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from heedful.gateway.policy import policy_document
from heedful.people.actions import change_school, move_stage
from heedful.people.queries import find_account
from heedful.people.roll.actions.imports import apply_import, read_import
from heedful.people.roll.rules import Door
from heedful.people.rules import Stage
from tests.personas.people import Place

NOW = timezone.now()
ADDRESS = "r.lang@larkfield.example"


@pytest.fixture
def place(larkfield: Place, small_library: None, settings: Any, tmp_path: Path) -> Place:
    settings.DATA_DIR = tmp_path
    staff = f"source_id,name,email\n7,Ruth Lang,{ADDRESS}\n".encode()
    pupils = b"source_id,given_name,family_name,year_group,account\n1,Owen,Pryce,8,owen@larkfield.example\n"
    found = read_import(school_id=larkfield.school.pk, uploads=[("staff.csv", staff), ("pupils.csv", pupils)], door=Door.PAGE, now=NOW)
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    return larkfield


def policy(place: Place, address: str) -> dict[str, Any]:
    place.device.refresh_from_db()
    read: dict[str, Any] = json.loads(policy_document(place.device, find_account(place.school.pk, address), address))
    return read


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.upper()])
def test_staff_from_the_roll_are_not_monitored(place: Place, address: str) -> None:
    assert (policy(place, address)["monitor"], policy(place, address)["reason"]) == (False, "staff")
    assert policy(place, "owen@larkfield.example")["monitor"] is True


def test_where_the_school_decides_it_they_are_told_in_words_of_their_own(place: Place) -> None:
    pupils_notice = policy(place, "owen@larkfield.example")["notice"]
    change_school(place.school, reason="Decided with staff and union", now=NOW, monitors_staff=True)
    told = policy(place, ADDRESS)
    assert told["monitor"] is True
    assert "staff accounts are monitored too" in told["notice"]["what"][0]
    assert told["notice"]["version"] != pupils_notice["version"]
    assert policy(place, "owen@larkfield.example")["notice"] == pupils_notice


def test_a_leavers_account_is_still_a_member_of_staffs(place: Place) -> None:
    other = b"source_id,name,email\n8,New Person,new@larkfield.example\n"
    found = read_import(school_id=place.school.pk, uploads=[("staff.csv", other)], door=Door.PAGE, now=NOW)
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW, is_brake_confirmed=True)
    assert policy(place, ADDRESS)["reason"] == "staff"


def test_staff_are_never_in_a_pilot_of_pupils(place: Place) -> None:
    change_school(place.school, reason="Agreed", now=NOW, monitors_staff=True)
    move_stage(school=place.school, to=Stage.PILOT, reason="Pilot", by=place.staff["dsl"], now=NOW)
    assert policy(place, ADDRESS)["reason"] == "not_in_scope"
