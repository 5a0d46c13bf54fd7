"""Reviews on their pages: the form filled from live data, the sign-off, the PDFs, the daily notes, the way out."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pypdf import PdfReader

from heedful.assurance.reviews.actions import certify_deletion, open_review
from heedful.assurance.reviews.models import Certificate, Review, StandUp
from heedful.assurance.reviews.needs import NEEDS
from heedful.assurance.reviews.queries.live import share_tested
from heedful.assurance.reviews.rules import Heading, Kind, Part, ReviewRefused
from heedful.audit.models import Entry
from heedful.captures.actions.decide import grade_capture
from heedful.captures.models import Deletion
from heedful.devices.coverage.models import PhraseProof
from heedful.people.actions import move_stage
from heedful.people.rules import Stage
from heedful.programme.needs import State
from heedful.programme.working_group.models import Meeting
from tests.personas.people import Persona, Place

FOUND = {f"found_{heading}": f"Looked at {heading.label.lower()}." for heading in Heading}
PARTS = {f"part_{part}": f"Person for {part}" for part in Part}


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def pdf_text(response: HttpResponse) -> str:
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


def opened(place: Place) -> Review:
    return open_review(school=place.school, kind=Kind.YEARLY, by=place.staff["dsl"], now=timezone.now())


def test_a_yearly_review_from_opening_to_its_signature(dsl: Persona, governor: Persona, larkfield: Place) -> None:
    school = larkfield.school
    dsl.posts("review_open", school.pk, kind="yearly")
    review = Review.objects.get()
    assert dsl.posts("review_write", school.pk, review.pk, **FOUND, **PARTS, held_on=timezone.localdate(), conclusion="It serves us well.").status_code == 302
    action = {"text": "Assembly on vapes", "owner": larkfield.staff["head"].pk, "due_on": timezone.localdate() + timedelta(days=30), "theme": "drugs"}
    dsl.posts("review_action", school.pk, review.pk, **{f"action-{name}": value for name, value in action.items()})
    assert dsl.posts("review_close", school.pk, review.pk, **{"sign-signed_as": "Amara Lockhart, DSL"}).status_code == 302
    page = text_of(governor.opens("review", school.pk, review.pk))
    for words in ("Signed by Amara Lockhart, DSL", "It serves us well.", "Assembly on vapes", "Drugs and alcohol", "Looked at known limits."):
        assert words in page
    assert "Keep what is written" not in page
    assert Meeting.objects.get().held_at is not None
    record = pdf_text(governor.opens("review_record", school.pk, review.pk))
    assert "Person for governor" in record
    assert "Looked at incidents." in record


def test_what_is_missing_is_said_and_nothing_is_signed(dsl: Persona, larkfield: Place) -> None:
    review = opened(larkfield)
    refused = dsl.posts("review_close", larkfield.school.pk, review.pk, **{"sign-signed_as": "Amara Lockhart, DSL"})
    assert refused.status_code == 422
    assert "a finding under “Known limits”" in text_of(refused)
    assert 'value="Amara Lockhart, DSL"' in text_of(refused)
    review.refresh_from_db()
    assert review.closed_at is None


def test_a_review_names_no_pupil_and_keeps_what_was_typed(dsl: Persona, larkfield: Place) -> None:
    review = opened(larkfield)
    refused = dsl.posts("review_write", larkfield.school.pk, review.pk, **FOUND | {"found_incidents": "It was Nia Merrick again."}, **PARTS)
    assert refused.status_code == 422
    assert "names no pupil" in text_of(refused)
    assert "It was Nia Merrick again." in text_of(refused)


def test_one_review_is_open_at_a_time(dsl: Persona, larkfield: Place) -> None:
    opened(larkfield)
    with pytest.raises(ReviewRefused, match="open already"):
        opened(larkfield)
    assert dsl.posts("review_open", larkfield.school.pk, kind="triggered").status_code == 422
    assert Review.objects.count() == 1
    assert Meeting.objects.count() == 1


def test_the_form_is_filled_from_live_data_without_small_numbers(larkfield: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    for _ in range(6):
        grade_capture(number=larkfield.stores("anyone selling vapes at lunch"), grade=3, revision=1, viewer=dsl, now=now)
    grade_capture(number=larkfield.stores("i want to kill myself tonight"), grade=5, revision=1, viewer=dsl, now=now)
    live = opened(larkfield).live
    assert set(live) == set(Heading)
    incidents = " ".join(live["incidents"])
    assert "Graded 5" in incidents
    assert "fewer than 5" in incidents
    assert any(line.startswith("Graded 3") and line.endswith(": 6.") for line in live["incidents"])
    assert live["risk_profile"] == ["No risk profile has been written."]
    assert "The monitoring plan is empty." in live["coverage"]
    assert {theme: this for theme, _, this in Review.objects.get().trends}["Drugs and alcohol"] == "6"


def test_groups_sites_and_kinds_share_tested_are_counted(larkfield: Place) -> None:
    now = timezone.now()
    before = share_tested(larkfield.school, now=now)
    assert (before.groups[0], before.kinds) == (0, (0, 1))
    PhraseProof.objects.create(school=larkfield.school, group="Year 8", kind="chromebook", site="", is_listed=False, proved_at=now)
    after = share_tested(larkfield.school, now=now)
    assert (after.groups[0], after.groups[1], after.kinds) == (1, before.groups[1], (1, 1))


def test_the_governors_report_has_counts_and_no_name(governor: Persona, larkfield: Place) -> None:
    for _ in range(6):
        larkfield.stores("anyone selling vapes at lunch")
    larkfield.stores("i want to kill myself tonight")
    report = pdf_text(governor.opens("governor_pdf", larkfield.school.pk))
    for words in ("report for governors", "Waiting for a first look", "nobody is named", "fewer than 5", "yearly review is due"):
        assert words in report
    for name in ("Nia", "Merrick", "Amara", "Lockhart", "Desmond", "vapes at lunch"):
        assert name not in report


def test_daily_notes_are_written_for_two_weeks_after_the_launch(dsl: Persona, larkfield: Place) -> None:
    school, now = larkfield.school, timezone.now()
    move_stage(school=school, to=Stage.UNDER_REVIEW, reason="x", by=larkfield.staff["dsl"], now=now - timedelta(days=400))
    move_stage(school=school, to=Stage.LIVE, reason="Launch", by=larkfield.staff["dsl"], now=now - timedelta(days=60))
    refused = dsl.posts("stand_up", school.pk, **{"stand-text": "Quiet day."})
    assert (refused.status_code, StandUp.objects.count()) == (422, 0)
    assert "two weeks after the launch" in text_of(refused)


def test_a_note_is_kept_with_its_day_and_names_no_pupil(dsl: Persona, larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heedful.assurance.reviews.actions.is_stand_up_day", lambda school, now: True)
    assert dsl.posts("stand_up", larkfield.school.pk, **{"stand-text": "Nia Merrick was in twice."}).status_code == 422
    assert dsl.posts("stand_up", larkfield.school.pk, **{"stand-text": "Four in the morning, all seen within minutes."}).status_code == 302
    assert StandUp.objects.get().on == timezone.localdate()


def test_needs_say_what_waits(larkfield: Place) -> None:
    now = timezone.now()
    found = {need.key: need.look(larkfield.school.pk, now) for need in NEEDS}
    assert found["changes_reviewed"].state == State.MET
    assert found["yearly_review"].state in {State.MET, State.OPEN}
    type(larkfield.school).objects.filter(pk=larkfield.school.pk).update(stage=Stage.SET_UP)
    assert {need.look(larkfield.school.pk, now).state for need in NEEDS} == {State.NOT_YET}


def test_a_certificate_says_what_went_when_and_who_says_so(dsl: Persona, governor: Persona, larkfield: Place) -> None:
    school, now = larkfield.school, timezone.now()
    larkfield.stores("anyone selling vapes at lunch")
    Deletion.objects.create(school=school, at=now - timedelta(days=2), kind="captures.unreviewed", count=41)
    Deletion.objects.create(school=school, at=now - timedelta(days=1), kind="captures.unreviewed", count=3)
    assert "Still monitoring" in text_of(dsl.opens("exit_plan", school.pk))
    dsl.posts("exit_certify", school.pk, **{"sign-signed_as": "Amara Lockhart, DSL"})
    made = Certificate.objects.get()
    assert made.deleted[0][1] == 44
    certificate = pdf_text(dsl.opens("deletion_certificate", school.pk, made.pk))
    for words in ("Certificate of deletion", "44", "Amara Lockhart, DSL", "signed in as Amara Lockhart"):
        assert words in certificate
    assert "fewer than 5" in pdf_text(governor.opens("deletion_certificate", school.pk, made.pk))  # one capture is left


def test_a_certificate_needs_somebodys_word(dsl: Persona, larkfield: Place) -> None:
    assert dsl.posts("exit_certify", larkfield.school.pk, **{"sign-signed_as": " "}).status_code == 422
    with pytest.raises(ReviewRefused):
        certify_deletion(school=larkfield.school, certified_as=" ", by=larkfield.staff["dsl"], now=timezone.now())
    assert not Certificate.objects.exists()


def test_what_belongs_to_another_school_is_not_there(dsl_of_another_school: Persona, larkfield: Place, marsh_end: Place) -> None:
    review = opened(larkfield)
    made = certify_deletion(school=larkfield.school, certified_as="Amara Lockhart, DSL", by=larkfield.staff["dsl"], now=timezone.now())
    there = marsh_end.school.pk
    assert dsl_of_another_school.opens("review", there, review.pk).status_code == 404
    assert dsl_of_another_school.opens("review_record", there, review.pk).status_code == 404
    assert dsl_of_another_school.posts("review_write", there, review.pk, **FOUND).status_code == 404
    assert dsl_of_another_school.opens("deletion_certificate", there, made.pk).status_code == 404


def test_the_chain_holds_no_words_of_a_review(dsl: Persona, larkfield: Place) -> None:
    review = opened(larkfield)
    dsl.posts("review_write", larkfield.school.pk, review.pk, **FOUND, **PARTS, conclusion="It serves us well.")
    said = str(list(Entry.objects.filter(school_id=larkfield.school.pk).values_list("action", "details")))
    assert "review.written" in said
    assert "It serves us well" not in said
    assert "Looked at" not in said
    assert "Person for" not in said
