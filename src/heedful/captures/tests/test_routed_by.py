"""A capture says by which version of the table it was routed, and where the group agreed that behaviour may hear of it."""

from __future__ import annotations

from django.utils import timezone

from heedful.captures.actions.decide import grade_capture
from heedful.captures.queries.routed import routed_by
from heedful.people.models import User
from heedful.thresholds.rules import BANDS, CellNote
from tests.harness.agreed import agreed
from tests.personas.people import Persona, Place

BOTH = {("suicide", level, band): CellNote("agreed", "Six of six said both.", release_to_behaviour=True) for level in (4, 5) for band in BANDS}
SUICIDE = "i want to kill myself tonight"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_version_that_routed_it_is_one_press_away_and_stays_when_the_table_changes(dsl: Persona, larkfield: Place, small_library: None) -> None:
    number = larkfield.stores(SUICIDE)
    assert f'href="/thresholds/{larkfield.school.pk}/versions/0/"' in dsl.opens("capture", number).content.decode()
    agreed(larkfield.school, {}, by=larkfield.staff["dsl"], now=timezone.now())
    later = larkfield.stores(SUICIDE)
    assert [f"/versions/{n}/" in dsl.opens("capture", each).content.decode() for each, n in ((number, 0), (later, 1))] == [True, True]


def test_a_lead_is_told_where_the_group_agreed_both(dsl: Persona, larkfield: Place, small_library: None) -> None:
    number = larkfield.stores(SUICIDE)
    assert "you may release a line" not in dsl.opens("capture", number).content.decode()
    agreed(larkfield.school, {}, by=larkfield.staff["dsl"], now=timezone.now(), notes=BOTH)
    assert "you may release a line" in dsl.opens("capture", number).content.decode()
    grade_capture(number=number, grade=2, revision=1, viewer=larkfield.staff["dsl"], now=timezone.now())
    assert "you may release a line" not in dsl.opens("capture", number).content.decode()  # at this level it is safeguarding's alone


def test_who_reads_behaviour_alone_learns_nothing_of_a_safeguarding_capture(larkfield: Place, small_library: None) -> None:
    number = larkfield.stores(SUICIDE)
    agreed(larkfield.school, {}, by=larkfield.staff["dsl"], now=timezone.now(), notes=BOTH)
    assert routed_by(fresh(larkfield.staff["behaviour_lead"]), number) is None
    assert routed_by(fresh(larkfield.staff["technician"]), number) is None
