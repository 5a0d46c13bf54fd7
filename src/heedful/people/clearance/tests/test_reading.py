"""What somebody may open by their training: everything, only what can't wait, or nothing, and in an emergency all the same."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.escalation.models import News
from heedful.people.clearance.actions import give_clearance
from heedful.people.clearance.rules import Path
from heedful.people.models import Clearance, School
from tests.personas.people import Persona, Place

pytestmark = pytest.mark.django_db
URGENT, VAPES, SAD = "i want to kill myself tonight", "anyone selling vapes at lunch", "i hate my life today"
EMERGENCY = {"reason": "The lead is abroad and nobody answers", "hours": "2"}


def ends(persona: Persona, place: Place, *, in_days: int) -> None:
    """Say that this person's training ends so many days from now; below zero it has ended."""
    Clearance.objects.filter(user=persona.user).delete()
    assert persona.user
    last_day = timezone.localdate() + timedelta(days=in_days)
    give_clearance(user=persona.user, school=place.school, path=Path.TRAINED, expires_on=last_day, now=timezone.now())


def test_somebody_untrained_is_led_to_the_training_from_what_they_were_told_of(deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Clearance.objects.filter(user=deputy.user).delete()
    answer = deputy.opens("capture", number)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/programme/{larkfield.school.pk}/training/emergency/")
    assert deputy.opens("queue").status_code == 302
    assert deputy.posts("capture_grade", number, grade="3", revision="1").status_code == 404
    assert "Captures are closed to you for now" in deputy.browser.get(answer["Location"]).content.decode()


def test_after_the_last_day_only_what_cannot_wait_is_open(deputy: Persona, larkfield: Place) -> None:
    urgent, mild, told = larkfield.stores(URGENT), larkfield.stores(VAPES, pupil=1), larkfield.stores("can we talk", pupil=2, source="report")
    ends(deputy, larkfield, in_days=-1)
    assert deputy.opens("capture", urgent).status_code == 200
    assert deputy.opens("capture", told).status_code == 200
    assert deputy.opens("capture", mild).status_code == 404
    page = deputy.opens("queue").content.decode()
    assert (f'data-number="{urgent}"' in page, f'data-number="{mild}"' in page) == (True, False)
    assert "has run out" in page


def test_thirty_days_later_nothing_is_open_while_another_lead_is_trained(deputy: Persona, dsl: Persona, larkfield: Place) -> None:
    urgent = larkfield.stores(URGENT)
    ends(deputy, larkfield, in_days=-31)
    assert deputy.opens("capture", urgent).status_code == 302
    ends(dsl, larkfield, in_days=-45)
    assert deputy.opens("capture", urgent).status_code == 200  # now the deputy is the last
    assert dsl.opens("capture", urgent).status_code == 302


def test_breaking_the_glass_opens_all_tells_the_head_at_once_and_shows_everywhere(deputy: Persona, larkfield: Place) -> None:
    mild = larkfield.stores(VAPES, pupil=1)
    Clearance.objects.filter(user=deputy.user).delete()
    assert deputy.posts("break_glass", larkfield.school.pk, reason="", hours="2").status_code == 422
    assert deputy.posts("break_glass", larkfield.school.pk, reason="Nobody answers", hours="9").status_code == 422
    assert deputy.posts("break_glass", larkfield.school.pk, **EMERGENCY).status_code == 302
    assert deputy.opens("capture", mild).status_code == 200
    assert "for an emergency" in deputy.opens("your_part").content.decode()
    [news] = News.objects.filter(school=larkfield.school, kind="glass_broken")
    assert [notice.recipient for notice in news.notices.all()] == [larkfield.staff["head"]]
    entry = entries_about(larkfield.school.pk, subject_kind="user")[-1]
    assert (entry.action, entry.details["hours"]) == ("glass.broken", 2)
    assert "reason" not in entry.details
    glass = larkfield.school.broken_glass.get()
    assert deputy.posts("mend_glass", larkfield.school.pk, glass.pk).status_code == 302
    assert deputy.opens("capture", mild).status_code == 302


def test_the_reason_stands_where_the_head_reads_it(deputy: Persona, head: Persona, larkfield: Place) -> None:
    Clearance.objects.filter(user=deputy.user).delete()
    deputy.posts("break_glass", larkfield.school.pk, **EMERGENCY)
    assert EMERGENCY["reason"] in head.opens("clearances", larkfield.school.pk).content.decode()


def test_where_the_head_breaks_the_glass_the_governors_are_told(deputy: Persona, larkfield: Place) -> None:
    deputy_user, governor = larkfield.staff["deputy"], larkfield.staff["governor"]
    larkfield.staff["head"].roles.all().delete()
    deputy_user.roles.create(school=larkfield.school, name="head")
    Clearance.objects.filter(user=deputy_user).delete()
    deputy.posts("break_glass", larkfield.school.pk, **EMERGENCY)
    news = News.objects.get(school=larkfield.school, kind="glass_broken")
    assert [notice.recipient for notice in news.notices.all()] == [governor]


def test_a_grant_of_content_gives_an_untrained_technician_nothing(dsl: Persona, technician: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Clearance.objects.filter(user=technician.user).delete()
    dsl.posts("grants", school=larkfield.school.pk, person=larkfield.staff["technician"].pk, hours="1", reason="Look at a device with me")
    assert "once they have passed the reviewers&#x27; module" in dsl.opens("grants").content.decode()
    answer = technician.opens("capture", number)
    assert technician.browser.get(answer["Location"])["Location"] == f"/programme/{larkfield.school.pk}/training/"
    assert larkfield.staff["technician"].content_grants.count() == 1
    ends(technician, larkfield, in_days=30)
    assert technician.opens("capture", number).status_code == 200


def test_nothing_is_passed_to_a_colleague_who_could_not_open_it(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(SAD)
    assert "Tom Hale" in dsl.opens("capture", number).content.decode()
    Clearance.objects.filter(user=deputy.user).delete()
    assert "Tom Hale" not in dsl.opens("capture", number).content.decode()


def test_who_reads_in_a_live_school_when_this_comes_keeps_reading_for_ninety_days(larkfield: Place, marsh_end: Place) -> None:
    Clearance.objects.all().delete()
    School.objects.filter(pk=marsh_end.school.pk).update(stage="set_up")
    migration = import_module("heedful.people.migrations.0010_carry_over_who_reads_now")
    migration.carry_over(apps, None)
    found = set(Clearance.objects.values_list("user_id", "path", "expires_on"))
    last_day = timezone.localdate() + timedelta(days=90)
    assert found == {(larkfield.staff[who].pk, "carried_over", last_day) for who in ("dsl", "deputy", "behaviour_lead")}
    migration.take_back(apps, None)
    assert Clearance.objects.count() == 0
