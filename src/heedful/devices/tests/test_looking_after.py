"""What a technician does: tokens are shown once, profiles revoked, devices retired and merged, each after proving who they are."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.devices.actions import EnrolmentRefused, Platform, enrol_profile, make_token
from heedful.devices.actions.tokens import TokenRefused
from heedful.devices.inventory.models import InventoryImport
from heedful.devices.models import Device, EnrolmentToken, Profile
from heedful.devices.rules import TokenKind
from heedful.people.adapter import STARTED
from tests.personas.people import PASSWORD, Persona, Place

NOW = timezone.now()
FORM = {"kind": "device", "label": "Room IT2", "uses": "2", "days": "30"}


def enrol(token: str) -> Profile:
    platform = Platform("windows", "Chrome 156", "0.1.0")
    return enrol_profile(
        token=token, public_key=uuid4().bytes * 2, platform=platform, directory_device_id="", machine_id=uuid4().hex, now=timezone.now()
    )


def signed_in_an_hour_ago(person: Persona) -> None:
    session = person.browser.session
    session[STARTED] = (NOW - timedelta(hours=1)).isoformat()
    session.save()


def test_a_token_is_shown_once_and_works(technician: Persona, larkfield: Place) -> None:
    page = technician.posts("token_make", **FORM).content.decode()
    token = page.split('id="made-token">')[1].split("<")[0]
    assert enrol(token).school == larkfield.school
    listed = technician.opens("tokens").content.decode()
    assert token not in listed
    for words in ("Room IT2", "1 of 2", "Sam Whitlock"):
        assert words in listed
    assert Entry.objects.filter(action="token.made", actor_id=str(larkfield.staff["technician"].pk)).exists()
    assert token not in repr(list(Entry.objects.values())) + repr(list(EnrolmentToken.objects.values()))


@pytest.mark.parametrize(
    "changes", [{"uses": "0"}, {"uses": "many"}, {"days": "9999"}, {"label": ""}, {"kind": "self_test"}, {"label": "x" * 81}]
)
def test_a_token_that_can_not_be_is_told_beside_the_field(technician: Persona, changes: dict[str, str]) -> None:
    response = technician.posts("token_make", **(FORM | changes))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not EnrolmentToken.objects.exists()


def test_no_door_makes_a_token_without_bounds(larkfield: Place) -> None:
    for uses, days in ((-1, 5), (10**9, 5), (5, 0), (5, 10**6)):
        with pytest.raises(TokenRefused):
            make_token(
                school_id=larkfield.school.pk, kind=TokenKind.DEVICE, label="", uses=uses, valid_for_days=days, made_by=None, now=NOW
            )


def test_a_revoked_token_lets_nothing_in_and_what_enrolled_stays(technician: Persona, larkfield: Place) -> None:
    row, token = make_token(
        school_id=larkfield.school.pk, kind=TokenKind.DEVICE, label="", uses=9, valid_for_days=9, made_by=None, now=timezone.now()
    )
    profile = enrol(token)
    assert technician.posts("token_revoke", row.pk).status_code == 302
    with pytest.raises(EnrolmentRefused):
        enrol(token)
    profile.refresh_from_db()
    assert profile.revoked_at is None
    assert technician.posts("token_revoke", row.pk).status_code == 404


def test_a_token_of_another_school_is_not_there(technician: Persona, marsh_end: Place) -> None:
    row, _ = make_token(
        school_id=marsh_end.school.pk, kind=TokenKind.DEVICE, label="Theirs", uses=9, valid_for_days=9, made_by=None, now=NOW
    )
    assert "Theirs" not in technician.opens("tokens").content.decode()
    assert technician.posts("token_revoke", row.pk).status_code == 404
    assert technician.posts("token_make", **(FORM | {"school": str(marsh_end.school.pk)})).status_code in {200, 422}
    assert not EnrolmentToken.objects.filter(school=marsh_end.school, label="Room IT2").exists()


@pytest.mark.parametrize("url_name", ["token_make", "token_revoke", "device_retire", "device_merge", "profile_revoke", "inventory_apply"])
def test_a_change_asks_again_who_it_is_after_a_quarter_of_an_hour(technician: Persona, larkfield: Place, url_name: str) -> None:
    device = larkfield.device.device_id
    arguments = {
        "token_revoke": (1,),
        "device_retire": (device,),
        "device_merge": (device,),
        "profile_revoke": (device, larkfield.device.pk),
        "inventory_apply": (1,),
    }
    signed_in_an_hour_ago(technician)
    response = technician.posts(url_name, *arguments.get(url_name, ()), **FORM)
    assert response.status_code == 302
    assert "reauthenticate" in response["Location"]
    assert not EnrolmentToken.objects.exists()
    assert Profile.objects.filter(pk=larkfield.device.pk, revoked_at=None).exists()


def test_the_change_that_was_asked_for_is_made_once_it_is_proved(technician: Persona, larkfield: Place) -> None:
    signed_in_an_hour_ago(technician)
    asked = technician.posts("token_make", **FORM)["Location"]
    answer = technician.browser.post(asked, {"password": PASSWORD}, follow=True)
    assert 'id="made-token">hee-' in answer.content.decode()
    assert EnrolmentToken.objects.get().label == "Room IT2"


def test_a_retired_device_counts_no_more_and_comes_back(technician: Persona, larkfield: Place) -> None:
    device = larkfield.device.device_id
    assert technician.posts("device_retire", device).status_code == 302
    assert Profile.objects.get(pk=larkfield.device.pk).revoked_at is not None
    assert "LARK-CB-001" not in technician.opens("devices").content.decode()
    assert "LARK-CB-001" in technician.opens("devices", state="retired").content.decode()
    technician.posts("device_return", device)
    assert Device.objects.get(pk=device).retired_at is None
    assert list(Entry.objects.filter(subject_kind="physical_device").values_list("action", flat=True)) == [
        "device.retired",
        "device.returned",
    ]


def test_a_device_that_enrolled_by_itself_is_said_to_be_one_of_the_inventory(technician: Persona, larkfield: Place) -> None:
    row = Device.objects.create(
        school=larkfield.school, label="CB-7", serial="SN7", kind="chromebook", listed_at=NOW, listed_from="csv", added_at=NOW
    )
    outside = larkfield.device.device_id
    assert "CB-7 (SN7)" in technician.opens("device", outside).content.decode()
    assert technician.posts("device_merge", outside, into=str(row.pk))["Location"].endswith(f"/devices/{row.pk}/")
    assert Profile.objects.get(pk=larkfield.device.pk).device == row
    assert not Device.objects.filter(pk=outside).exists()


def test_what_can_not_be_merged_changes_nothing(technician: Persona, larkfield: Place, marsh_end: Place) -> None:
    outside, theirs = larkfield.device.device_id, marsh_end.device.device_id
    listed = Device.objects.create(school=larkfield.school, label="CB-7", listed_at=NOW, listed_from="csv", added_at=NOW)
    assert technician.posts("device_merge", outside, into=str(theirs)).status_code == 404
    assert technician.posts("device_merge", theirs, into=str(listed.pk)).status_code == 404
    for into in ("", "x", str(outside), "9" * 30):
        technician.posts("device_merge", outside, into=into)
    technician.posts("device_merge", listed.pk, into=str(outside))
    assert Device.objects.count() == 3
    assert Profile.objects.get(pk=larkfield.device.pk).device_id == outside


def test_a_list_is_read_looked_at_and_taken_in(technician: Persona, larkfield: Place) -> None:
    def upload(text: str) -> object:
        return technician.browser.post("/devices/inventory/", {"file": SimpleUploadedFile("d.csv", text.encode()), "source": ""})[
            "Location"
        ]

    place = upload("Serial,Name,Kind\nS1,PC-1,windows\nS2,PC-2,windows\n,,windows\n")
    shown = technician.browser.get(place).content.decode()  # type: ignore[arg-type]
    for words in ("PC-1 (S1)", "Line 4", "no device is taken for gone"):
        assert words in shown
    assert not Device.objects.filter(label="PC-1").exists()
    number = InventoryImport.objects.get().pk
    technician.posts("inventory_apply", number)
    assert Device.objects.filter(listed_at__isnull=False).count() == 2
    upload("Serial,Name,Kind\nS1,PC-1,windows\n")
    number = InventoryImport.objects.order_by("-pk")[0].pk
    technician.posts("inventory_apply", number)
    assert Device.objects.get(label="PC-2").unlisted_at is None  # half of it would go: nobody said that this is meant
    technician.posts("inventory_apply", number, anyway="on")
    assert Device.objects.get(label="PC-2").unlisted_at is not None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"one,two\n1,2", b"Serial\n"])
def test_a_file_that_is_no_list_is_told_beside_the_field(technician: Persona, content: bytes) -> None:
    response = technician.browser.post("/devices/inventory/", {"file": SimpleUploadedFile("d.csv", content), "source": ""})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not InventoryImport.objects.exists()


def test_a_list_of_another_school_is_not_there(technician: Persona, marsh_end: Place) -> None:
    made = InventoryImport.objects.create(school=marsh_end.school, made_at=NOW, door="page", source="csv", state="waiting")
    for name, answer in (
        ("inventory_import", technician.opens),
        ("inventory_apply", technician.posts),
        ("inventory_refuse", technician.posts),
    ):
        assert answer(name, made.pk).status_code == 404
