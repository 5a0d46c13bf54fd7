"""Setting, starting, ending and adopting: each is one audited step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.people.models import Group
from heedful.thresholds.approaches.actions import (
    Wanted,
    adopt_approach,
    end_approaches,
    remove_approach,
    set_approach,
    start_approaches,
)
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import approach_in_force, running_in
from heedful.thresholds.approaches.rules import ApproachRefused, LooksFirst, Settings
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db

PASTORAL = Wanted("Pastoral first", Settings(LooksFirst.PASTORAL_FIRST))


def make(westbrook: Westbrook, wanted: Wanted = PASTORAL) -> Approach:
    return set_approach(school_id=westbrook.school.pk, pilot=1, wanted=wanted, by=westbrook.dsl, now=NOW)


def start(westbrook: Westbrook) -> None:
    start_approaches(school_id=westbrook.school.pk, pilot=1, starts_at=NOW, ends_at=None, by=westbrook.dsl, now=NOW)


def test_an_approach_acts_from_its_start_to_its_end(westbrook: Westbrook) -> None:
    made = make(westbrook)
    assert running_in(westbrook.school.pk) == ()
    start(westbrook)
    assert [each.id for each in running_in(westbrook.school.pk)] == [made.pk]
    assert end_approaches(school_id=westbrook.school.pk, pilot=1, by=westbrook.dsl, now=NOW + timedelta(days=1)) == 1
    assert running_in(westbrook.school.pk) == ()


def test_what_has_run_is_neither_changed_nor_taken_out(westbrook: Westbrook) -> None:
    made = make(westbrook)
    start(westbrook)
    with pytest.raises(ApproachRefused):
        set_approach(school_id=westbrook.school.pk, pilot=1, wanted=Wanted("Another", Settings()), by=None, now=NOW, approach_id=made.pk)
    assert not remove_approach(school_id=westbrook.school.pk, approach_id=made.pk, by=None, now=NOW)
    assert Approach.objects.get().name == "Pastoral first"


def test_two_approaches_of_a_pilot_have_two_names(westbrook: Westbrook) -> None:
    make(westbrook)
    with pytest.raises(ApproachRefused):
        make(westbrook, Wanted("pastoral  FIRST", Settings()))


def test_groups_of_another_school_are_no_groups_of_it(westbrook: Westbrook) -> None:
    ours = Group.objects.get(school=westbrook.school)
    made = make(westbrook, Wanted("One", Settings(), groups=(ours.pk, ours.pk + 1000)))
    assert list(made.groups.values_list("pk", flat=True)) == [ours.pk]


def test_adopting_carries_the_settings_into_the_live_policy_in_one_entry(westbrook: Westbrook) -> None:
    made = make(westbrook)
    start(westbrook)
    first = adopt_approach(school_id=westbrook.school.pk, approach_id=made.pk, by=westbrook.dsl, now=NOW)
    second = adopt_approach(school_id=westbrook.school.pk, approach_id=made.pk, by=westbrook.dsl, now=NOW, changed=Settings(show_from=2))
    assert approach_in_force(westbrook.school.pk) == second
    assert (second.pilot, second.first_look, second.show_from, second.from_approach) == (None, "dsl_all", 2, made)
    entries = entries_about(westbrook.school.pk, subject_kind="approach", action=Action.APPROACH_ADOPTED)
    assert [entry.subject_ids for entry in entries] == [[str(first.pk)], [str(second.pk)]]
    assert entries[1].details["replaces"] == [first.pk]
    assert "Pastoral" not in str(entries[0].details)
