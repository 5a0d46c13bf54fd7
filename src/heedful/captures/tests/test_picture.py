"""The picture of a capture: closed, opened for a reason, drawn anew, recorded, and without an address of its own."""

from __future__ import annotations

import base64
import io

import pytest
from django.utils import timezone
from PIL import Image

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.reveal import NotShowable, drawn_anew
from heedful.people.actions import change_school, grant_content
from tests.personas.people import Persona, Place

VAPES = "anyone selling vapes at lunch"


def webp(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(written, "WEBP", exif=b"Exif\x00\x00made on a device")
    return written.getvalue()


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def pictured(larkfield: Place) -> int:
    change_school(larkfield.school, reason="Agreed by the working group", now=timezone.now(), pictures=True)
    larkfield.device.refresh_from_db()
    return larkfield.stores(VAPES, picture=webp())


def test_the_picture_is_closed_until_somebody_says_why(dsl: Persona, larkfield: Place, pictured: int) -> None:
    page = text_of(dsl.opens("capture", pictured))
    assert "Picture of the page" in page
    assert "data:image/webp" not in page
    assert dsl.posts("capture_picture", pictured, why="").status_code == 422
    assert entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_PICTURE_REVEALED) == []


def test_a_reason_opens_it_once_and_is_recorded(dsl: Persona, larkfield: Place, pictured: int) -> None:
    response = dsl.posts("capture_picture", pictured, why="judge")
    shown = base64.b64decode(text_of(response).split("data:image/webp;base64,")[1].split('"')[0])
    assert Image.open(io.BytesIO(shown)).size == (64, 48)
    assert response["Cache-Control"] == "no-store"
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_PICTURE_REVEALED)
    assert (entry.subject_ids, entry.details) == ([str(pictured)], {"reason": "judge"})
    assert "data:image/webp" not in text_of(dsl.opens("capture", pictured))


def test_what_came_with_the_picture_does_not_go_out_with_it(pictured: int) -> None:
    assert b"made on a device" in webp()
    assert b"made on a device" not in drawn_anew(webp())


@pytest.mark.parametrize("sent", [b"", b"RIFF\x00\x00\x00\x00WEBPnothing", b"<script>alert(1)</script>"])
def test_what_is_no_picture_is_not_shown(sent: bytes) -> None:
    with pytest.raises(NotShowable):
        drawn_anew(sent)


def test_a_torn_picture_says_so_beside_the_field(dsl: Persona, larkfield: Place, pictured: int) -> None:
    torn = larkfield.stores(VAPES, picture=webp()[:60])
    response = dsl.posts("capture_picture", torn, why="meaning")
    assert response.status_code == 422
    assert "What the device sent as a picture is none." in text_of(response)


def test_a_granted_reader_does_not_open_pictures(technician: Persona, larkfield: Place, pictured: int) -> None:
    lead, reader = larkfield.staff["dsl"], larkfield.staff["technician"]
    grant_content(school_id=larkfield.school.pk, user_id=reader.pk, reason="Check", hours=1, viewer=lead, now=timezone.now())
    assert "only those who decide may open it" in text_of(technician.opens("capture", pictured))
    assert technician.posts("capture_picture", pictured, why="judge").status_code == 404


def test_a_capture_without_a_picture_has_none_to_open(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    assert "Picture of the page" not in text_of(dsl.opens("capture", number))
    assert dsl.posts("capture_picture", number, why="judge").status_code == 404
