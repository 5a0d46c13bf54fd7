"""Modules answered, captures practised, and what they open: from the pages, as their people use them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.captures.models import Capture
from heedful.escalation.models import Clock, News
from heedful.people.models import Clearance, School
from heedful.people.queries import all_schools
from heedful.programme.policies.tests.shelf import linked, put
from heedful.programme.training.models import Attempt, Result
from heedful.programme.training.pupils import band_of
from heedful.programme.training.queries import module_of, standing_of
from heedful.programme.training.shipped import practice_cards
from heedful.thresholds.queries import table_in_force
from tests.personas.people import Persona, Place

pytestmark = pytest.mark.django_db
URGENT = "i want to kill myself tonight"


def answers(place: Place, key: str, *, wrong: int = 0) -> dict[str, list[str]]:
    """The form of a module's questions, right but for the first so many."""
    module = module_of(place.school.pk, key)
    assert module
    right = [sorted(question.right) for question in module.questions]
    for number in range(wrong):
        right[number] = [next(place for place in range(len(module.questions[number].options)) if place not in module.questions[number].right)]
    return {f"q{number}": [str(place) for place in chosen] for number, chosen in enumerate(right)}


def passes(persona: Persona, place: Place, key: str, *, wrong: int = 0) -> Result:
    assert persona.posts("training_questions", place.school.pk, key, **answers(place, key, wrong=wrong)).status_code == 302
    return Result.objects.get(user=persona.user, module=key)


def practises(persona: Persona, place: Place, *, rightly: bool = True, but_for: str = "") -> Attempt:
    """Work through the whole deck in the real pages and finish."""
    assert persona.posts("practice_begin", place.school.pk, anew="yes").status_code == 302
    attempt = Attempt.objects.get(user=persona.user, finished_at=None)
    cards = {card.key: card for card in practice_cards()}
    for capture_id, key in attempt.dealt.items():
        row, card = Capture.objects.get(capture_id=capture_id), cards[key]
        if key == but_for or not rightly:
            persona.posts("capture_dismiss", row.pk, reason="other", revision="1")
        elif card.grade:
            assert persona.posts("capture_grade", row.pk, grade=str(card.grade), revision="1").status_code == 302, key
        else:
            assert persona.posts("capture_dismiss", row.pk, reason=str(min(card.nothing)), revision="1").status_code == 302, key
    assert persona.posts("practice_finish", place.school.pk).status_code == 302
    return Attempt.objects.get(pk=attempt.pk)


def test_a_module_that_is_answered_rightly_stands_in_the_record_with_its_score_and_its_last_day(staff_member: Persona, dsl: Persona, larkfield: Place) -> None:
    assert "Go to the questions" in staff_member.opens("training_module", larkfield.school.pk, "awareness").content.decode()
    result = passes(staff_member, larkfield, "awareness", wrong=1)
    assert (result.passed, result.right, result.out_of) == (True, 6, 7)
    page = staff_member.opens("training_result", larkfield.school.pk, result.pk).content.decode()
    assert "Passed: Heedful and your part in it" in page
    assert "the right answer" in page
    certificate = staff_member.opens("training_certificate", larkfield.school.pk, result.pk)
    assert (certificate["Content-Type"], certificate["Cache-Control"], certificate.content[:5]) == ("application/pdf", "no-store", b"%PDF-")
    assert "6 of 7" in dsl.opens("training_record", larkfield.school.pk).content.decode()
    assert standing_of(larkfield.school.pk).staff_aware == 1
    entry = entries_about(larkfield.school.pk, subject_kind="training_result")[-1]
    assert (entry.action, entry.details["right"]) == ("training.answered", 6)


def test_below_the_pass_mark_nothing_counts_and_one_may_answer_again(staff_member: Persona, larkfield: Place) -> None:
    result = passes(staff_member, larkfield, "awareness", wrong=3)
    assert (result.passed, result.expires_on) == (False, None)
    page = staff_member.opens("training_result", larkfield.school.pk, result.pk).content.decode()
    assert "Not passed yet" in page
    assert staff_member.opens("training_certificate", larkfield.school.pk, result.pk).status_code == 404


