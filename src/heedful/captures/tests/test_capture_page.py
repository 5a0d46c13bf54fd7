"""The page of one capture, and the decisions that its forms make."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.rules import State
from heedful.people.actions import grant_content
from tests.harness.layers import ToldEncoder
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_page_says_who_when_where_what_and_why(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT, title="My diary", before=((120, "nobody would miss me"), (40, "i said goodbye to the dog")))
    page = text_of(dsl.opens("capture", number))
    for words in (
        "Nia Merrick", "8K", "Certain: this account was signed in to the browser", "nia.merrick@larkfield.example", "docs.school.example",
        "My diary", "<mark>kill myself</mark>", "severity, the machine's",
        "Why it was flagged", "What helps here", "Somebody must acknowledge by",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("https://docs.school.example/a/page?q=1") == 1


def test_opening_a_capture_is_one_audit_entry(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.opens("capture", number)
    entries = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_READ)
    assert [entry.subject_ids for entry in entries] == [[str(number)]]


def test_text_shown_on_a_page_is_not_called_the_pupils(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("The best ways to hide self harm scars from your parents", source="displayed")
    page = text_of(dsl.opens("capture", number))
    assert "What was shown to them" in page
    assert "Not the pupil's own words" in page


def test_a_report_says_why_it_always_arrives(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("please can somebody talk to me today", source="report", host="")
    page = text_of(dsl.opens("capture", number))
    assert "What they told us" in page
    assert "A message like this always reaches you" in page


def test_a_grade_leads_to_the_next_capture_and_says_what_was_done(dsl: Persona, larkfield: Place) -> None:
    first, second = larkfield.stores(URGENT), larkfield.stores(VAPES)
    response = dsl.posts("capture_grade", first, grade="4", revision="1")
    assert response["Location"] == reverse("capture", args=[second])
    page = text_of(dsl.opens("capture", second))
    assert f'<a href="/captures/{first}/">Capture {first}</a> graded 4 Serious, safeguarding.' in page
    assert "It stays open until you close it" in page


def test_after_the_last_capture_comes_the_queue(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert dsl.posts("capture_grade", number, grade="2", revision="1")["Location"] == reverse("queue") + "?tab=to_review"


def test_the_grade_is_kept_apart_from_the_severity(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.posts("capture_grade", number, grade="2", revision="1")
    row = Capture.objects.get(pk=number)
    assert (row.severity, row.grade) == (5, 2)
    page = text_of(dsl.opens("capture", number))
    assert "severity, the machine's" in page
    assert "grade, by Amara Lockhart" in page


def test_a_false_positive_needs_its_reason(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    response = dsl.posts("capture_dismiss", number, revision="1", reason="")
    assert response.status_code == 422
    assert "Choose the reason." in text_of(response)
    dsl.posts("capture_dismiss", number, revision="1", reason="schoolwork")
    row = Capture.objects.get(pk=number)
    assert (row.state, row.false_positive, row.grade) == (State.CLOSED, "schoolwork", None)
    assert "Schoolwork" in text_of(dsl.opens("queue", tab="closed"))


def test_a_serious_grade_is_not_closed_without_what_was_done(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.posts("capture_grade", number, grade="5", revision="1")
    response = dsl.posts("capture_close", number, revision="2", action="Called the parents", outcome="")
    assert response.status_code == 422
    assert "is closed with what was done and its outcome" in text_of(response)
    assert "Called the parents</textarea>" in text_of(response)
    dsl.posts("capture_close", number, revision="2", action="Called the parents", outcome="family_contacted")
    assert Capture.objects.get(pk=number).state == State.CLOSED
    assert "Called the parents" in text_of(dsl.opens("capture", number))


def test_a_stale_page_changes_nothing_and_keeps_what_was_typed(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    deputy.posts("capture_grade", number, grade="3", revision="1")
    response = dsl.posts("capture_close", number, revision="1", action="Spoke with her tutor", outcome="pastoral")
    assert response.status_code == 409
    page = text_of(response)
    assert "Somebody else decided on this capture" in page
    assert "Spoke with her tutor</textarea>" in page
    assert '<option value="pastoral" selected>' in page
    assert Capture.objects.get(pk=number).state == State.GRADED


def test_a_theme_stays_with_safeguarding_at_its_floor(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    response = dsl.posts("capture_route", number, revision="1", route="behaviour")
    assert response.status_code == 422
    assert "This theme stays with safeguarding at this level." in text_of(response)


def test_routing_out_of_ones_sight_leads_back_to_the_queue(behaviour_lead: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    response = behaviour_lead.posts("capture_route", number, revision="1", route="safeguarding")
    assert response["Location"] == reverse("queue") + "?tab=to_review"
    assert behaviour_lead.opens("capture", number).status_code == 404


def test_acknowledging_stops_the_clock_and_shows_who_has_it(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.posts("capture_acknowledge", number)
    page = text_of(deputy.opens("capture", number))
    assert "Amara Lockhart took it" in page
    assert "Somebody must acknowledge" not in page
    assert "Amara Lockhart" in text_of(deputy.opens("queue"))


def test_a_note_is_kept_with_its_author_and_an_empty_one_is_not(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert "Write the note first." in text_of(dsl.posts("capture_note", number, note="  "))
    dsl.posts("capture_note", number, note="Her <b>tutor</b> knows.")
    page = text_of(dsl.opens("capture", number))
    assert "Her &lt;b&gt;tutor&lt;/b&gt; knows." in page


def test_a_decision_is_posted_with_a_token(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert dsl.opens("capture_grade", number).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = dsl.browser.cookies
    response = strict.post(reverse("capture_grade", args=[number]), {"grade": "3", "revision": "1"})
    assert response.status_code == 403
    assert "Please send it again" in text_of(response)
    assert Capture.objects.get(pk=number).grade is None


def test_a_grant_lets_the_technician_read_and_not_decide(dsl: Persona, technician: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert technician.opens("capture", number).status_code == 404
    form = {"school": larkfield.school.pk, "person": larkfield.staff["technician"].pk, "hours": 2, "reason": "Check the test phrase"}
    assert dsl.posts("grants", **form).status_code == 302
    page = text_of(technician.opens("capture", number))
    assert "You may read captures of Larkfield Academy until" in page
    assert "You may read this capture, not decide on it." in page
    assert technician.posts("capture_grade", number, grade="1", revision="1").status_code == 404


def test_a_grant_that_has_ended_reads_nothing(dsl: Persona, technician: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert dsl.user is not None
    lead, reader = larkfield.staff["dsl"], larkfield.staff["technician"]
    grant = grant_content(school_id=larkfield.school.pk, user_id=reader.pk, reason="Check", hours=1, viewer=lead, now=timezone.now())
    assert technician.opens("capture", number).status_code == 200
    assert dsl.posts("grant_end", grant.pk).status_code == 302
    assert technician.opens("capture", number).status_code == 404


def test_the_page_says_what_the_models_made_of_it_and_marks_no_word_for_them(dsl: Persona, larkfield: Place, told_encoder: ToldEncoder) -> None:
    text = "i would rather not wake up at all"
    told_encoder.reads[text] = (4, "suicide")
    number = larkfield.stores(text)
    page = text_of(dsl.opens("capture", number))
    for words in (
        "the whole text, no single phrase", "What the models made of the whole text", "The models are nearly sure that the wording is a worry.",
        "encoder told", "Heedful&#x27;s language model takes it for somebody telling of themselves, about the writer.", "model.suicide",
    ):  # fmt: skip
        assert words in page, words
    assert "<mark>" not in page
    assert "<mark>" not in text_of(dsl.opens("queue"))


def test_what_moved_a_severity_stands_step_by_step(dsl: Persona, larkfield: Place, told_encoder: ToldEncoder) -> None:
    text = "i hate my life so much"
    told_encoder.reads[text] = (4, "low_mood")
    page = text_of(dsl.opens("capture", larkfield.stores(text)))
    steps = page.split('<ol class="reason-steps"')[1].split("</ol>")[0]
    assert steps.count("<li>") == 2
    assert "<li>Raised to 4, as the models read the whole line as more serious</li>" in steps
    assert "hate my life</mark>" in page


def test_a_phrase_that_the_models_set_aside_is_shown_with_its_reason(dsl: Persona, larkfield: Place, told_encoder: ToldEncoder) -> None:
    text = "i hate my life so much today"
    told_encoder.reads[text] = (0, "low_mood")
    number = larkfield.stores(text)
    row = Capture.objects.get(pk=number)
    assert (row.severity, row.words_severity, row.findings, [finding[3] for finding in row.silenced]) == (0, 3, [], ["low_mood.hate-my-life"])
    page = text_of(dsl.opens("capture", number))
    for words in ("met the words below and set them aside", "Met, then set aside", "hate my life</q>", "as the models read the whole line as less serious", "The words alone:"):
        assert words in page, words
    assert "finds nothing in it" not in page


def test_the_page_says_what_the_words_alone_are_where_the_models_lowered_them(dsl: Persona, larkfield: Place, told_encoder: ToldEncoder) -> None:
    told_encoder.reads[URGENT] = (0, "suicide")
    lowered = larkfield.stores(URGENT)
    assert (Capture.objects.get(pk=lowered).severity, Capture.objects.get(pk=lowered).words_severity) == (3, 5)
    assert "The words alone:" in text_of(dsl.opens("capture", lowered))
    told_encoder.reads[VAPES] = (4, "low_mood")
    assert "The words alone:" not in text_of(dsl.opens("capture", larkfield.stores(VAPES)))


def test_the_page_says_that_a_closer_reading_follows(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert "A closer reading follows" not in text_of(dsl.opens("capture", number))
    Capture.objects.update(second_reading_due_at=timezone.now())
    assert "A closer reading follows" in text_of(dsl.opens("capture", number))


def test_the_page_of_what_is_nothing_says_so(dsl: Persona, larkfield: Place, told_encoder: ToldEncoder) -> None:
    page = text_of(dsl.opens("capture", larkfield.stores("see you at lunch")))
    assert "the server finds nothing in it. It is on record only" in page
