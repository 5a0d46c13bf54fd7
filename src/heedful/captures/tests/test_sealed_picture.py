"""A picture is sealed by one key: closed to every role at every door, kept, and destroyed by two people with a reference."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.reseal import rotate_installation, rotate_school
from heedful.captures.actions.reveal import reveal_picture
from heedful.captures.actions.seal import destroy_picture, remove_left_behind, seal_picture_of
from heedful.captures.models import Capture, PictureSeal
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.retained import held
from heedful.captures.rules import NotAllowedNow, RevealReason
from heedful.escalation.models import News
from heedful.escalation.rules import NoticeKind
from heedful.people.actions import bar_from_pupil, change_school
from heedful.vault.envelope import VaultError
from heedful.vault.line import keepers_in_line
from heedful.vault.queries import SchoolVault, forget_keys
from tests.personas.people import Persona, Place

VAPES = "anyone selling vapes at lunch"
URGENT = "i want to kill myself tonight"
ROLES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor", "staff_member")


def webp() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(written, "WEBP")
    return written.getvalue()


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def files_of(place: Place, folder: Path) -> list[Path]:
    return sorted((folder / "blobs" / str(place.school.pk)).glob("*"))


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path


@pytest.fixture
def pictured(folder: Path, larkfield: Place) -> int:
    """A capture that a behaviour lead reads too, with a picture."""
    change_school(larkfield.school, reason="Agreed by the working group", now=timezone.now(), pictures=True)
    larkfield.device.refresh_from_db()
    return larkfield.stores(VAPES, picture=webp())


@pytest.fixture
def sealed(dsl: Persona, pictured: int, django_capture_on_commit_callbacks: Any) -> int:
    with django_capture_on_commit_callbacks(execute=True):
        assert dsl.posts("capture_seal", pictured).status_code == 302
    return pictured


@pytest.fixture
def asked(dsl: Persona, sealed: int) -> str:
    """The safeguarding lead has asked; the moment that names the request."""
    assert dsl.posts("picture_destroy", sealed, agency="police", reference="CR/1234/26").status_code == 302
    row = PictureSeal.objects.get(number=sealed)
    assert row.asked_at is not None
    return row.asked_at.isoformat()


def test_one_press_closes_it_to_every_role(sealed: int, request: pytest.FixtureRequest) -> None:
    for role in ROLES:
        persona: Persona = request.getfixturevalue(role)
        assert persona.posts("capture_picture", sealed, why="judge").status_code == 404, role
        page = text_of(persona.opens("capture", sealed))
        assert "data:image" not in page, role
        assert "Show it for a minute" not in page, role


def test_the_file_is_kept_under_a_key_of_its_own_and_the_old_one_is_gone(sealed: int, larkfield: Place, folder: Path) -> None:
    row = PictureSeal.objects.get(number=sealed)
    assert [path.name for path in files_of(larkfield, folder)] == [f"{row.blob}.sealed"]
    kept = files_of(larkfield, folder)[0].read_bytes()
    assert b"WEBP" not in kept
    capture = Capture.objects.get(pk=sealed)
    assert capture.picture_blob == ""
    for field, number in (("picture", str(capture.capture_id)), ("picture", str(sealed))):
        for table in ("capture", "picture_seal"):
            with pytest.raises(VaultError):
                SchoolVault(row.school_id).open(kept, table=table, field=field, row=number)


def test_no_door_opens_it(sealed: int, larkfield: Place, folder: Path, dsl: Persona) -> None:
    dsl_user = larkfield.staff["dsl"]
    with pytest.raises(NotFound):
        reveal_picture(number=sealed, reason=RevealReason.JUDGE, viewer=dsl_user, now=timezone.now())
    for name in ("capture", "sealed_picture"):
        assert "data:image" not in text_of(dsl.opens(name, sealed))
    assert webp()[12:] not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_source_has_one_place_that_opens_a_picture_and_none_that_opens_a_sealed_one() -> None:
    """Whoever adds a second door must come past this test."""
    source = Path(__file__).parents[2]
    found = subprocess.run(["grep", "-rlE", r"open_picture\(|SEAL_TABLE", str(source), "--include=*.py"], capture_output=True, text=True, check=True)
    doors = {str(Path(line).relative_to(source)) for line in found.stdout.split() if "/tests/" not in line}
    opens = {"captures/sealing.py", "captures/actions/reveal.py", "captures/actions/seal.py"}
    keeps = {"captures/actions/reseal.py", "captures/queries/ciphertexts.py"}  # keys are sealed anew and counted there, never used
    assert opens <= doors <= opens | keeps


def test_a_device_that_sends_it_again_leaves_no_file_of_it(sealed: int, larkfield: Place, folder: Path) -> None:
    before = files_of(larkfield, folder)
    assert larkfield.stores(VAPES, picture=webp(), capture_id=Capture.objects.get(pk=sealed).capture_id) == sealed
    assert files_of(larkfield, folder) == before


def test_a_picture_that_is_sent_again_and_open_stays(pictured: int, larkfield: Place, folder: Path) -> None:
    before = files_of(larkfield, folder)
    assert larkfield.stores(VAPES, picture=webp(), capture_id=Capture.objects.get(pk=pictured).capture_id) == pictured
    assert files_of(larkfield, folder) == before
    reveal_picture(number=pictured, reason=RevealReason.JUDGE, viewer=larkfield.staff["dsl"], now=timezone.now())


def test_the_lead_and_the_head_are_told_with_a_number_and_a_link(sealed: int, larkfield: Place) -> None:
    news = News.objects.get(kind=NoticeKind.PICTURE_SEALED)
    told = set(news.notices.values_list("recipient_id", flat=True))
    assert told == {larkfield.staff["dsl"].pk, larkfield.staff["head"].pk}
    assert (news.number, news.url_name, news.url_args) == (sealed, "sealed_picture", [sealed])


def test_who_is_barred_from_the_pupil_is_not_told_and_has_no_page(pictured: int, larkfield: Place, head: Persona, dsl: Persona) -> None:
    bar_from_pupil(user=larkfield.staff["head"], pupil=larkfield.pupils[0], now=timezone.now())
    dsl.posts("capture_seal", pictured)
    assert list(News.objects.get(kind=NoticeKind.PICTURE_SEALED).notices.values_list("recipient_id", flat=True)) == [larkfield.staff["dsl"].pk]
    assert head.opens("sealed_picture", pictured).status_code == 404


def test_the_page_gives_the_sectors_guidance_its_source_and_whom_to_call(sealed: int, head: Persona) -> None:
    page = text_of(head.opens("sealed_picture", sealed))
    for words in (
        "Look no further", "Make no copy", "Delete nothing yet", "999", "101", "Children's services",
        "Sharing nudes and semi-nudes", "March 2024", "Keeping children safe in education", "It is closed to everybody",
    ):  # fmt: skip
        assert words in page, words
    for secret in ("Nia", "Merrick", "vapes", "Drugs", "docs.school.example"):
        assert secret not in page, secret


def test_sealing_is_one_audit_entry_without_a_word_of_what_was_seen(sealed: int, larkfield: Place) -> None:
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.PICTURE_SEALED)
    assert (entry.subject_ids, entry.details) == ([str(sealed)], {})


def test_a_second_press_finds_it_sealed(sealed: int, deputy: Persona, larkfield: Place) -> None:
    assert deputy.posts("capture_seal", sealed).status_code == 302
    assert PictureSeal.objects.filter(number=sealed).count() == 1
    assert len(entries_about(larkfield.school.pk, subject_kind="capture", action=Action.PICTURE_SEALED)) == 1


def test_there_is_nothing_to_seal_without_a_picture_or_the_right(larkfield: Place, dsl: Persona, pictured: int, technician: Persona, head: Persona) -> None:
    assert dsl.posts("capture_seal", larkfield.stores(VAPES)).status_code == 404
    assert technician.posts("capture_seal", pictured).status_code == 404
    assert head.posts("capture_seal", pictured).status_code == 404


def test_a_torn_or_missing_picture_is_sealed_all_the_same(dsl: Persona, larkfield: Place, pictured: int, folder: Path) -> None:
    [file] = files_of(larkfield, folder)
    file.write_bytes(file.read_bytes()[:-3])
    assert dsl.posts("capture_seal", pictured).status_code == 302
    second = larkfield.stores(VAPES, picture=webp())
    (folder / "blobs" / str(larkfield.school.pk) / f"{Capture.objects.get(pk=second).picture_blob}.sealed").unlink()
    assert dsl.posts("capture_seal", second).status_code == 302
    assert not Capture.objects.exclude(picture_blob="").exists()


def test_a_key_rotation_keeps_it_sealed_and_its_file_as_it_is(sealed: int, larkfield: Place, folder: Path) -> None:
    before, row = files_of(larkfield, folder)[0].read_bytes(), PictureSeal.objects.get(number=sealed)
    rotate_school(school_id=larkfield.school.pk, now=timezone.now())
    rotate_installation(now=timezone.now())
    forget_keys()
    after = PictureSeal.objects.get(number=sealed)
    assert files_of(larkfield, folder)[0].read_bytes() == before
    assert bytes(after.key_sealed) != bytes(row.key_sealed)
    place = {"table": "picture_seal", "field": "key", "row": str(sealed)}
    assert len(SchoolVault(after.school_id).open(bytes(after.key_sealed), **place)) == 32


def test_what_a_rotation_was_writing_while_it_was_sealed_does_not_stay(
    pictured: int, larkfield: Place, folder: Path, dsl: Persona, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    from heedful.captures.actions import reseal

    real = reseal.write_blob

    def sealed_in_between(**given: Any) -> None:
        monkeypatch.setattr(reseal, "write_blob", real)
        with django_capture_on_commit_callbacks(execute=True):
            dsl.posts("capture_seal", pictured)
        real(**given)

    monkeypatch.setattr(reseal, "write_blob", sealed_in_between)
    rotate_school(school_id=larkfield.school.pk, now=timezone.now())
    assert [path.stem for path in files_of(larkfield, folder)] == [PictureSeal.objects.get(number=pictured).blob]


def test_a_file_that_a_crash_left_is_removed_by_the_sweep(pictured: int, larkfield: Place, folder: Path) -> None:
    seal_picture_of(number=pictured, viewer=larkfield.staff["dsl"], now=timezone.now())  # its commit never comes in this test
    assert len(files_of(larkfield, folder)) == 2
    assert (remove_left_behind(), remove_left_behind()) == (1, 0)
    assert len(files_of(larkfield, folder)) == 1


def test_destroying_takes_a_reference_and_a_second_person(asked: str, sealed: int, head: Persona, larkfield: Place, folder: Path, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    assert "CR/1234/26" in text_of(head.opens("sealed_picture", sealed))
    with django_capture_on_commit_callbacks(execute=True):
        assert head.posts("picture_agree", sealed, asked_at=asked).status_code == 302
    row = PictureSeal.objects.get(number=sealed)
    assert (bytes(row.key_sealed), row.blob, row.left_behind) == (b"", "", "")
    assert files_of(larkfield, folder) == []
    page = text_of(head.opens("sealed_picture", sealed))
    for words in ("Destroyed picture", "Amara Lockhart", "Ruth Calder", "Police", "CR/1234/26"):
        assert words in page, words
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.PICTURE_DESTROYED)
    assert entry.details == {"asked_by": larkfield.staff["dsl"].pk, "agency": "police"}


def test_who_asked_cannot_agree(asked: str, sealed: int, dsl: Persona) -> None:
    response = dsl.posts("picture_agree", sealed, asked_at=asked)
    assert response.status_code == 422
    assert "It takes a second person." in text_of(response)
    assert PictureSeal.objects.get(number=sealed).destroyed_at is None


@pytest.mark.parametrize("form", [
    {"agency": "", "reference": "CR/1234/26"}, {"agency": "police", "reference": ""}, {"agency": "police", "reference": "the officer said so"},
    {"agency": "police", "reference": "<b>1</b>"}, {"agency": "a friend", "reference": "12345"},
])  # fmt: skip
def test_a_request_without_agency_or_reference_is_refused_and_kept_on_the_page(form: dict[str, str], sealed: int, dsl: Persona) -> None:
    response = dsl.posts("picture_destroy", sealed, **form)
    assert response.status_code == 422
    assert 'role="alert"' in text_of(response)
    assert PictureSeal.objects.get(number=sealed).asked_by is None


def test_the_others_with_a_say_are_told_of_a_request(asked: str, sealed: int, larkfield: Place) -> None:
    told = set(News.objects.get(kind=NoticeKind.PICTURE_TO_DESTROY).notices.values_list("recipient_id", flat=True))
    assert told == {larkfield.staff["deputy"].pk, larkfield.staff["head"].pk}


def test_who_has_no_say_sees_no_reference_and_answers_no_request(asked: str, sealed: int, behaviour_lead: Persona, technician: Persona) -> None:
    page = text_of(behaviour_lead.opens("sealed_picture", sealed))
    assert "Look no further" in page
    assert "CR/1234/26" not in page
    for name in ("picture_agree", "picture_decline"):
        assert behaviour_lead.posts(name, sealed, asked_at=asked).status_code == 404
        assert technician.posts(name, sealed, asked_at=asked).status_code == 404
    assert technician.opens("sealed_picture", sealed).status_code == 404


def test_agreement_to_a_request_that_has_changed_destroys_nothing(asked: str, sealed: int, dsl: Persona, deputy: Persona) -> None:
    assert deputy.posts("picture_decline", sealed, asked_at=asked).status_code == 302
    assert deputy.posts("picture_agree", sealed, asked_at=asked).status_code == 422
    dsl.posts("picture_destroy", sealed, agency="iwf", reference="IWF 77")
    assert deputy.posts("picture_agree", sealed, asked_at=asked).status_code == 422
    assert deputy.posts("picture_agree", sealed, asked_at="yesterday").status_code == 422
    assert PictureSeal.objects.get(number=sealed).destroyed_at is None


def test_a_destruction_that_crashed_before_its_file_was_removed_is_finished_by_the_sweep(
    asked: str, sealed: int, larkfield: Place, folder: Path
) -> None:
    row = PictureSeal.objects.get(number=sealed)
    assert row.asked_at is not None
    destroy_picture(number=sealed, asked_at=row.asked_at, viewer=larkfield.staff["head"], now=timezone.now())
    assert len(files_of(larkfield, folder)) == 1
    assert remove_left_behind() == 1
    assert files_of(larkfield, folder) == []


def test_nothing_is_destroyed_twice(asked: str, sealed: int, larkfield: Place) -> None:
    row = PictureSeal.objects.get(number=sealed)
    assert row.asked_at is not None
    now = timezone.now()
    destroy_picture(number=sealed, asked_at=row.asked_at, viewer=larkfield.staff["head"], now=now)
    with pytest.raises(NotAllowedNow):
        destroy_picture(number=sealed, asked_at=row.asked_at, viewer=larkfield.staff["deputy"], now=now + timedelta(seconds=1))


def test_the_record_outlives_the_capture(asked: str, sealed: int, head: Persona, folder: Path, larkfield: Place) -> None:
    Capture.objects.filter(pk=sealed).delete()
    assert len(files_of(larkfield, folder)) == 1
    assert head.opens("sealed_picture", sealed).status_code == 200
    assert head.posts("picture_agree", sealed, asked_at=asked).status_code == 302


def test_pictures_without_colour_are_a_liking_of_each_person(dsl: Persona, deputy: Persona, pictured: int) -> None:
    assert dsl.posts("picture_colour", number=pictured, grey="yes")["Location"] == reverse("capture", args=[pictured])
    assert 'class="is-grey"' in text_of(dsl.posts("capture_picture", pictured, why="judge"))
    assert 'class="is-grey"' not in text_of(deputy.posts("capture_picture", pictured, why="judge"))
    dsl.posts("picture_colour", number="nonsense", grey="no")
    assert 'class="is-grey"' not in text_of(dsl.posts("capture_picture", pictured, why="judge"))


def test_a_capture_with_a_sealed_picture_is_held_until_the_picture_is_destroyed(asked: str, sealed: int, larkfield: Place) -> None:
    def held_now() -> bool:
        return held(Capture.objects.filter(pk=sealed)).exists()

    assert held_now()
    row = PictureSeal.objects.get(number=sealed)
    assert row.asked_at is not None
    destroy_picture(number=sealed, asked_at=row.asked_at, viewer=larkfield.staff["head"], now=timezone.now())
    assert not held_now()


def test_while_a_backup_works_the_old_file_stays(pictured: int, larkfield: Place, folder: Path) -> None:
    seal_picture_of(number=pictured, viewer=larkfield.staff["dsl"], now=timezone.now())
    with keepers_in_line():
        assert remove_left_behind() == 0
    assert len(files_of(larkfield, folder)) == 2
    assert remove_left_behind() == 1


def test_keepers_find_it_in_a_list_that_tells_nothing_of_it(asked: str, sealed: int, head: Persona, dsl: Persona, behaviour_lead: Persona) -> None:
    page = text_of(head.opens("sealed_pictures"))
    assert "it waits for a second person" in page
    assert f'href="/captures/{sealed}/sealed-picture/"' in page
    for secret in ("Nia", "vapes", "Drugs", "CR/1234/26"):
        assert secret not in page
    assert "it waits for a second person" not in text_of(dsl.opens("sealed_pictures"))
    assert behaviour_lead.opens("sealed_pictures").status_code == 404


def test_a_keeper_barred_from_the_pupil_finds_nothing_in_the_list(sealed: int, head: Persona, larkfield: Place) -> None:
    bar_from_pupil(user=larkfield.staff["head"], pupil=larkfield.pupils[0], now=timezone.now())
    assert "No picture is sealed." in text_of(head.opens("sealed_pictures"))