def test_what_was_chosen_stays_where_a_question_was_left_out(staff_member: Persona, larkfield: Place) -> None:
    form = answers(larkfield, "awareness")
    form.pop("q2")
    response = staff_member.posts("training_questions", larkfield.school.pk, "awareness", **form)
    page = response.content.decode()
    kept = re.findall(r'name="(q\d+)" value="(\d+)" checked', page)
    assert (response.status_code, "1 question has no answer yet" in page) == (422, True)
    assert sorted(kept) == sorted((name, value) for name, values in form.items() for value in values)
    assert Result.objects.count() == 0


def test_the_short_path_stands_in_for_six_weeks(staff_member: Persona, larkfield: Place) -> None:
    assert "New here, or on supply?" in staff_member.opens("training", larkfield.school.pk).content.decode()
    passes(staff_member, larkfield, "short")
    assert "for now, by the short one" in staff_member.opens("training", larkfield.school.pk).content.decode()
    assert standing_of(larkfield.school.pk).staff_aware == 1


def test_nobody_sees_the_result_of_somebody_else(staff_member: Persona, governor: Persona, larkfield: Place) -> None:
    result = passes(staff_member, larkfield, "awareness")
    assert governor.opens("training_result", larkfield.school.pk, result.pk).status_code == 404


def test_passing_the_module_and_the_practice_opens_live_captures(deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Clearance.objects.filter(user=deputy.user).delete()
    passes(deputy, larkfield, "reviewers")
    assert deputy.opens("capture", number).status_code == 302
    attempt = practises(deputy, larkfield)
    assert (attempt.passed, attempt.percent, attempt.missed) == (True, 100, 0)
    assert deputy.opens("capture", number).status_code == 200
    assert Clearance.objects.get(user=deputy.user).path == "trained"
    assert "Passed, with 100 per cent" in deputy.opens("practice_result", larkfield.school.pk, attempt.pk).content.decode()
    assert deputy.opens("practice_certificate", larkfield.school.pk, attempt.pk).content[:5] == b"%PDF-"


def test_one_serious_capture_put_aside_does_not_pass_whatever_the_rest(deputy: Persona, larkfield: Place) -> None:
    Clearance.objects.filter(user=deputy.user).delete()
    passes(deputy, larkfield, "reviewers")
    attempt = practises(deputy, larkfield, but_for="gone-tomorrow")
    assert (attempt.passed, attempt.missed) == (False, 1)
    assert (attempt.percent or 0) > 80
    assert not Clearance.objects.filter(user=deputy.user).exists()
    page = deputy.opens("practice_result", larkfield.school.pk, attempt.pk).content.decode()
    assert "A serious one was missed" in page
    assert "Letters mean a plan" in page
    assert "safeguarding; tell the DSL at once" in page


def test_a_difference_shows_the_clause_of_the_schools_policy_and_so_does_the_practice_capture(deputy: Persona, larkfield: Place) -> None:
    now = timezone.now()
    policy = put(larkfield.school.pk, larkfield.staff["dsl"], now)
    linked(policy, "Bullying", larkfield.staff["dsl"], now, theme="bullying")
    deputy.posts("practice_begin", larkfield.school.pk)
    row = Capture.objects.get(school__practice_of=larkfield.school, theme="bullying", severity=2)
    panel = reverse("policy_clauses", args=(larkfield.school.pk,)) + "?theme=bullying"
    assert panel in deputy.opens("capture", row.pk).content.decode()
    assert "We stop it the same day" in deputy.browser.get(panel).content.decode()
    deputy.posts("capture_dismiss", row.pk, reason="game", revision="1")
    deputy.posts("practice_finish", larkfield.school.pk)
    attempt = Attempt.objects.get(user=deputy.user)
    page = deputy.opens("practice_result", larkfield.school.pk, attempt.pk).content.decode()
    assert "Behaviour policy, version September 2026" in page


def test_who_practises_sees_nothing_real_and_nobody_real_sees_the_practice(deputy: Persona, dsl: Persona, larkfield: Place) -> None:
    real = larkfield.stores(URGENT)
    before = Capture.objects.filter(school=larkfield.school).count()
    deputy.posts("practice_begin", larkfield.school.pk)
    practised = Capture.objects.exclude(school=larkfield.school).order_by("-severity").first()
    assert practised
    page = deputy.opens("queue").content.decode()
    assert "You are practising: nothing here is real" in page
    assert (f'data-number="{real}"' in page, f'data-number="{practised.pk}"' in page) == (False, True)
    assert deputy.opens("capture", real).status_code == 404
    assert deputy.opens("capture", practised.pk).status_code == 200
    assert dsl.opens("capture", practised.pk).status_code == 404
    assert f'data-number="{practised.pk}"' not in dsl.opens("queue").content.decode()
    for name in ("staff", "grants", "assurance", "reading", "coverage"):
        assert deputy.opens(name).status_code == 404, name
    assert deputy.posts("practice_leave", larkfield.school.pk).status_code == 302
    assert deputy.opens("capture", real).status_code == 200
    assert deputy.opens("capture", practised.pk).status_code == 404
    assert Capture.objects.filter(school=larkfield.school).count() == before


def test_practice_starts_no_clock_tells_nobody_and_is_no_school_of_the_installation(deputy: Persona, larkfield: Place) -> None:
    deputy.posts("practice_begin", larkfield.school.pk)
    practised = Capture.objects.filter(school__practice_of=larkfield.school)
    assert practised.filter(urgency="now").exists()
    deputy.posts("capture_grade", practised.filter(route="behaviour").first().pk, grade="5", revision="1")  # type: ignore[union-attr]
    assert (Clock.objects.count(), News.objects.count()) == (0, 0)
    assert [school.pk for school in all_schools()] == [larkfield.school.pk]


def test_practising_leaves_no_reading_in_the_real_record(deputy: Persona, larkfield: Place) -> None:
    deputy.opens("queue")
    before = {entry.action for entry in entries_about(larkfield.school.pk, subject_kind="capture")}
    practises(deputy, larkfield)
    assert {entry.action for entry in entries_about(larkfield.school.pk, subject_kind="capture")} == before
    assert [entry.action for entry in entries_about(larkfield.school.pk, subject_kind="practice")] == ["practice.begun", "practice.finished"]


def test_each_learner_has_a_deck_of_their_own_and_it_is_gone_when_finished(deputy: Persona, dsl: Persona, larkfield: Place) -> None:
    deputy.posts("practice_begin", larkfield.school.pk)
    dsl.posts("practice_begin", larkfield.school.pk)
    assert School.objects.filter(practice_of=larkfield.school).count() == 2
    assert Capture.objects.count() == 2 * len(practice_cards())
    deputy.posts("practice_finish", larkfield.school.pk)
    assert Capture.objects.count() == len(practice_cards())
    assert Attempt.objects.get(user=deputy.user).passed is False


def test_the_behaviour_lead_practises_what_goes_to_behaviour_and_may_hand_up(behaviour_lead: Persona, larkfield: Place) -> None:
    attempt = practises(behaviour_lead, larkfield)
    assert attempt.passed
    assert {"vapes", "county-lines", "kys-daily"} <= set(attempt.dealt.values())
    assert not {"uncle", "pills-search"} & set(attempt.dealt.values())


def test_the_deck_waits_in_the_queue_for_the_lead_with_every_severity_and_trap(larkfield: Place) -> None:
    cards, table = practice_cards(), table_in_force(larkfield.school.pk)
    routes = {card.key: table.decide(card.machine, band_of(card.pupil)).route for card in cards}
    assert [key for key, route in routes.items() if route == "record_only"] == []
    assert len(cards) >= 24
    assert {max(card.machine.values()) for card in cards} == {1, 2, 3, 4, 5}
    assert {card.grade for card in cards} == {None, 1, 2, 3, 4, 5}
    assert {"fiction", "lyrics", "friend", "gaming", "identity", "EAL"} <= {card.trap for card in cards}
    assert len({card.pupil for card in cards}) == len(cards)
    assert [card.key for card in cards if card.words not in card.text] == []
