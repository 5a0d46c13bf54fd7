"""Readers hear in time that their right to open captures ends, once for each threshold, and the board hears how training stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.escalation.models import News
from heedful.people.clearance.actions import give_clearance
from heedful.people.clearance.rules import Path
from heedful.people.models import Clearance
from heedful.people.rules import Stage
from heedful.programme.needs import State
from heedful.programme.training import needs
from heedful.programme.training.ending import tell_of_ends
from tests.personas.people import Place

pytestmark = pytest.mark.django_db


def told(place: Place, who: str) -> list[tuple[str, int]]:
    rows = News.objects.filter(school=place.school, notices__recipient=place.staff[who], kind__startswith="clearance").order_by("pk")
    return [(row.kind, row.number) for row in rows]


def test_one_is_told_60_30_and_7_days_before_and_when_it_has_ended_and_never_twice(larkfield: Place) -> None:
    now = timezone.now()
    Clearance.objects.filter(user=larkfield.staff["deputy"]).delete()
    last_day = timezone.localdate(now) + timedelta(days=90)
    give_clearance(user=larkfield.staff["deputy"], school=larkfield.school, path=Path.TRAINED, expires_on=last_day, now=now)
    for day in (0, 29, 30, 31, 59, 60, 75, 83, 84, 90, 91, 95):
        for _ in range(2):
            tell_of_ends(now=now + timedelta(days=day))
    ends = [("clearance_ends", 60), ("clearance_ends", 30), ("clearance_ends", 7), ("clearance_ended", 0)]
    assert told(larkfield, "deputy") == ends
    assert told(larkfield, "dsl") == []


def test_who_was_cleared_a_week_before_the_end_hears_of_it_once(larkfield: Place) -> None:
    now = timezone.now()
    Clearance.objects.filter(user=larkfield.staff["deputy"]).delete()
    last_day = timezone.localdate(now) + timedelta(days=5)
    give_clearance(user=larkfield.staff["deputy"], school=larkfield.school, path=Path.CARRIED_OVER, expires_on=last_day, now=now)
    tell_of_ends(now=now)
    assert told(larkfield, "deputy") == [("clearance_ends", 5)]


def test_the_gates_ask_for_training_and_not_for_having_read_before(larkfield: Place) -> None:
    now, school = timezone.now(), larkfield.school
    assert needs.leads(school.pk, now).state == State.MET
    assert needs.readers(school.pk, now).state == State.MET
    assert needs.awareness(school.pk, now) == needs.Found(State.OPEN, "0 of 7 staff have passed the awareness module.", f"/programme/{school.pk}/training/record/")
    deputy = larkfield.staff["deputy"]
    Clearance.objects.filter(user=deputy).delete()
    give_clearance(user=deputy, school=school, path=Path.CARRIED_OVER, expires_on=timezone.localdate(now) + timedelta(days=90), now=now)
    assert (needs.leads(school.pk, now).state, needs.readers(school.pk, now).state) == (State.OPEN, State.OPEN)
    assert needs.leads(school.pk, now).says == "1 of 2 leads and deputies have passed the reviewers' module and the practice captures."
    assert needs.readers(school.pk, now).says == "Not trained to open captures: Tom Hale."
    holds = {need.key: need.holds for need in needs.NEEDS}
    assert holds == {"leads_trained": {Stage.PILOT}, "readers_trained": {Stage.LIVE}, "staff_aware": set()}
